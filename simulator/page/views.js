// Which of the three columns a narrow screen shows: body[data-view] is "chat", "people" or "traffic", and the CSS
// does the rest. On a wide screen all three are there and this changes nothing one sees.

import { byId } from "./dom.js";

export function show(view) {
  const changed = document.body.dataset.view !== view;
  document.body.dataset.view = view;
  if (changed && view !== "chat") byId(view).querySelector(".back").focus();
}

/** After choosing a chat or a quick reply: on to writing, but no on-screen keyboard unasked. */
export function focusChat() {
  byId(matchMedia("(hover: hover)").matches ? "composer" : "log").focus();
}

function open(view) {
  const before = document.body.dataset.view;
  show(view);
  if (view === "chat") document.querySelector(`.chat-head [data-open="${before}"]`)?.focus();
}

export function startViews() {
  for (const button of document.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => open(button.dataset.open));
  }
  document.addEventListener("keydown", (event) => {
    const away = document.body.dataset.view !== "chat";
    if (event.key === "Escape" && away && !document.querySelector(":modal, :popover-open")) open("chat");
  });
}
