// Flex messages: bubbles and carousels, drawn with CSS flexbox, which is what LINE modelled them on. Each component
// is a <span> (a Flex row may be a <button>, which may only hold phrasing content) with classes from rich.css and
// the free values (sizes, colours) set one CSSOM property at a time. Offsets and absolute positions are ignored.

import { tapTarget } from "./actions.js";
import { botImage, scroller } from "./cards.js";
import { el, json } from "./dom.js";
import { colour, gradient, ratio, size } from "./flexsize.js";
import { t } from "./language.js";

const BLOCKS = ["header", "hero", "body", "footer"];

export function flex({ contents }, chatId) {
  if (contents.type === "carousel") return scroller(contents.contents.map((one) => bubble(one, chatId)));
  return bubble(contents, chatId);
}

function bubble(shape, chatId) {
  const blocks = BLOCKS.filter((name) => shape[name]).map((name) => block(name, shape, chatId));
  const props = { class: `fx-bubble fx-${shape.size ?? "mega"}`, dir: shape.direction ?? "ltr" };
  return tappable(shape, chatId, props, blocks);
}

function block(name, shape, chatId) {
  const style = shape.styles?.[name] ?? {};
  const node = el("span", { class: `fx-block fx-${name}` }, component(shape[name], chatId, "vertical"));
  node.style.backgroundColor = colour(style.backgroundColor);
  if (style.separator) node.classList.add("fx-lined");
  if (style.separator) node.style.borderTopColor = colour(style.separatorColor);
  return node;
}

// Components. Each takes (shape, chatId) and returns an element; component() then sets what all of them share.

const components = { box, text, button, image, icon, separator, filler, spacer, video };

function component(shape, chatId, layout) {
  const node = (components[shape.type] ?? unknown)(shape, chatId);
  const grow = shape.flex ?? defaultFlex(shape, layout);
  node.style.flex = grow === 0 ? "0 0 auto" : `${grow} ${grow} ${layout === "vertical" ? "auto" : "0"}`;
  if (shape.width && shape.flex === undefined) node.style.flex = "0 0 auto";
  if (shape.margin)
    node.style[layout === "vertical" ? "marginTop" : "marginInlineStart"] = size("space", shape.margin);
  if (shape.gravity) node.classList.add(`fx-gravity-${shape.gravity}`);
  return node;
}

function defaultFlex({ type }, layout) {
  if (type === "filler") return 1;
  return layout === "vertical" || type === "icon" || type === "separator" || type === "spacer" ? 0 : 1;
}

const hasTap = (shape) =>
  Boolean(shape.action) ||
  (shape.contents ?? []).some(hasTap) ||
  BLOCKS.some((name) => shape[name] && hasTap(shape[name]));

const holdsTap = (shape) => hasTap({ ...shape, action: undefined });

/** With an action: itself a button, or, when buttons lie inside it, with one spread out behind them. */
function tappable(shape, chatId, props, children) {
  if (!shape.action) return el("span", props, children);
  if (!holdsTap(shape))
    return tapTarget(shape.action, chatId, { ...props, class: `${props.class} fx-tap` }, children);
  const label = shape.action.label ?? t("tap");
  return el(
    "span",
    props,
    tapTarget(shape.action, chatId, { class: "fx-behind", "aria-label": label }, []),
    children,
  );
}

function box(shape, chatId) {
  const children = (shape.contents ?? []).map((child) =>
    component(child, chatId, shape.layout === "vertical" ? "vertical" : "horizontal"),
  );
  const node = tappable(shape, chatId, { class: `fx-box fx-${shape.layout}` }, children);
  const { style } = node;
  style.gap = size("space", shape.spacing);
  style.justifyContent = shape.justifyContent ?? "";
  style.alignItems = shape.alignItems ?? "";
  for (const name of ["width", "maxWidth", "height", "maxHeight"]) style[name] = shape[name] ?? "";
  dress(style, shape);
  return node;
}

function dress(style, shape) {
  style.padding = size("space", shape.paddingAll);
  if (shape.paddingTop) style.paddingTop = size("space", shape.paddingTop);
  if (shape.paddingBottom) style.paddingBottom = size("space", shape.paddingBottom);
  if (shape.paddingStart) style.paddingInlineStart = size("space", shape.paddingStart);
  if (shape.paddingEnd) style.paddingInlineEnd = size("space", shape.paddingEnd);
  style.backgroundColor = colour(shape.backgroundColor);
  if (shape.background) style.backgroundImage = gradient(shape.background);
  style.borderRadius = size("space", shape.cornerRadius);
  if (shape.borderWidth || shape.borderColor) {
    style.border = `${size("border", shape.borderWidth ?? "normal")} solid ${colour(shape.borderColor) || "#d0d3d8"}`;
  }
}

function text(shape, chatId) {
  const words = shape.contents ? shape.contents.map(span) : [shape.text];
  const inner = el("span", { class: "fx-words", dir: "auto" }, words);
  const node = tappable(shape, chatId, { class: `fx-text fx-align-${shape.align ?? "start"}` }, [inner]);
  node.classList.toggle("fx-wrap", Boolean(shape.wrap));
  type(node.style, shape);
  if (shape.lineSpacing) node.style.lineHeight = `calc(1.35em + ${shape.lineSpacing})`;
  if (shape.maxLines) {
    inner.classList.add("fx-clamp");
    inner.style.webkitLineClamp = shape.maxLines;
  }
  return node;
}

function span(shape) {
  const node = el("span", { text: shape.text });
  type(node.style, shape);
  return node;
}

function type(style, shape) {
  style.fontSize = size("font", shape.size);
  style.color = colour(shape.color);
  style.fontWeight = { bold: "700", regular: "400" }[shape.weight] ?? "";
  style.fontStyle = shape.style ?? "";
  style.textDecoration = shape.decoration ?? "";
}

function button(shape, chatId) {
  const style = shape.style ?? "link";
  const props = { class: `fx-button fx-${style} fx-height-${shape.height ?? "md"}` };
  const node = tapTarget(shape.action, chatId, props, [
    el("span", { class: "clip", text: shape.action.label ?? "" }),
  ]);
  if (shape.color) node.style[style === "link" ? "color" : "backgroundColor"] = colour(shape.color);
  return node;
}

function image(shape, chatId) {
  const picture = botImage(
    shape.url,
    `fx-picture ${shape.aspectMode === "cover" ? "cover" : ""}`,
    shape.action?.label,
  );
  picture.style.aspectRatio = ratio(shape.aspectRatio);
  picture.style.width = size("image", shape.size ?? "md");
  picture.style.backgroundColor = colour(shape.backgroundColor);
  return tappable(shape, chatId, { class: `fx-image fx-align-${shape.align ?? "center"}` }, [picture]);
}

function icon(shape) {
  const picture = botImage(shape.url, "fx-icon");
  picture.style.height = size("font", shape.size ?? "md");
  picture.style.aspectRatio = ratio(shape.aspectRatio);
  return picture;
}

function separator(shape) {
  const node = el("span", { class: "fx-separator", role: "presentation" });
  node.style.backgroundColor = colour(shape.color);
  return node;
}

function filler() {
  return el("span", { class: "fx-filler" });
}

function spacer(shape) {
  const node = filler();
  node.style.padding = `calc(${size("space", shape.size ?? "md")} / 2)`;
  return node;
}

function video(shape, chatId) {
  return component(shape.altContent, chatId, "vertical");
}

const unknown = (shape) => el("span", { class: "fx-unknown", text: json(shape) });
