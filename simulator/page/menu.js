// The one pop-up menu of the page, filled anew each time it opens: on a message, and for media. A popover, so it
// lies above everything, Escape and a click outside close it, and focus goes back to its button.

import { byId, el } from "./dom.js";
import { icon } from "./icons.js";

const EDGE = 8;

function item({ name, text, testid, run }) {
  const click = () => {
    byId("menu").hidePopover();
    run();
  };
  return el(
    "button",
    { type: "button", role: "menuitem", "data-testid": testid, on: { click } },
    icon(name),
    el("span", { text }),
  );
}

function place(menu, opener) {
  const at = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4 + height < innerHeight;
  menu.style.left = `${Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE))}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(EDGE, at.top - height - 4)}px`;
}

/** items: {name: of an icon, text, testid, run} */
export function openMenu(opener, label, items) {
  const menu = byId("menu");
  if (menu.matches(":popover-open")) menu.hidePopover();
  menu.replaceChildren(...items.map(item));
  menu.setAttribute("aria-label", label);
  menu.showPopover({ source: opener });
  place(menu, opener);
  opener.setAttribute("aria-expanded", "true");
  menu.addEventListener("beforetoggle", () => opener.setAttribute("aria-expanded", "false"), { once: true });
  menu.firstElementChild.focus();
}

const steps = { ArrowDown: 1, ArrowUp: -1 };

export function startMenu() {
  byId("menu").addEventListener("keydown", (event) => {
    const items = [...byId("menu").children];
    const here = items.indexOf(document.activeElement);
    if (event.key === "Tab") byId("menu").hidePopover();
    if (!steps[event.key]) return;
    event.preventDefault();
    items.at((here + steps[event.key]) % items.length).focus();
  });
}
