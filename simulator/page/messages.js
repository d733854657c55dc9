// A LINE message object as an element. One small function per message type, in a table; a type the table does not
// know is shown as its JSON. Templates live in cards.js, Flex in flex.js.

import { template } from "./cards.js";
import { el, json } from "./dom.js";
import { flex } from "./flex.js";
import { icon, stickerFace } from "./icons.js";
import { t } from "./language.js";
import { userName } from "./store.js";

const shapes = {
  text: (message) => textBubble(plainParts(message)),
  textV2: (message) => textBubble(substitutedParts(message)),
  sticker,
  image: (message) => picture(message, "image"),
  video: (message) => picture(message, "video"),
  audio: (message) => media("audio", seconds(message.duration)),
  file: (message) => media("file", message.fileName),
  location: (message) => media("location", message.title, message.address),
  template,
  flex,
};

/** Never throws: one odd message must not cost the reader the rest of the log. */
export function renderMessage(message, chatId) {
  try {
    return (shapes[message.type] ?? unknown)(message, chatId);
  } catch {
    return unknown(message);
  }
}

// Text

function textBubble(parts) {
  return el("div", { class: "bubble", dir: "auto" }, parts);
}

const strong = (text) => el("span", { class: "mention", text });

const emoji = (ids) =>
  el("span", {
    class: "line-emoji",
    title: `${ids.productId} / ${ids.emojiId}`,
    role: "img",
    "aria-label": t("emoji"),
    text: "☺",
  });

/** Mentions (in what people say) and emojis ("$" in what bots say) cut the text; LINE counts UTF-16, as here. */
function plainParts({ text, mention, emojis }) {
  const cuts = [
    ...(mention?.mentionees ?? []).map((one) => ({ ...one, node: strong })),
    ...(emojis ?? []).map((one) => ({ length: 1, ...one, node: () => emoji(one) })),
  ].sort((a, b) => a.index - b.index);
  const parts = [];
  let from = 0;
  for (const { index, length, node } of cuts) {
    parts.push(text.slice(from, index), node(text.slice(index, index + length)));
    from = index + length;
  }
  return [...parts, text.slice(from)];
}

function substitutedParts({ text, substitution = {} }) {
  return text.split(/(\{\{|\}\}|\{\w+\})/).map((part) => {
    if (part === "{{" || part === "}}") return part[0];
    const found = substitution[part.slice(1, -1)];
    return part.startsWith("{") && found ? substitute(found) : part;
  });
}

function substitute({ type, mentionee, ...ids }) {
  if (type !== "mention") return emoji(ids);
  return strong(`@${mentionee.type === "all" ? t("everyone") : userName(mentionee.userId)}`);
}

// Everything that is not text

function sticker({ packageId, stickerId }) {
  const label = t("sticker", { package: packageId, sticker: stickerId });
  return el(
    "div",
    { class: "sticker", role: "img", "aria-label": label, title: label },
    stickerFace(Number(stickerId) || 0),
    el("span", { class: "soft", text: `${packageId} / ${stickerId}` }),
  );
}

function media(kind, ...lines) {
  const shown = lines.filter(Boolean).map((text) => el("span", { class: "soft clip", text }));
  return el(
    "div",
    { class: `bubble media ${kind}`, dir: "auto" },
    el("span", { class: "media-icon" }, icon(kind)),
    el("span", { class: "media-words" }, el("b", { text: t(`media.${kind}`) }), shown),
  );
}

const seconds = (ms) => ms && `${Math.round(ms / 1000)} s`;

function picture(message, kind) {
  const url = message.previewImageUrl ?? message.contentProvider?.previewImageUrl;
  if (!/^https:/.test(url ?? "")) return media(kind, seconds(message.duration));
  const image = el("img", { src: url, alt: t(`media.${kind}`), loading: "lazy", referrerpolicy: "no-referrer" });
  const frame = el("div", { class: `picture ${kind}` }, image);
  image.addEventListener("error", () => frame.replaceWith(media(kind, url)));
  return frame;
}

function unknown(message) {
  return el(
    "div",
    { class: "bubble unknown" },
    el("b", { text: t("unknownMessage", { type: message.type }) }),
    el("pre", { text: json(message) }),
  );
}
