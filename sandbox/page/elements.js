// Builders for DOM nodes. Everything that comes from a message enters the page as a text node or an attribute,
// never as markup, so nothing a person or the bot writes can become part of the page.

/** An element with attributes, listeners (`onclick: f`) and children (nodes, strings; null and false are left out). */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the drawings kept in index.html; decoration only, the name of a control is its label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows only a drawing; its label is read out and shown on hover. */
export function iconButton(name, label, onclick, attributes = {}) {
  return element(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...attributes },
    icon(name),
  );
}

/** "km" when a text has Khmer letters, else "en": browsers choose line breaks and fonts by it. */
export function languageOf(text) {
  return /[\u1780-\u17ff]/.test(text ?? "") ? "km" : "en";
}

/** A round picture with the first letter of a name, in one of seven colours that stay with the id. */
export function avatar(name, id) {
  const letter = new Intl.Segmenter().segment((name ?? "?").trim() || "?")[Symbol.iterator]().next().value.segment;
  const colour = Math.abs(Number(id) || 0) % 7;
  return element("span", { class: `avatar colour-${colour}`, "aria-hidden": "true" }, letter.toUpperCase());
}

/** Copies a text; false where the browser does not allow it. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** 1536 → "1.5 KB" */
export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const units = ["B", "KB", "MB", "GB"];
  let rest = bytes;
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit && rest < 10 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`;
}

/** What a browser may remember between visits; a private window may refuse, then nothing is remembered. */
export const memory = {
  get(key, fallback) {
    try {
      return JSON.parse(localStorage.getItem(`sandbox.${key}`)) ?? fallback;
    } catch {
      return fallback;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`sandbox.${key}`, JSON.stringify(value));
    } catch {
      // nothing to do: the choice then lasts until the page is closed
    }
  },
};
