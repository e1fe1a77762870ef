// One message as a bubble: media, text, buttons, time.

import { avatar, copy, element, fileSize, icon, iconButton, languageOf } from "./elements.js";
import { safeAddress, textNodes } from "./entities.js";
import { timeOfDay } from "./moments.js";
import { fileAddress } from "./server.js";
import { say } from "./words.js";

const PHOTO_HEIGHT = 340; // pixels, at most
const TOUCH = matchMedia("(hover: none)");
const ANSWERS_ITSELF = "a, button, [role=button], audio, video, .folding";

export const nameOf = (sender) =>
  sender ? [sender.first_name, sender.last_name].filter(Boolean).join(" ") || sender.title || sender.name : say("someone");

/**
 * The node of one message as `seat` sees it. A seat is one person's view of one chat and what that person can do:
 * {chat, viewer, reader, isMine(message), onTap, onReplyTo, onMenu, onPhoto, onNews, onCopy}.
 */
export function messageNode(message, seat) {
  const service = serviceText(message);
  const node = service === null ? bubble(message, seat) : element("p", { class: "service", lang: languageOf(service) }, service);
  node.dataset.id = message.message_id;
  return node;
}

/** What a service message says, or null when the message is an ordinary one. */
function serviceText(message) {
  const name = nameOf(message.from);
  if (message.new_chat_members) return say("joined", { names: message.new_chat_members.map(nameOf).join(", ") });
  if (message.left_chat_member) return say("left", { name: nameOf(message.left_chat_member) });
  if (message.pinned_message) return say("pinned", { name });
  if (message.forum_topic_created) return say("topicMade", { name: message.forum_topic_created.name });
  if (message.new_chat_title) return say("titled", { name: message.new_chat_title });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return say("upgraded");
  if (message.group_chat_created || message.supergroup_chat_created) return say("groupMade");
  return null;
}

function bubble(message, seat) {
  const mine = seat.isMine(message);
  const guarded = Boolean(message.has_protected_content);
  const reader = { ...seat.reader, protected: guarded };
  const body = element(
    "div",
    { class: "bubble" },
    seat.chat.kind !== "private" && !mine && senderLine(message),
    message.via_bot && element("div", { class: "origin" }, say("via", { name: message.via_bot.username })),
    message.forward_origin && element("div", { class: "origin" }, say("forwarded", { name: originName(message.forward_origin) })),
    replyQuote(message, seat),
    ...content(message, seat, reader),
    reactions(message),
    footer(message, mine),
    iconButton("more", say("messageMenu"), (event) => seat.onMenu(message, event.currentTarget), {
      class: "icon-button message-menu",
      tabindex: "-1",
      "aria-haspopup": "menu",
    }),
  );
  const node = element(
    "article",
    { class: `message ${mine ? "mine" : "theirs"}${guarded ? " guarded" : ""}`, "aria-label": `${nameOf(message.from)}, ${timeOfDay(message.date)}` },
    seat.chat.kind !== "private" && !mine && avatar(nameOf(message.from), message.from?.id),
    element("div", { class: "stack" }, body, inlineKeyboard(message, seat)),
  );
  if (guarded) node.addEventListener("copy", (event) => event.preventDefault());
  body.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    seat.onMenu(message, node.querySelector(".message-menu"));
  });
  body.addEventListener("click", (event) => {
    if (TOUCH.matches && !event.target.closest(ANSWERS_ITSELF)) seat.onMenu(message, node.querySelector(".message-menu"));
  });
  return node;
}

function senderLine(message) {
  const sender = message.sender_chat ?? message.from;
  const name = nameOf(sender);
  return element("div", { class: `sender ink-${Math.abs(sender?.id ?? 0) % 7}`, lang: languageOf(name) }, name, sender?.is_bot && element("span", { class: "badge" }, say("bot")));
}

const originName = (origin) => nameOf(origin.sender_user ?? origin.sender_chat ?? origin.chat) || origin.sender_user_name;

function replyQuote(message, seat) {
  const original = message.reply_to_message;
  if (!original || original.forum_topic_created) return null; // every message of a topic answers the topic's first one
  const summary = message.quote?.text ?? summaryOf(original);
  return element(
    "button",
    { type: "button", class: "reply-quote", onclick: () => seat.onReplyTo(original) },
    element("b", { lang: languageOf(nameOf(original.from)) }, nameOf(original.from)),
    element("span", { lang: languageOf(summary) }, summary),
  );
}

