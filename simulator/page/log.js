// The message log: appends what is new, replaces what changed, and never draws a chat twice unless another chat or
// language is chosen. Stays at the end while the reader is there; otherwise offers a way back to it.

import { byId, el, oncePerFrame } from "./dom.js";
import { quotedLine, renderEntry, side } from "./entry.js";
import { day } from "./language.js";
import { chat, deliveryOf, lastEntry, on, world } from "./store.js";

const NEAR_END = 80; // pixels from the end that still count as reading the newest
const RUN_MS = 5 * 60_000; // messages of one sender within this share one face

const drawn = new Map(); // entry id -> {node, print}
let atEnd = true;
let lastTop = 0;
let typingTimer = 0;

const log = byId("log");
const list = byId("entries");

function print(entry) {
  const delivery = deliveryOf(entry);
  return JSON.stringify([entry, delivery?.status, delivery?.id, entry.quoted && quotedLine(entry)]);
}

const dayOf = (entry) => new Date(entry.at).toDateString();

function continues(entry, previous) {
  return (
    previous &&
    previous.kind !== "notice" &&
    !previous.unsent &&
    previous.from === entry.from &&
    previous.message.sender?.name === entry.message.sender?.name &&
    entry.at - previous.at < RUN_MS &&
    dayOf(previous) === dayOf(entry)
  );
}

function append(entry, previous) {
  if (!previous || dayOf(previous) !== dayOf(entry))
    list.append(el("div", { class: "day" }, el("span", { text: day(entry.at) })));
  const node = renderEntry(entry);
  node.classList.toggle("follows", Boolean(continues(entry, previous)));
  list.append(node);
  drawn.set(entry.id, { node, print: print(entry) });
  return node;
}

function replace(entry) {
  const known = drawn.get(entry.id);
  const now = print(entry);
  if (known.print === now) return;
  const node = renderEntry(entry);
  node.classList.toggle("follows", known.node.classList.contains("follows"));
  const focused = known.node.contains(document.activeElement);
  known.node.replaceWith(node);
  if (focused) (node.querySelector(".more") ?? log).focus();
  drawn.set(entry.id, { node, print: now });
}

/** What is unsent or edited changes in the messages that quote it, too. */
function replaceWithQuotes(entry) {
  replace(entry);
  chat()
    .entries.filter((other) => other.quoted === entry.id)
    .forEach(replace);
}

/** Draws the chosen chat from nothing. Silent for screen readers: only what comes after is news. */
function redraw() {
  log.setAttribute("aria-live", "off");
  list.replaceChildren();
  drawn.clear();
  stopTyping();
  chat().entries.forEach((entry, index, all) => append(entry, all[index - 1]));
  dropOldest();
  toEnd();
  requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
}

/** After a fetch of the state: the same chat with more or changed entries, or a world begun anew. */
function sync() {
  const ids = new Set(chat().entries.map((entry) => entry.id));
  if (log.dataset.chat !== world.selected || [...drawn.keys()].some((id) => !ids.has(id))) redraw();
  else
    chat().entries.forEach((entry, index, all) =>
      drawn.has(entry.id) ? replace(entry) : append(entry, all[index - 1]),
    );
  log.dataset.chat = world.selected;
  if (atEnd) toEnd();
}

function onEntry({ chatId, entry, isNew }) {
  if (chatId !== world.selected) return;
  if (!isNew) replaceWithQuotes(entry);
  else appendNews(entry);
  dropOldest();
}

function appendNews(entry) {
  if (entry.from === "bot") stopTyping();
  append(entry, chat().entries.at(-2)).classList.add("arrives");
  if (atEnd || side(entry) === "me") soonToEnd();
  else byId("to-end").hidden = false;
}

/** The simulator forgets the oldest entries of a long chat; so does the log, and says so. */
function dropOldest() {
  byId("forgotten").hidden = !chat().forgotten;
  const oldest = [...drawn].slice(0, Math.max(0, drawn.size - chat().entries.length));
  for (const [id, { node }] of oldest) {
    node.remove();
    drawn.delete(id);
  }
}

/** A webhook that failed, or was put right, shows under its message. */
function onDelivery(delivery) {
  const ids = new Set(delivery.eventIds);
  const entry = chat().entries.findLast((one) => deliveryOf(one)?.eventIds.some((id) => ids.has(id)));
  if (entry && drawn.has(entry.id)) replace(entry);
  if (atEnd) soonToEnd();
}

function retakeSides() {
  for (const entry of chat().entries) drawn.get(entry.id).node.dataset.from = side(entry);
}

function onTyping({ chat: chatId, seconds }) {
  if (chatId !== world.selected || lastEntry(chat())?.from === "bot") return;
  byId("typing").hidden = false;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(stopTyping, seconds * 1000);
  if (atEnd) toEnd();
}

function stopTyping() {
  clearTimeout(typingTimer);
  byId("typing").hidden = true;
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
  byId("to-end").hidden = true;
}

const soonToEnd = oncePerFrame(toEnd);

/** Only moving up leaves the end: in a burst the end runs away from where toEnd() went a moment ago. */
function scrolled() {
  const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  if (near || log.scrollTop < lastTop) atEnd = near;
  lastTop = log.scrollTop;
  if (atEnd) byId("to-end").hidden = true;
}

export function startLog() {
  on("state", sync);
  on("selection", sync);
  on("language", redraw);
  on("speaker", retakeSides);
  on("entry", onEntry);
  on("delivery", onDelivery);
  on("typing", onTyping);
  log.addEventListener("scroll", scrolled, { passive: true });
  byId("to-end").addEventListener("click", toEnd);
  new ResizeObserver(() => atEnd && toEnd()).observe(log);
}
