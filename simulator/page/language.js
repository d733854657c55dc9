// Which language the page speaks: chosen from the browser's list, remembered when switched. t() gives one
// string; applyLanguage() writes them into the parts of index.html marked with data-t attributes.

import { byId, el } from "./dom.js";
import { strings } from "./strings.js";

const KEPT = "simulator-language";

let language = localStorage.getItem(KEPT) ?? preferred();
if (!strings[language]) language = "en";

function preferred() {
  const known = [navigator.language, ...navigator.languages].map((tag) => tag.split("-")[0]);
  return known.find((tag) => strings[tag]) ?? "en";
}

export function t(key, values = {}) {
  return strings[language][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const has = (key) => key in strings[language];

export function clock(at, seconds = false) {
  const shape = { hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined, hourCycle: "h23" };
  return new Intl.DateTimeFormat(language, shape).format(at);
}

export function day(at) {
  return new Intl.DateTimeFormat(language, { month: "short", day: "numeric", weekday: "short" }).format(at);
}

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
