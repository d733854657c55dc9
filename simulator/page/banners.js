// Lines above the log that say what is wrong right now (the simulator lost, trouble on LINE's side, the bot
// blocked or outside).

import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { chat, on, world } from "./store.js";
import { endTrouble, seconds } from "./trouble.js";

let lost = false;

export function setLost(value) {
  if (lost === value) return;
  lost = value;
  render();
}

function banner(kind, text, button) {
  return el("div", { class: `banner ${kind}` }, icon("warn"), el("span", { text }), button);
}

/** One banner for both directions: the bot's calls to LINE, and LINE's webhooks to the bot. */
function troubleBanner() {
  const { mode, failWebhooks } = world.trouble;
  const words = [mode !== "none" && t(`banner.${mode}`, { s: seconds() }), failWebhooks && t("banner.webhooks")];
  if (!words.some(Boolean)) return null;
  const fix = el("button", { type: "button", class: "button", text: t("banner.fix"), on: { click: endTrouble } });
  return banner("trouble-on", words.filter(Boolean).join(" "), fix);
}

function apartBanner() {
  const current = chat();
  if (!current) return null;
  if (current.kind !== "user") return current.botIn ? null : banner("apart", t("banner.left"));
  const user = world.users.get(current.members[0]);
  return user?.blocked ? banner("apart", t("banner.blocked", { name: user.name })) : null;
}

function render() {
  const lines = [lost && banner("lost", t("banner.lost")), troubleBanner(), apartBanner()];
  byId("banners").replaceChildren(...lines.filter(Boolean));
}

export function startBanners() {
  on("state", render);
  on("selection", render);
  on("language", render);
}