/** One line that stands for a message where there is no room for it. */
export function summaryOf(message) {
  const words = message.text ?? message.caption;
  if (words) return words.replace(/\s+/g, " ");
  const kind = ["photo", "video", "voice", "audio", "sticker", "location", "contact", "poll"].find((name) => message[name]);
  if (kind) return say(kind);
  return message.document ? message.document.file_name ?? say("file") : say("message");
}

function content(message, seat, reader) {
  const parts = mediaParts(message, seat);
  const text = message.text ?? message.caption;
  const entities = message.text === undefined ? message.caption_entities : message.entities;
  const words = text ? element("div", { class: "text", lang: languageOf(text) }, textNodes(text, entities, reader)) : null;
  if (!parts.length && !words) parts.push(element("div", { class: "text unsupported" }, say("unsupported", { kinds: unknownKinds(message) })));
  return message.show_caption_above_media ? [words, ...parts] : [...parts, words];
}

const ENVELOPE = new Set(["message_id", "from", "chat", "date", "edit_date", "message_thread_id", "is_topic_message", "reply_markup"]);
const unknownKinds = (message) => Object.keys(message).filter((key) => !ENVELOPE.has(key)).join(", ");

function mediaParts(message, seat) {
  const parts = [];
  if (message.photo?.length) parts.push(photoPart(message, seat));
  if (message.video ?? message.video_note) parts.push(playerPart("video", message.video ?? message.video_note, message));
  if (message.animation) parts.push(playerPart("video", message.animation, message, { loop: true, muted: true }));
  if (message.voice) parts.push(playerPart("audio", message.voice, message, { "aria-label": say("voice") }));
  if (message.audio) parts.push(element("div", { class: "track" }, message.audio.title ?? message.audio.file_name ?? say("audio")), playerPart("audio", message.audio, message));
  if (message.document && !message.animation) parts.push(documentPart(message.document, message.has_protected_content));
  if (message.sticker) parts.push(element("div", { class: "sticker" }, message.sticker.emoji ?? say("sticker")));
  if (message.dice) parts.push(element("div", { class: "sticker" }, `${message.dice.emoji} ${message.dice.value}`));
  if (message.location) parts.push(placePart(message, seat));
  if (message.contact) parts.push(contactPart(message.contact));
  if (message.poll) parts.push(pollPart(message.poll));
  return parts;
}

function photoPart(message, seat) {
  const largest = message.photo.reduce((one, other) => (other.width * other.height > one.width * one.height ? other : one));
  const image = element("img", {
    src: fileAddress(largest.file_id),
    width: largest.width,
    height: largest.height,
    alt: message.caption ?? say("photo"),
    loading: "lazy",
    decoding: "async",
    draggable: "false",
  });
  // The place is kept free while the picture is on its way, so that what is being read does not jump.
  image.style.width = `${Math.round(Math.min(largest.width, (PHOTO_HEIGHT * largest.width) / largest.height))}px`;
  image.style.aspectRatio = `${largest.width} / ${largest.height}`;
  const open = element("button", { type: "button", class: "photo", "aria-label": say("openPhoto") }, image);
  open.addEventListener("click", () => (open.classList.contains("veiled") ? open.classList.remove("veiled") : seat.onPhoto(image)));
  if (message.has_media_spoiler) veil(open);
  return open;
}

/** Hides media behind a blur until it is asked for. */
function veil(node) {
  node.classList.add("veiled");
  node.setAttribute("aria-label", say("hiddenMedia"));
}

function playerPart(tag, file, message, attributes = {}) {
  const options = { controls: true, preload: "metadata", src: fileAddress(file.file_id), ...attributes };
  if (message.has_protected_content) options.controlslist = "nodownload";
  const player = element(tag, options);
  if (tag !== "video" || !message.has_media_spoiler) return player;
  const cover = element("button", { type: "button", class: "photo", onclick: () => cover.replaceWith(player) }, player);
  veil(cover);
  return cover;
}

