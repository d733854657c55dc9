// The chips above the composer: the quick replies of the last message, if the bot sent it. They go with the next
// message and after a tap, except for taps that LINE lets one repeat (camera, place, date).

import { tapTarget } from "./actions.js";
import { botImage } from "./cards.js";
import { byId, oncePerFrame } from "./dom.js";
import { chat, on, world } from "./store.js";
import { focusChat } from "./views.js";

const REPEATABLE = ["camera", "cameraRoll", "location", "datetimepicker"];
const tapped = new Set(); // ids of messages whose quick replies were used

function current() {
  const last = chat().entries.findLast((entry) => entry.kind !== "notice");
  const usable = last?.from === "bot" && !tapped.has(last.id);
  return usable ? { id: last.id, items: last.message.quickReply?.items ?? [] } : { items: [] };
}

function chip({ action, imageUrl }, id) {
  const image = imageUrl && botImage(imageUrl, "chip-image");
  const props = { class: "chip", "data-testid": "quick-reply" };
  return tapTarget(action, world.selected, props, [image, action.label].filter(Boolean), () => {
    if (REPEATABLE.includes(action.type)) return;
    tapped.add(id);
    render();
    focusChat();
  });
}

function render() {
  const { id, items } = current();
  byId("quick-replies").hidden = !items.length;
  byId("quick-replies").replaceChildren(...items.map((item) => chip(item, id)));
}

export function startQuickReplies() {
  on("state", render);
  on("selection", render);
  const soon = oncePerFrame(render);
  on("entry", ({ chatId }) => chatId === world.selected && soon());
}
