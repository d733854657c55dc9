// One entry of a chat as an element: a message with its face, name, time, quoted line and warning, or a notice in
// the middle of the log. What can be done with it opens from its "more" button (menu.js).

import { send } from "./api.js";
import { botImage } from "./cards.js";
import { intend } from "./composer.js";
import { showJson } from "./dialogs.js";
import { el } from "./dom.js";
import { botFace, icon, personFace } from "./icons.js";
import { clock, has, number, t } from "./language.js";
import { openMenu } from "./menu.js";
import { renderMessage } from "./messages.js";
import { chat, deliveryOf, entryById, nameOf, speaker } from "./store.js";

export function side(entry) {
  if (entry.kind === "notice") return "notice";
  if (entry.from === "bot") return "bot";
  return entry.from === speaker() ? "me" : "other";
}

/** An entry in one line, for the list of chats and for quotes. A notice without a word for it speaks English. */
export function lineOf(entry) {
  if (entry.unsent) return t("unsent", { name: nameOf(entry.from) });
  if (has(`notice.${entry.notice}`)) return t(`notice.${entry.notice}`, { name: entry.name });
  return entry.readable || entry.text;
}

export function renderEntry(entry) {
  return entry.kind === "notice" || entry.unsent ? notice(entry) : message(entry);
}

function shell(entry, kind, ...children) {
  const props = { class: `entry ${kind}`, "data-testid": "entry", "data-from": side(entry), "data-id": entry.id };
  return el("div", props, children);
}

function notice(entry) {
  return shell(
    entry,
    "notice",
    el("span", { class: "notice-text", dir: "auto", text: lineOf(entry) }),
    warning(entry),
  );
}

function message(entry) {
  const name = entry.message.sender?.name ?? nameOf(entry.from);
  const content = entry.kind === "tap" ? { type: "text", text: entry.text } : entry.message;
  return shell(
    entry,
    `message ${width(content)}`,
    face(entry),
    el(
      "div",
      { class: "entry-body" },
      el("span", { class: "name", text: name }),
      el("div", { class: "line" }, withQuote(entry, renderMessage(content, chat().id)), meta(entry)),
      warning(entry),
    ),
  );
}

/** Cards may be wider than words; those that scroll sideways end at the edge of the screen. */
function width({ contents, template }) {
  const kind = (contents ?? template)?.type ?? "";
  return kind.endsWith("carousel") ? "wide sideways" : kind && "wide";
}

function face(entry) {
  if (entry.from !== "bot") return personFace(nameOf(entry.from));
  const url = entry.message.sender?.iconUrl;
  return url ? botImage(url, "face") : botFace();
}

function meta(entry) {
  const more = el(
    "button",
    {
      type: "button",
      class: "more",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": t("menu"),
      "data-testid": "entry-menu",
    },
    icon("dots"),
  );
  more.addEventListener("click", () => openMenu(more, t("menu"), choices(entry)));
  const time = el("time", { datetime: new Date(entry.at).toISOString(), text: clock(entry.at) });
  return el("div", { class: "meta" }, more, entry.edited && el("span", { text: t("edited") }), time);
}

/** As in LINE, what a text quotes stands in the same bubble above it; a sticker has none, so it stands beside. */
function withQuote(entry, node) {
  if (!entry.quoted) return node;
  const inside = node.classList.contains("bubble");
  if (inside) node.prepend(quoted(entry));
  return inside ? node : el("div", { class: "quoting" }, quoted(entry), node);
}

/** Leads to the message that it quotes, as long as that can be read. */
function quoted(entry) {
  const original = entryById(chat(), entry.quoted);
  const props = { class: "quoted", "data-testid": "quoted", dir: "auto" };
  const words = el("span", { class: "quoted-words", text: quotedLine(entry) });
  if (!original || original.unsent) return el("span", props, words);
  const there = () => showEntry(original.id);
  const name = el("b", { text: nameOf(original.from) });
  return el("button", { ...props, type: "button", on: { click: there } }, name, words);
}

/** What a quote shows of its original, which may be edited, unsent or forgotten by now. */
export function quotedLine(entry) {
  const original = entry.quoted && entryById(chat(), entry.quoted);
  return original ? lineOf(original) : t("quotedGone");
}

function showEntry(id) {
  const node = document.querySelector(`[data-id="${id}"]`);
  node.scrollIntoView({ block: "center" });
  node.classList.add("shown");
  node.addEventListener("animationend", () => node.classList.remove("shown"), { once: true });
}

// The bot's failure to take the event behind an entry

function failure(delivery) {
  if (!delivery || delivery.status === null) return null;
  if (delivery.status === 0)
    return t(has(`fail.${delivery.error}`) ? `fail.${delivery.error}` : "fail.unclassified");
  if (delivery.status < 200 || delivery.status > 299) return t("fail.status", { status: delivery.status });
  return delivery.late ? t("fail.late", { ms: number(Math.round(delivery.ms)) }) : null;
}

function warning(entry) {
  const delivery = deliveryOf(entry);
  const text = failure(delivery);
  if (!text) return null;
  const again = el("button", {
    type: "button",
    class: "link",
    "data-testid": "redeliver",
    text: t("redeliver"),
    on: { click: () => redeliver(delivery) },
  });
  return el("div", { class: "warning" }, icon("warn"), el("span", { text }), again);
}

const redeliver = (delivery) => send("redeliver", { delivery: delivery.id });

// The menu

function choices(entry) {
  const mine = side(entry) === "me" && entry.kind === "message";
  const delivery = deliveryOf(entry);
  const all = [
    entry.kind === "message" && {
      name: "reply",
      text: t("menu.quote"),
      testid: "quote",
      run: () => intend("quote", entry),
    },
    mine &&
      chat().kind === "group" &&
      entry.message.type === "text" && {
        name: "edit",
        text: t("menu.edit"),
        testid: "edit",
        run: () => intend("edit", entry),
      },
    mine && {
      name: "unsend",
      text: t("menu.unsend"),
      testid: "unsend",
      run: () => send("unsend", { chat: chat().id, message: entry.id }),
    },
    delivery && {
      name: "redeliver",
      text: t("menu.redeliver"),
      testid: "redeliver",
      run: () => redeliver(delivery),
    },
    {
      name: "braces",
      text: t("menu.json"),
      testid: "show-json",
      run: () => showJson(entry.readable || entry.kind, withEvent(entry, delivery)),
    },
  ];
  return all.filter(Boolean);
}

/** The message as it is; for what people did, also the webhook body that told the bot. */
function withEvent(entry, delivery) {
  return delivery ? { message: entry.message, webhook: delivery.body } : entry.message;
}
