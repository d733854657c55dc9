// The message box and what hangs on it: quoting or editing (an "intent", shown above the box), send twice, mention,
// stickers and media. Each chat keeps its own half-written text.

import { send } from "./api.js";
import { byId, el } from "./dom.js";
import { onEnter } from "./enter.js";
import { icon } from "./icons.js";
import { number, t } from "./language.js";
import { openMenu } from "./menu.js";
import { chat, nameOf, on, speaker, userName, world } from "./store.js";

const COUNT_FROM = 4500;
const APP_LIMIT = 10000; // about what LINE's app lets a person send
const MEDIA = ["image", "video", "audio", "file", "location"];

const box = byId("composer");
const drafts = new Map(); // chat id -> text
let shown = null; // the chat whose draft is in the box
let intent = null; // {kind: "quote" | "edit", entry}

// Text

export function fillComposer(text) {
  if (text !== undefined) box.value = text;
  fit();
  box.focus();
}

function fit() {
  box.style.height = "auto";
  const border = box.offsetHeight - box.clientHeight;
  box.style.height = `${box.scrollHeight + border}px`; // up to six lines: max-height in chat.css
  const length = box.value.length;
  const over = length > APP_LIMIT;
  const shape = { n: number(length), max: number(APP_LIMIT) };
  byId("counter").textContent = length < COUNT_FROM ? "" : t(over ? "counterOver" : "counter", shape);
  byId("counter").classList.toggle("over", over);
}

async function submit() {
  const text = box.value;
  if (!text.trim() || !chat()) return;
  const request = intent?.kind === "edit" ? edit(text) : say(text);
  fillComposer("");
  setIntent(null);
  if (!(await request) && !box.value) fillComposer(text);
}

const edit = (text) => send("edit", { chat: chat().id, message: intent.entry.id, text });

function say(text) {
  const times = takeTwice() ? 2 : 1;
  return send("say", {
    ...me(),
    text,
    times,
    mention: pressed("mention-bot") && chat().kind !== "user",
    quote: intent?.entry.id,
  });
}

const me = () => ({ chat: chat().id, from: speaker() });

// Toggles

const pressed = (id) => byId(id).getAttribute("aria-pressed") === "true";

const press = (id, value) => byId(id).setAttribute("aria-pressed", String(value));

/** Holds for one message: afterwards the toggle is off again. */
function takeTwice() {
  const twice = pressed("send-twice");
  press("send-twice", false);
  return twice;
}

// Intent

export function intend(kind, entry) {
  setIntent({ kind, entry });
  fillComposer(kind === "edit" ? entry.message.text : undefined);
}

function setIntent(next) {
  intent = next;
  const bar = byId("intent");
  bar.hidden = !intent;
  bar.replaceChildren(...(intent ? intentParts() : []));
}

function intentParts() {
  const title = intent.kind === "edit" ? t("editing") : t("replyingTo", { name: nameOf(intent.entry.from) });
  const close = el(
    "button",
    { type: "button", class: "icon-button", "aria-label": t("cancel"), on: { click: dropIntent } },
    icon("close"),
  );
  return [
    icon(intent.kind === "edit" ? "edit" : "reply"),
    el(
      "span",
      { class: "intent-words" },
      el("b", { text: title }),
      el("span", { class: "clip soft", dir: "auto", text: intent.entry.readable }),
    ),
    close,
  ];
}

function dropIntent() {
  const text = intent.kind === "edit" ? "" : undefined;
  setIntent(null);
  fillComposer(text);
}

// Sticker and media

function offerMedia(event) {
  const items = MEDIA.map((kind) => ({
    name: kind,
    text: t(`media.${kind}`),
    testid: `media-${kind}`,
    run: () => send("media", { ...me(), kind }),
  }));
  openMenu(event.currentTarget, t("media"), items);
}

// Following the rest of the page

function changeChat() {
  if (shown !== world.selected) {
    if (shown) keepDraft(); // else the text was written while the page was loading
    shown = world.selected;
    setIntent(null);
  }
  describe();
}

function keepDraft() {
  drafts.set(shown, box.value);
  box.value = drafts.get(world.selected) ?? "";
}

function describe() {
  box.placeholder = t("placeholder", { name: userName(speaker()) });
  byId("mention-bot").hidden = chat().kind === "user";
  fit();
}

export function startComposer() {
  onEnter(box, submit);
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => event.key === "Escape" && intent && dropIntent());
  byId("composer-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  for (const id of ["send-twice", "mention-bot"])
    byId(id).addEventListener("click", () => press(id, !pressed(id)));
  byId("sticker").addEventListener("click", () => send("sticker", me()));
  byId("media").addEventListener("click", offerMedia);
  on("state", changeChat);
  on("selection", changeChat);
  on("speaker", describe);
  on("language", describe);
}
