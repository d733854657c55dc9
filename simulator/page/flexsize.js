// Flex's sizes in pixels, as LINE's apps draw them: keywords (xs..5xl), "12px" and "50%". Anything else is left to
// CSS to refuse, since values only ever reach single CSSOM properties.

const tables = {
  space: { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 },
  border: { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 },
  font: { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 },
  image: { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 },
};

export function size(kind, value) {
  const pixels = tables[kind][value];
  if (pixels !== undefined) return `${pixels}px`;
  return value === "full" ? "100%" : (value ?? "");
}

const HEX = /^#[0-9a-f]{6}([0-9a-f]{2})?$/i;

export const colour = (value) => (HEX.test(value ?? "") ? value : "");

/** "20:13" as CSS wants it. */
export const ratio = (value) => (value ?? "1:1").replace(":", " / ");

export function gradient({ angle, startColor, centerColor, endColor, centerPosition = "50%" }) {
  const middle = colour(centerColor) ? [`${centerColor} ${centerPosition}`] : [];
  return `linear-gradient(${[angle, colour(startColor), ...middle, colour(endColor)].join(", ")})`;
}
