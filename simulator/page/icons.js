// The page's own drawings: line icons on a 24-unit grid, the faces of people, bot and group, and the creature
// that stands for every sticker. Plain SVG attributes, since style attributes are not allowed here.

const SVG = "http://www.w3.org/2000/svg";

const paths = {
  chats: ["M4 6h16M4 12h16M4 18h10"],
  close: ["M6 6l12 12M18 6L6 18"],
  globe: [
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
    "M3 12h18M12 3c3 2.6 4 5.6 4 9s-1 6.4-4 9c-3-2.6-4-5.6-4-9s1-6.4 4-9z",
  ],
  reset: ["M4 5v5h5", "M4.6 10A8 8 0 1 1 4 13.5"],
  pulse: ["M3 12h4l3-8 4 16 3-8h4"],
  down: ["M12 5v14M6 13l6 6 6-6"],
  plus: ["M12 5v14M5 12h14"],
  smile: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M8 14c1 1.8 2.4 2.6 4 2.6s3-.8 4-2.6M9 9.5v.1M15 9.5v.1"],
  send: ["M4 12l16-8-5 16-3.5-6.5L4 12z"],
  twice: ["M4 12l6 6 9-11M9.5 12.5l2 2"],
  at: ["M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M16 8v5.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-4 7.5"],
  dots: ["M5 12v.01M12 12v.01M19 12v.01"],
  reply: ["M9 7l-5 5 5 5M4 12h9c4 0 6 2 7 6"],
  edit: ["M4 20l1-4L16 5l3 3L8 19l-4 1z"],
  unsend: ["M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"],
  redeliver: ["M4 9a8 8 0 0 1 14-3l2 2M20 3v5h-5", "M20 15a8 8 0 0 1-14 3l-2-2M4 21v-5h5"],
  braces: [
    "M9 4H7.5C6 4 6 5 6 7v2.5c0 1.5-.8 2.5-2 2.5 1.2 0 2 1 2 2.5V17c0 2 0 3 1.5 3H9",
    "M15 4h1.5C18 4 18 5 18 7v2.5c0 1.5.8 2.5 2 2.5-1.2 0-2 1-2 2.5V17c0 2 0 3-1.5 3H15",
  ],
  warn: ["M12 4l9 16H3L12 4z", "M12 10v4M12 17v.01"],
  ok: ["M5 13l4 4L19 7"],
  bad: ["M7 7l10 10M17 7L7 17"],
  wait: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z", "M12 8v4.5l3 2"],
  image: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4M15 9v.01"],
  video: ["M4 6h11v12H4z", "M15 10l5-3v10l-5-3"],
  audio: ["M5 10v4M9 6v12M13 9v6M17 4v16M21 10v4"],
  file: ["M6 3h8l5 5v13H6z", "M14 3v5h5"],
  location: ["M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11z", "M12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"],
};

