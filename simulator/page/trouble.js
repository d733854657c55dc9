// The trouble switches: a radio group for what LINE's API does to the bot's calls. One click asks for it; the
// stream's next "state" shows it, so that two open pages agree.

import { send } from "./api.js";
import { byId, el } from "./dom.js";
import { t } from "./language.js";
import { on, world } from "./store.js";

const MODES = ["none", "slow", "down", "429"];
const DELAY_MS = 3000;

export const seconds = () => (world.trouble.delayMs ?? DELAY_MS) / 1000;

const ask = (mode) => send("trouble", mode === "slow" ? { mode, delayMs: DELAY_MS } : { mode });

export const endTrouble = () => ask("none");

function choice(mode) {
  const input = el("input", { type: "radio", name: "trouble", value: mode, "data-testid": `trouble-${mode}` });
  input.checked = world.trouble.mode === mode;
  input.addEventListener("change", async () => (await ask(mode)) || render());
  const hint = t(`trouble.${mode}.hint`, { s: seconds() });
  return el(
    "label",
    { class: `choice trouble-${mode}` },
    input,
    el("span", { class: "choice-name", text: t(`trouble.${mode}`) }),
    el("span", { class: "soft", text: hint }),
  );
}

function render() {
  const group = byId("trouble");
  const focused = group.contains(document.activeElement) ? document.activeElement.value : null;
  group.replaceChildren(group.querySelector("legend"), el("div", { class: "choices" }, MODES.map(choice)));
  if (focused) group.querySelector(`[value="${focused}"]`).focus();
}

export function startTrouble() {
  on("state", render);
  on("language", render);
}
