// Building elements without a framework. Everything goes through el(), which only ever sets text with
// textContent and never writes a style attribute (the page's CSP forbids both inline script and style).

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) setProp(node, key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProp(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "on") listen(node, value);
  else if (key === "text") node.textContent = value;
  else if (key === "class") node.className = value;
  else node.setAttribute(key, value === true ? "" : value);
}

function listen(node, listeners) {
  for (const [type, listener] of Object.entries(listeners)) node.addEventListener(type, listener);
}

export const byId = (id) => document.getElementById(id);

export const json = (value) => JSON.stringify(value, null, 2);

/** Any number of calls within one frame become one, so that a burst of messages costs one layout. */
export function oncePerFrame(work) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      work();
    });
  };
}

/** A closed <details> whose JSON is only written when someone opens it. */
export function rawJson(label, value) {
  const details = el("details", { class: "raw", "data-testid": "raw-json" }, el("summary", { text: label }));
  details.addEventListener("toggle", () => details.append(el("pre", { text: json(value), tabindex: "0" })), {
    once: true,
  });
  return details;
}
