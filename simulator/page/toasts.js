// Short-lived words in a corner: what the simulator refused and why, what was copied.

import { byId, el } from "./dom.js";

const SHOWN_MS = 6000;

export function toast(text) {
  const node = el("div", { class: "toast", text });
  byId("toasts").append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}
