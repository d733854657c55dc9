// The left column: the bot's line under the title, the chats with their last message and what is unread, and
// starting anew.

import { send } from "./api.js";
import { confirm } from "./dialogs.js";
import { byId, el, oncePerFrame } from "./dom.js";
import { lineOf } from "./entry.js";
import { groupFace, personFace } from "./icons.js";
import { clock, t } from "./language.js";
import { chat, lastEntry, on, select, slug, unreadIn, world } from "./store.js";
import { focusChat, show } from "./views.js";

const rows = new Map(); // chat id -> button

export const faceOf = (of) => (of.kind === "user" ? personFace(of.name) : groupFace());

function row(of) {
  const button = el("button", { type: "button", class: "chat-row", "data-testid": `chat-${slug(of)}` });
  button.addEventListener("click", () => {
    select(of.id);
    show("chat");
    focusChat();
  });
  rows.set(of.id, button);
  fill(of);
  return el("li", {}, button);
}

function fill(of) {
  const button = rows.get(of.id);
  const last = lastEntry(of);
  const count = unreadIn(of.id);
  button.ariaCurrent = of.id === world.selected ? "true" : null;
  button.replaceChildren(
    faceOf(of),
    el(
      "span",
      { class: "chat-words" },
      el("b", { class: "clip", text: of.name }),
      el("span", { class: "soft clip", dir: "auto", text: last ? lineOf(last) : t("noMessages") }),
    ),
    el(
      "span",
      { class: "chat-side" },
      last && el("time", { class: "soft", text: clock(last.at) }),
      count > 0 && el("span", { class: "badge", "aria-label": t("unread", { n: count }), text: count }),
    ),
  );
}

function render() {
  rows.clear();
  byId("bot-line").textContent = `${world.bot.displayName} · ${world.callback.replace(/^https?:\/\//, "")}`;
  byId("bot-line").title = world.callback;
  byId("chats").replaceChildren(...[...world.chats.values()].map(row));
}

/** The set of chats as drawn still stands: only their lines change, so that the focus stays where it is. */
function refresh() {
  const same = rows.size === world.chats.size && [...world.chats.keys()].every((id) => rows.has(id));
  if (same && chat()) world.chats.forEach(fill);
  else render();
}

async function reset() {
  if (await confirm(t("reset.ask"), t("reset.body"), t("reset"))) send("reset", { keepMenus: true });
}

export function startPeople() {
  on("state", refresh);
  on("selection", refresh);
  on("language", refresh);
  on("entry", oncePerFrame(refresh));
  byId("reset").addEventListener("click", reset);
}