function shape(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

export function icon(name) {
  const line = {
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 2,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  const svg = shape("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", ...line });
  svg.append(...paths[name].map((d) => shape("path", { d })));
  return svg;
}

/** Fills every element of index.html that names an icon. */
export function placeIcons() {
  for (const node of document.querySelectorAll("[data-icon]")) node.prepend(icon(node.dataset.icon));
}

export function botFace() {
  const svg = shape("svg", { viewBox: "0 0 40 40", class: "face", "aria-hidden": "true" });
  svg.append(
    shape("rect", { width: 40, height: 40, rx: 14, fill: "#0b7a5b" }),
    shape("path", { d: "M20 8v4", stroke: "#bff0d8", "stroke-width": 2.5, "stroke-linecap": "round" }),
    shape("circle", { cx: 20, cy: 7.5, r: 2.2, fill: "#bff0d8" }),
    shape("rect", { x: 9, y: 12, width: 22, height: 19, rx: 7, fill: "#fff" }),
    shape("circle", { cx: 15.5, cy: 19.5, r: 2, fill: "#0b5a46" }),
    shape("circle", { cx: 24.5, cy: 19.5, r: 2, fill: "#0b5a46" }),
    shape("path", {
      d: "M15 25l3.5 2.8 6.5-3.6",
      fill: "none",
      stroke: "#0b7a5b",
      "stroke-width": 2.4,
      "stroke-linecap": "round",
    }),
  );
  return svg;
}

const skins = [
  { back: "#f6c6d3", hair: "#7a3c4c", shirt: "#d9577d", long: true },
  { back: "#bcdcf5", hair: "#3b3a45", shirt: "#2f7cc0" },
  { back: "#fbdfa8", hair: "#5b3a1e", shirt: "#d98a1f", glasses: true },
  { back: "#d5cdf5", hair: "#2f2a4a", shirt: "#7663c9", long: true },
  { back: "#c4e8d1", hair: "#274a39", shirt: "#349a68", long: true },
];

function skinOf(name) {
  const known = ["Alice", "Bob", "Charlie", "小美 Mei", "พลอย Ploy"].indexOf(name);
  return skins[
    known >= 0 ? known : [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % skins.length
  ];
}

export function personFace(name) {
  const skin = skinOf(name);
  const svg = shape("svg", { viewBox: "0 0 40 40", class: "face", "aria-hidden": "true" });
  svg.append(
    shape("rect", { width: 40, height: 40, rx: 14, fill: skin.back }),
    shape("path", { d: skin.long ? "M10 31c-2-11-1-24 10-24s12 13 10 24c-4 2-16 2-20 0z" : "", fill: skin.hair }),
    shape("path", { d: "M7 40c0-8 5.5-12 13-12s13 4 13 12z", fill: skin.shirt }),
    shape("circle", { cx: 20, cy: 18.5, r: 8.2, fill: "#ffe3cf" }),
    shape("path", { d: "M11 19c-1-8 4-12 9-12s10 4 9 12c-2-4-4-6-6-6.5-3 2-8 2.5-12 6.5z", fill: skin.hair }),
    shape("circle", { cx: 17, cy: 20, r: 1.1, fill: "#4a3328" }),
    shape("circle", { cx: 23, cy: 20, r: 1.1, fill: "#4a3328" }),
    shape("path", {
      d: skin.glasses ? "M13.5 20h1M25.5 20h1M17 17.2a2.8 2.8 0 1 0 .01 0M23 17.2a2.8 2.8 0 1 0 .01 0" : "",
      fill: "none",
      stroke: "#4a3328",
      "stroke-width": 1,
    }),
    shape("path", {
      d: "M17.5 23.5c1.5 1.3 3.5 1.3 5 0",
      fill: "none",
      stroke: "#a3583f",
      "stroke-width": 1.2,
      "stroke-linecap": "round",
    }),
  );
  return svg;
}

export function groupFace() {
  const svg = shape("svg", { viewBox: "0 0 40 40", class: "face", "aria-hidden": "true" });
  svg.append(
    shape("rect", { width: 40, height: 40, rx: 14, fill: "#cfe3d6" }),
    shape("path", { d: "M8 20L20 10l12 10v11H8z", fill: "#fff" }),
    shape("path", {
      d: "M5.5 21L20 9l14.5 12",
      fill: "none",
      stroke: "#2c7a55",
      "stroke-width": 3,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
    shape("path", {
      d: "M20 28.5c-3.5-2.3-5-4-5-5.6a2.5 2.5 0 0 1 5-.7 2.5 2.5 0 0 1 5 .7c0 1.6-1.5 3.3-5 5.6z",
      fill: "#d9577d",
    }),
  );
  return svg;
}

export function stickerFace(number) {
  const tints = ["#ffd77a", "#a6dcf2", "#f7b7c8", "#b9e3b0", "#d3c5f4"];
  const svg = shape("svg", { viewBox: "0 0 120 110", class: "sticker-face", "aria-hidden": "true" });
  svg.append(
    shape("path", {
      d: "M60 12c30 0 46 20 46 46 0 24-18 40-46 40S14 82 14 58c0-26 16-46 46-46z",
      fill: tints[number % tints.length],
    }),
    shape("path", { d: "M28 26L22 8l20 8zM92 26l6-18-20 8z", fill: tints[number % tints.length] }),
    shape("circle", { cx: 43, cy: 52, r: 5, fill: "#37302a" }),
    shape("circle", { cx: 77, cy: 52, r: 5, fill: "#37302a" }),
    shape("ellipse", { cx: 34, cy: 64, rx: 7, ry: 4.5, fill: "#f58f8f", opacity: 0.6 }),
    shape("ellipse", { cx: 86, cy: 64, rx: 7, ry: 4.5, fill: "#f58f8f", opacity: 0.6 }),
    shape("path", { d: "M50 64c4 9 16 9 20 0z", fill: "#8c3b3b" }),
  );
  return svg;
}
