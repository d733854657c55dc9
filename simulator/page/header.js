// The head of the chat: who it is with, who speaks (in a group), and the tie between chat and bot: block and
// unblock in a 1:1 chat, invite and remove in a group.

import { send } from "./api.js";
import { byId, el } from "./dom.js";
import { languageName, t } from "./language.js";
import { faceOf } from "./people.js";
import { chat, on, slug, speakAs, speaker, userName, world } from "./store.js";

function subtitle() {
  const { kind, members, botIn } = chat();
  const bot = world.bot.displayName;
  if (kind !== "user") return t(botIn ? "group" : "groupWithout", { bot, n: members.length });
  return t("direct", { bot, language: languageName(world.users.get(members[0]).language) });
}

function speakerChoice(id) {
  const name = userName(id);
  const input = el("input", {
    type: "radio",
    name: "speaker",
    value: id,
    "aria-label": name,
    "data-testid": `speaker-${slug({ name })}`,
  });
  input.checked = id === speaker();
  input.addEventListener("change", () => speakAs(id));
  return el(
    "label",
    { class: "choice" },
    input,
    el("span", { class: "choice-name", text: t("speakAs", { name }) }),
  );
}

/** What the tie button would do now, and to whom. */
function tie() {
  const { id, kind, members, botIn } = chat();
  if (kind !== "user") return { testid: "join", word: botIn ? "leave" : "join", body: { chat: id } };
  const blocked = world.users.get(members[0]).blocked;
  return { testid: "block", word: blocked ? "unblock" : "block", body: { user: members[0] } };
}

function render() {
  const current = chat();
  byId("chat-face").replaceChildren(faceOf(current));
  byId("chat-name").textContent = current.name;
  byId("chat-sub").textContent = subtitle();
  byId("speakers").hidden = current.kind === "user";
  byId("speakers").replaceChildren(...(current.kind === "user" ? [] : current.members.map(speakerChoice)));
  const { testid, word } = tie();
  byId("tie").dataset.testid = testid;
  byId("tie").textContent = t(word);
}

function clickTie() {
  const { word, body } = tie();
  send(word, body);
}

export function startHeader() {
  on("state", render);
  on("selection", render);
  on("language", render);
  byId("tie").addEventListener("click", clickTie);
}
