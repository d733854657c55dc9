// Which language the page speaks: chosen from the browser's list, remembered when switched. t() gives one
// string; applyLanguage() writes them into the parts of index.html marked with data-t attributes.

import { byId, el } from "./dom.js";
import { strings } from "./strings.js";

const KEPT = "simulator-language";

let language = localStorage.getItem(KEPT) ?? preferred();
if (!strings[language]) language = "en";

function preferred() {
  const known = [navigator.language, ...navigator.languages].map(tableFor);
  return known.find((tag) => strings[tag]) ?? "en";
}

/** Chinese is read in one of two scripts: where the traditional one is used, the tag may name the place alone. */
function tableFor(tag) {
  return /^zh-(hant|tw|hk|mo)/i.test(tag) ? "zh-Hant" : tag.split("-")[0];
}

export function t(key, values = {}) {
  return strings[language][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const has = (key) => key in strings[language];

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const SECONDS = { ...TIME, second: "2-digit" };
const DAY = { month: "short", day: "numeric", weekday: "short" };
const formats = new Map();

/** Making one takes a tenth of a millisecond, and a chat has a thousand times to show. */
function format(shape, at) {
  const key = language + JSON.stringify(shape);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, shape));
  return formats.get(key).format(at);
}

export const clock = (at, seconds = false) => format(seconds ? SECONDS : TIME, at);

export const day = (at) => format(DAY, at);

export const number = (value) => new Intl.NumberFormat(language).format(value);

export const languageName = (tag) => new Intl.DisplayNames([language], { type: "language" }).of(tag);

/** Writes all static words; called at the start and after a switch. */
export function applyLanguage() {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.tLabel);
  }
}

export function offerLanguages(changed) {
  const select = byId("language");
  for (const [tag, table] of Object.entries(strings)) {
    select.append(el("option", { value: tag, lang: tag, text: table.name, selected: tag === language }));
  }
  select.addEventListener("change", () => {
    language = select.value;
    localStorage.setItem(KEPT, language);
    changed();
  });
}
