// Questions that need an answer first, each in a modal <dialog> that is built when asked and gone afterwards:
// confirm, pick a date or time, look at JSON. The browser keeps the focus inside and gives it back.

import { el, json } from "./dom.js";
import { t } from "./language.js";

function button(text, value, kind = "") {
  return el("button", { class: `button ${kind}`, value, text });
}

/** Resolves to the value of the button that closed it, "" on Escape. */
function ask(title, content, buttons) {
  const heading = el("h2", { id: "dialog-title", text: title });
  const row = el("div", { class: "dialog-buttons" }, buttons);
  const form = el("form", { method: "dialog" }, heading, content, row);
  const dialog = el("dialog", { "aria-labelledby": "dialog-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

// type=button: Cancel must close even while the date input refuses what is in it.
function cancel() {
  const click = (event) => event.target.closest("dialog").close("");
  return el("button", { class: "button", type: "button", text: t("cancel"), on: { click } });
}

export async function confirm(title, body, go) {
  return (await ask(title, el("p", { text: body }), [cancel(), button(go, "yes", "danger")])) === "yes";
}

export function showJson(title, value) {
  const text = el("pre", { class: "json", text: json(value), tabindex: "0" });
  return ask(title, text, [button(t("close"), "")]);
}

const inputs = {
  date: { type: "date", title: "pickDate" },
  time: { type: "time", title: "pickTime" },
  datetime: { type: "datetime-local", title: "pickDatetime" },
};

const native = (moment) => moment?.replace("t", "T"); // LINE also takes 2026-01-31t12:00

/** LINE's form of what was picked ("2026-01-31", "12:00", "2026-01-31T12:00"), or null. */
export async function askMoment({ mode, initial, min, max, label }) {
  const { type, title } = inputs[mode];
  const bounds = { min: native(min), max: native(max), value: native(initial) };
  const input = el("input", { type, ...bounds, required: true, "aria-label": t(title) });
  const answer = await ask(label || t(title), input, [cancel(), button(t("ok"), "yes", "primary")]);
  return answer === "yes" ? input.value : null;
}
