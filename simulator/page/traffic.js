// The right column, newest on top: each delivery to the bot with its status and its time against LINE's 2 s, and
// each call the bot made. Cards are prepended and replaced one by one; JSON is written only when opened.

import { send } from "./api.js";
import { byId, el, oncePerFrame, rawJson } from "./dom.js";
import { icon } from "./icons.js";
import { clock, number, t } from "./language.js";
import { on, world } from "./store.js";

const DEADLINE_MS = 2000;
const CLOSE_MS = 1000; // from here on a delivery is shown as close to the deadline
const SHOWN = 200; // cards per list

const ms = (value) => t("ms", { n: value < 10 ? value.toFixed(1) : number(Math.round(value)) });

const answered = (status) => status >= 200 && status < 300;

// A delivery

function state({ status }) {
  if (status === null) return "wait";
  return answered(status) ? "ok" : "bad";
}

function statusWord({ status }) {
  if (status === null) return t("pending");
  return status === 0 ? t("noAnswer") : String(status);
}

function pill(kind, text, testid) {
  return el("span", { class: `pill ${kind}` }, icon(kind), el("span", { "data-testid": testid, text }));
}

function pace({ ms: value, status }) {
  if (value > DEADLINE_MS) return { kind: "late", word: t("tooLate") };
  if (status === 0) return { kind: "never", word: "" };
  return value > CLOSE_MS ? { kind: "close", word: t("close2s") } : { kind: "in-time", word: t("inTime") };
}

function timing(delivery) {
  if (delivery.ms === null)
    return el("div", { class: "timing" }, el("span", { class: "bar waiting" }, el("span")));
  const { kind, word } = pace(delivery);
  const fill = el("span");
  fill.style.width = `${Math.min(100, (delivery.ms / DEADLINE_MS) * 100)}%`;
  return el(
    "div",
    { class: `timing ${kind}` },
    el("span", { class: "bar" }, fill),
    el("b", { text: ms(delivery.ms) }),
    el("span", { class: "soft", text: word }),
  );
}

function deliveryCard(delivery) {
  const types = delivery.types.join(", ") || t("verify");
  const who = world.chats.get(delivery.chat)?.name;
  const again = el("button", { type: "button", class: "link", "data-testid": "redeliver", text: t("redeliver") });
  again.addEventListener("click", () => send("redeliver", { delivery: delivery.id }));
  return el(
    "li",
    { class: "card-row", "data-testid": "delivery", "data-id": delivery.id },
    el(
      "div",
      { class: "card-head" },
      pill(state(delivery), statusWord(delivery), "delivery-status"),
      el("b", { class: "clip", text: types }),
      delivery.redelivery && el("span", { class: "tag", text: t("redelivery") }),
      el("span", { class: "soft clip grow", text: who ?? "" }),
      el("time", { class: "soft", text: clock(delivery.at, true) }),
    ),
    timing(delivery),
    delivery.error && el("p", { class: "error", text: delivery.error }),
    el("div", { class: "card-foot" }, rawJson(t("body"), delivery.body), again),
  );
}

// A call

function callCard(call) {
  const ok = answered(call.status);
  const word = call.status ? String(call.status) : t("noAnswer");
  return el(
    "li",
    { class: "card-row", "data-testid": "call", "data-id": call.id },
    el(
      "div",
      { class: "card-head" },
      pill(ok ? "ok" : "bad", word, "call-status"),
      el("code", { class: "path", text: `${call.method} ${call.path}` }),
    ),
    el(
      "div",
      { class: "card-foot" },
      rawJson(t("body"), { request: call.request, response: call.response, requestId: call.requestId }),
      el("span", { class: "soft when", text: `${ms(call.ms)} · ${clock(call.at, true)}` }),
    ),
  );
}

// The lists

const lists = {
  deliveries: { card: deliveryCard, empty: "noDeliveries", nodes: new Map() },
  calls: { card: callCard, empty: "noCalls", nodes: new Map() },
};

function put(name, item) {
  const { card, nodes } = lists[name];
  const node = card(item);
  const known = nodes.get(item.id);
  if (known) swap(known, node);
  else byId(name).prepend(node);
  nodes.set(item.id, node);
  if (nodes.size > SHOWN) forgetOldest(nodes);
  byId(name).querySelector(".empty")?.remove();
  soonSum();
}

function swap(known, node) {
  if (known.querySelector("details").open) node.querySelector("details").open = true;
  known.replaceWith(node);
}

function forgetOldest(nodes) {
  const [id, node] = nodes.entries().next().value;
  node.remove();
  nodes.delete(id);
}

function redraw(name) {
  const { card, empty, nodes } = lists[name];
  nodes.clear();
  for (const item of [...world[name].values()].slice(-SHOWN)) nodes.set(item.id, card(item));
  const none = el("li", { class: "empty soft", text: t(empty) });
  byId(name).replaceChildren(...(nodes.size ? [...nodes.values()].reverse() : [none]));
}

function sum() {
  const times = [...world.deliveries.values()]
    .map((one) => one.ms)
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  byId("deliveries-sum").textContent = times.length
    ? t("deliveriesSum", { n: number(times.length), ms: number(Math.round(median)) })
    : "";
  byId("calls-sum").textContent = world.calls.size ? number(world.calls.size) : "";
}

const soonSum = oncePerFrame(sum);

function redrawAll() {
  redraw("deliveries");
  redraw("calls");
  sum();
}

export function startTraffic() {
  on("state", redrawAll);
  on("language", redrawAll);
  on("delivery", (delivery) => put("deliveries", delivery));
  on("call", (call) => put("calls", call));
}
