// The rich menu of a 1:1 chat, below the message box as in LINE: a bar that opens and closes it, and the bot's
// picture with its tappable areas. Whether it is open at first is the menu's word; then it is the reader's.

import { tapTarget } from "./actions.js";
import { byId, el } from "./dom.js";
import { t } from "./language.js";
import { chat, on, world } from "./store.js";

const wanted = new Map(); // chat id -> whether its menu is open, where somebody chose

const frame = byId("rich-menu");
let drawn = ""; // what is on the screen, so that it is not drawn again under somebody's finger

const current = () => world.richMenus.get(chat().richMenuId);

const isOpen = (menu) => wanted.get(world.selected) ?? menu.selected;

function setOpen(open) {
  wanted.set(world.selected, open);
  render();
}

/** LINE shows no label: the picture has the words. Who hears the page needs one. */
function nameOf({ label, displayText, text }, number) {
  return label ?? displayText ?? text ?? t("menuArea", { n: number });
}

function area({ bounds, action }, index, { width, height }) {
  const name = nameOf(action, index + 1);
  const props = { class: "rich-area", "data-testid": "rich-area", "aria-label": name, title: name };
  const node = tapTarget(action, world.selected, props, []);
  node.style.left = `${(bounds.x / width) * 100}%`;
  node.style.top = `${(bounds.y / height) * 100}%`;
  node.style.width = `${(bounds.width / width) * 100}%`;
  node.style.height = `${(bounds.height / height) * 100}%`;
  return node;
}

function picture({ richMenuId, size, areas }) {
  const image = el("img", { src: `/simulator/richmenus/${richMenuId}/image`, alt: "" });
  const targets = areas.map((one, index) => area(one, index, size));
  const node = el("div", { id: "rich-picture", class: "rich-picture" }, image, targets);
  node.style.setProperty("--shape", size.width / size.height);
  return node;
}

function bar(menu, open) {
  const props = {
    type: "button",
    class: "rich-bar",
    "data-testid": "rich-bar",
    "aria-expanded": String(open),
    "aria-controls": open ? "rich-picture" : null,
    on: { click: () => setOpen(!open) },
  };
  return el("button", props, el("span", { dir: "auto", text: menu.chatBarText }));
}

/** The picture leaves the page with its areas when it is closed; the focus stays at the same place of the new one. */
function draw(menu) {
  const before = [...frame.querySelectorAll("button, a")].indexOf(document.activeElement);
  const open = menu && isOpen(menu);
  frame.hidden = !menu;
  frame.setAttribute("aria-label", menu?.chatBarText ?? "");
  frame.replaceChildren(...(menu ? [bar(menu, open)] : []), ...(open ? [picture(menu)] : []));
  const targets = frame.querySelectorAll("button, a");
  if (before >= 0) (targets[before] ?? targets[0] ?? byId("composer")).focus();
}

function render() {
  const menu = current();
  const now = menu ? [world.selected, menu.richMenuId, isOpen(menu), document.documentElement.lang].join() : "";
  if (now === drawn) return;
  drawn = now;
  draw(menu);
}

export function startRichMenu() {
  on("state", render);
  on("selection", render);
  on("language", render);
  on("richmenu", setOpen);
}