function documentPart(file, guarded) {
  const name = file.file_name ?? say("file");
  const inside = [
    element("span", { class: "file-icon" }, icon("file")),
    element("span", { class: "file-words" }, element("b", { lang: languageOf(name) }, name), element("small", {}, fileSize(file.file_size))),
  ];
  if (guarded) return element("div", { class: "file" }, inside);
  return element("a", { class: "file", href: fileAddress(file.file_id), download: name, "aria-label": say("download", { name }) }, inside);
}

/** A place drawn as a pin on a plain grid: a map would need a server that learns where people are. */
function placePart(message, seat) {
  const { latitude, longitude } = message.location;
  const numbers = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const { title, address } = message.venue ?? {};
  return element(
    "div",
    { class: "place" },
    element("div", { class: "place-map", role: "img", "aria-label": `${say("location")}: ${numbers}` }, icon("pin")),
    title && element("b", { lang: languageOf(title) }, title),
    address && element("span", { lang: languageOf(address) }, address),
    element("span", { class: "place-numbers" }, numbers, !message.has_protected_content && iconButton("copy", say("copyCoordinates"), () => seat.onCopy(numbers))),
  );
}

function contactPart(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return element(
    "div",
    { class: "file" },
    avatar(name, contact.user_id),
    element("span", { class: "file-words" }, element("b", { lang: languageOf(name) }, name), element("small", {}, contact.phone_number)),
  );
}

function pollPart(poll) {
  return element(
    "div",
    { class: "text" },
    element("b", { lang: languageOf(poll.question) }, poll.question),
    element("ul", {}, poll.options.map((option) => element("li", { lang: languageOf(option.text) }, `${option.text} (${option.voter_count})`))),
  );
}

function reactions(message) {
  const list = Array.isArray(message.reaction) ? message.reaction.filter((reaction) => reaction.emoji) : [];
  if (!list.length) return null;
  return element("div", { class: "reactions" }, list.map((reaction) => element("span", { class: "reaction" }, reaction.emoji)));
}

function footer(message, mine) {
  return element(
    "span",
    { class: "footer" },
    message.has_protected_content && element("span", { class: "mark", role: "img", "aria-label": say("protected"), title: say("protected") }, icon("shield")),
    message.silent && element("span", { class: "mark", role: "img", "aria-label": say("silent"), title: say("silent") }, icon("silent")),
    message.edit_date && element("span", {}, say("edited")),
    element("time", { datetime: new Date(message.date * 1000).toISOString() }, timeOfDay(message.date)),
    mine && icon("sent"),
  );
}

function inlineKeyboard(message, seat) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return element(
    "div",
    { class: "keyboard" },
    rows.map((row, rowNumber) =>
      element(
        "div",
        { class: "keyboard-row" },
        row.map((button, column) => inlineButton(button, message, rowNumber, column, seat)),
      ),
    ),
  );
}

const CORNERS = { url: "outside", login_url: "outside", copy_text: "copy" };

function inlineButton(button, message, row, column, seat) {
  const kind = Object.keys(button).find((key) => key in CORNERS || key.startsWith("switch_inline"));
  const corner = CORNERS[kind] ?? (kind ? "share" : null);
  const node = element(
    "button",
    {
      type: "button",
      class: `inline-button${["primary", "success", "danger"].includes(button.style) ? ` ${button.style}` : ""}`,
      lang: languageOf(button.text),
      "data-place": `${row}:${column}`,
    },
    element("span", { class: "button-words" }, button.text),
    corner && icon(corner),
  );
  node.addEventListener("click", () => press(button, { message, row, column, node }, seat));
  return node;
}

async function press(button, place, seat) {
  if ("callback_data" in button) return seat.onTap(place);
  if (button.url) {
    const url = safeAddress(button.url);
    return url && (seat.reader.onLink(url) || window.open(url.href, "_blank", "noopener,noreferrer"));
  }
  if (button.copy_text) return seat.onCopy(button.copy_text.text);
  const query = button.switch_inline_query_current_chat;
  if (query !== undefined) return seat.onInline(query, "here");
  const elsewhere = button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query;
  if (elsewhere !== undefined || button.switch_inline_query_chosen_chat) return seat.onInline(elsewhere ?? "", "elsewhere");
  return seat.onNews(say("onlyTelegram", { kind: Object.keys(button).filter((key) => key !== "text").join(", ") }));
}

/** Copies for a seat and says so. */
export async function copyAndTell(text, tell) {
  tell(say((await copy(text)) ? "copied" : "notCopied"));
}
