// Template messages (buttons, confirm, carousel, image carousel), and the sideways scroller they share with Flex
// carousels.

import { tapTarget } from "./actions.js";
import { el } from "./dom.js";
import { t } from "./language.js";

const kinds = {
  buttons: card,
  confirm: (shape, chatId) => card(shape, chatId, "confirm"),
  carousel: (shape, chatId) => scroller(shape.columns.map((column) => card({ ...shape, ...column }, chatId))),
  image_carousel: (shape, chatId) => scroller(shape.columns.map((column) => imageCard(column, chatId))),
};

export function template(message, chatId) {
  const kind = kinds[message.template.type];
  return kind
    ? kind(message.template, chatId)
    : el("div", { class: "bubble", dir: "auto", text: message.altText });
}

const CLEAR = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

/** A region of its own in the tab order, so that arrow keys scroll it. */
export function scroller(cards) {
  return el("div", { class: "scroller", role: "group", tabindex: "0", "aria-label": t("carousel") }, cards);
}

/** An image of the bot's; when it cannot be had (offline, not https), a drawn stand-in of the same size. */
export function botImage(url, name, label = "") {
  const image = el("img", { class: name, src: url, alt: label, loading: "lazy", referrerpolicy: "no-referrer" });
  const standIn = () => {
    image.classList.add("missing");
    image.src = CLEAR;
  };
  image.addEventListener("error", standIn, { once: true });
  return image;
}

function card(
  { thumbnailImageUrl, imageBackgroundColor, imageAspectRatio, imageSize, title, text, defaultAction, actions },
  chatId,
  kind = "",
) {
  const words = [title && el("b", { class: "card-title", text: title }), el("span", { class: "card-text", text })];
  const shape = `card-image ${imageAspectRatio ?? ""} ${imageSize ?? ""}`;
  const image = thumbnailImageUrl && botImage(thumbnailImageUrl, shape);
  if (image && imageBackgroundColor) image.style.backgroundColor = imageBackgroundColor;
  const body = { class: "card-body", dir: "auto" };
  return el(
    "div",
    { class: `card ${kind}` },
    image,
    defaultAction ? tapTarget(defaultAction, chatId, body, words) : el("div", body, words),
    el(
      "div",
      { class: "card-actions" },
      actions.map((action) => cardButton(action, chatId)),
    ),
  );
}

function cardButton(action, chatId) {
  return tapTarget(action, chatId, { class: "card-action" }, [action.label]);
}

function imageCard({ imageUrl, action }, chatId) {
  const inside = [
    botImage(imageUrl, "card-image square"),
    el("span", { class: "image-label", text: action.label ?? t("tap") }),
  ];
  return tapTarget(action, chatId, { class: "card image-card" }, inside);
}
