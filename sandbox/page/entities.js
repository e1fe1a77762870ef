// A message's text and its entities as DOM nodes. Entities nest; offsets are UTF-16 units, as JavaScript counts.

import { copy, element, icon, languageOf } from "./elements.js";
import { fullMoment, momentText } from "./moments.js";
import { say } from "./words.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };

/**
 * The nodes of `text`. `reader` says who reads and what taps do:
 * {language, clock, onCommand(text), onLink(address), onNews(text), protected}.
 */
export function textNodes(text, entities, reader) {
  const parts = (entities ?? [])
    .map((entity) => ({ entity, start: entity.offset, end: entity.offset + entity.length }))
    .filter(({ start, end }) => start >= 0 && end > start && end <= text.length);
  return nodesBetween(text, 0, text.length, parts, reader);
}

function nodesBetween(text, start, end, parts, reader) {
  const nodes = [];
  let waiting = inOrder(parts);
  let at = start;
  while (waiting.length) {
    const [outer, ...others] = waiting;
    if (outer.start > at) nodes.push(text.slice(at, outer.start));
    // An entity that crosses the end of another is cut there and goes on behind it.
    const inside = others.filter((part) => part.start < outer.end).map((part) => ({ ...part, end: Math.min(part.end, outer.end) }));
    const after = others.filter((part) => part.end > outer.end).map((part) => ({ ...part, start: Math.max(part.start, outer.end) }));
    const children = nodesBetween(text, outer.start, outer.end, inside, reader);
    nodes.push(nodeOf(outer.entity, text.slice(outer.start, outer.end), children, reader));
    at = outer.end;
    waiting = inOrder(after);
  }
  if (at < end) nodes.push(text.slice(at, end));
  return withoutDoubleBreaks(nodes);
}

const isBlock = (node) => node instanceof Element && node.matches("blockquote, .pre");

/** A quote or a block of code stands on lines of its own: the line break before and after it would be one too many. */
function withoutDoubleBreaks(nodes) {
  return nodes.map((node, at) => {
    if (typeof node !== "string") return node;
    let words = node;
    if (isBlock(nodes[at - 1])) words = words.replace(/^\n/, "");
    if (isBlock(nodes[at + 1])) words = words.replace(/\n$/, "");
    return words;
  });
}

const inOrder = (parts) => [...parts].sort((one, other) => one.start - other.start || other.end - one.end);

function nodeOf(entity, text, children, reader) {
  if (PLAIN[entity.type]) return element(PLAIN[entity.type], {}, children);
  switch (entity.type) {
    case "code":
      return codeNode(children, text, reader);
    case "pre":
      return preNode(entity, children, text, reader);
    case "spoiler":
      return spoilerNode(children);
    case "blockquote":
      return element("blockquote", {}, children);
    case "expandable_blockquote":
      return foldingQuote(children);
    case "date_time":
      return momentNode(entity, children, reader);
    case "bot_command":
      return element("button", { type: "button", class: "link", onclick: () => reader.onCommand(text) }, children);
    case "text_link":
      return linkNode(entity.url, children, reader);
    case "url":
      return linkNode(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`, children, reader);
    case "email":
      return linkNode(`mailto:${text}`, children, reader);
    case "phone_number":
      return linkNode(`tel:${text.replace(/[^\d+]/g, "")}`, children, reader);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return element("span", { class: "mention" }, children);
    default:
      return element("span", {}, children);
  }
}

const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** The address when a browser may open it, else null: `javascript:` and the like never become links. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return SCHEMES.has(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

function linkNode(address, children, reader) {
  const url = safeAddress(address);
  if (!url) return element("span", {}, children);
  return element(
    "a",
    {
      href: url.href,
      target: "_blank",
      rel: "noopener noreferrer",
      title: url.href,
      onclick: (event) => reader.onLink(url, event),
    },
    children,
  );
}

function codeNode(children, text, reader) {
  if (reader.protected) return element("code", {}, children);
  const node = element("code", { tabindex: "0", role: "button", title: say("copy") }, children);
  const act = async () => reader.onNews((await copy(text)) ? say("copied") : say("notCopied"));
  return pressable(node, act);
}

function preNode(entity, children, text, reader) {
  const onclick = async () => reader.onNews((await copy(text)) ? say("copied") : say("notCopied"));
  return element(
    "div",
    { class: "pre" },
    element(
      "div",
      { class: "pre-head" },
      element("span", {}, entity.language ?? ""),
      !reader.protected && element("button", { type: "button", "aria-label": say("copy"), title: say("copy"), onclick }, icon("copy")),
    ),
    element("pre", {}, element("code", {}, children)),
  );
}

function spoilerNode(children) {
  const node = element("span", { class: "spoiler", tabindex: "0", role: "button", "aria-label": say("spoiler") }, element("span", {}, children));
  return pressable(node, () => {
    node.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  });
}

/** Makes an element act like a button for mouse and keyboard. */
function pressable(node, act) {
  node.addEventListener("click", (event) => {
    if (event.target.closest("a") && node.classList.contains("spoiler") && node.classList.contains("open")) return;
    act();
  });
  node.addEventListener("keydown", (event) => {
    if (event.target !== node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    act();
  });
  return node;
}

/** A quote of which three lines are shown; the button appears only when there is more. */
function foldingQuote(children) {
  const inside = element("div", { class: "quote-text" }, children);
  const button = element("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": say("unfold"), hidden: true }, icon("down"));
  const quote = element("blockquote", { class: "folding" }, inside, button);
  const toggle = () => {
    const open = quote.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", say(open ? "fold" : "unfold"));
  };
  button.addEventListener("click", toggle);
  inside.addEventListener("click", (event) => {
    if (!button.hidden && !event.target.closest("a, button") && getSelection().isCollapsed) toggle();
  });
  new ResizeObserver(() => {
    if (!quote.classList.contains("open")) button.hidden = inside.scrollHeight <= inside.clientHeight + 1;
  }).observe(inside);
  return quote;
}

/** Moments that count are brought up to date every second, all together. */
const counting = new Set();

setInterval(() => {
  for (const refresh of counting) if (!refresh()) counting.delete(refresh);
}, 1000);

function momentNode(entity, children, reader) {
  const { unix_time: unix, date_time_format: format } = entity;
  const written = momentText(unix, format, reader.language, reader.clock.now());
  const full = fullMoment(unix, reader.language);
  const node = element(
    "time",
    {
      datetime: new Date(unix * 1000).toISOString(),
      title: full,
      class: `moment${format === "r" ? " counting" : ""}`,
      tabindex: "0",
      role: "button",
      lang: written === null ? null : languageOf(written),
    },
    written === null ? children : written,
  );
  if (format === "r") {
    node.setAttribute("aria-live", "off"); // a countdown must not be read out every second
    counting.add(() => {
      const text = momentText(unix, format, reader.language, reader.clock.now());
      if (node.textContent !== text) node.textContent = text;
      return node.isConnected;
    });
  }
  return pressable(node, () => reader.onNews(full));
}
