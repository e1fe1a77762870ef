// Where a person writes: text, commands, files, places, the bot's own buttons, inline results.

import { element, fileSize, icon, iconButton, languageOf } from "./elements.js";
import { openMenu, openWindow } from "./menus.js";
import { nameOf, summaryOf } from "./messages.js";
import { say } from "./words.js";

const PLACE = { latitude: 11.5621, longitude: 104.916 }; // the middle of Phnom Penh, a public square
const INLINE_PAUSE = 300; // milliseconds without typing before an inline query is asked
const TALLEST = 140; // pixels the field grows to before it scrolls

let numbers = 0; // makes the ids of list entries unique on the page

export class Composer {
  constructor(column) {
    this.column = column;
    this.page = column.page;
    this.replying = null;
    this.editing = null;
    this.options = [];
    this.active = -1;
    this.sent = Promise.resolve();
    this.number = ++numbers;
    this.build();
  }

  build() {
    this.field = element("textarea", {
      rows: "1",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `options-${this.number}`,
      autocomplete: "off",
      enterkeyhint: "send",
      dir: "auto",
      oninput: () => this.onInput(),
      onkeydown: (event) => this.onKey(event),
    });
    this.panel = element("div", { class: "options", role: "listbox", id: `options-${this.number}`, hidden: true });
    this.context = element("div", { class: "context", hidden: true });
    this.keyboard = element("div", { class: "reply-keyboard", role: "group", hidden: true });
    this.row = element("form", { class: "composer-row" });
    this.row.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.unblockButton = element("button", { type: "button", class: "unblock" });
    this.node = element("div", { class: "composer" }, this.panel, this.context, this.row, this.unblockButton, this.keyboard);
    this.node.addEventListener("paste", (event) => this.onFiles(event, event.clipboardData));
  }

  refresh() {
    const { viewer, isPrivate } = this.column;
    const blocked = isPrivate && viewer.blocked;
    this.field.placeholder = this.column.chat.keyboard?.input_field_placeholder || say("write");
    this.field.setAttribute("aria-label", `${say("write")}: ${this.column.title}`);
    this.panel.setAttribute("aria-label", say("commands"));
    this.row.replaceChildren(
      iconButton("menu", say("menu"), () => this.toggleCommands(), { class: "icon-button menu-button" }),
      iconButton("attach", say("attach"), (event) => this.openAttach(event.currentTarget), { "aria-haspopup": "menu" }),
      this.field,
      this.keyboardToggle(),
      element("button", { type: "submit", class: "icon-button send", "aria-label": say("send"), title: say("send") }, icon("send")),
    );
    this.row.hidden = blocked;
    this.unblockButton.hidden = !blocked;
    this.unblockButton.textContent = say("unblock");
    this.unblockButton.onclick = () => this.page.act({ do: "unblock", as: viewer.id }, this.column);
    this.drawContext();
    this.drawKeyboard();
    this.closeOptions();
  }

  // ---- sending

  send() {
    const text = this.field.value;
    if (!text.trim()) return;
    const { editing, replying } = this;
    this.clear();
    const action = editing
      ? { do: "edit", as: this.column.viewerId, chat_id: this.column.chat.id, message_id: editing.message_id, text }
      : { do: "say", ...this.column.address, text, ...(replying ? { reply_to: replying.message_id } : {}) };
    this.inOrder(async () => {
      if (await this.page.act(action, this.column)) return;
      if (!this.field.value) this.put(text); // refused: what was written is not lost
    });
  }

  sendText(text) {
    this.inOrder(() => this.page.act({ do: "say", ...this.column.address, text }, this.column));
  }

  /** One request after the other, so that messages arrive in the order they were written. */
  inOrder(step) {
    this.sent = this.sent.then(step, step);
  }

  clear() {
    this.field.value = "";
    this.replying = null;
    this.editing = null;
    this.drawContext();
    this.closeOptions();
    this.grow();
  }

  put(text) {
    this.field.value = text;
    this.grow();
    this.field.focus();
    this.onInput();
  }

  // ---- writing

  onInput() {
    this.grow();
    this.field.lang = languageOf(this.field.value);
    clearTimeout(this.inlineTimer);
    const inline = this.inlineQuery();
    if (inline !== null) this.inlineTimer = setTimeout(() => this.askInline(inline), INLINE_PAUSE);
    else if (/^\/\w*$/.test(this.field.value)) this.showCommands(this.field.value.slice(1));
    else this.closeOptions();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
  }

  onKey(event) {
    if (event.isComposing) return; // Khmer keyboards use Enter while a word is being put together
    if (this.options.length && this.onOptionKey(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape") {
      this.stopContext();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      const own = [...this.column.messages.values()].filter((message) => message.from?.id === this.column.viewerId && message.text !== undefined);
      if (own.length) this.startEdit(own.at(-1));
    }
  }

  onOptionKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.activate((this.active + step + this.options.length) % this.options.length);
    else if (event.key === "Enter" && !event.shiftKey && this.active >= 0) this.options[this.active].choose();
    else if (event.key === "Tab" && this.options[this.active]?.complete) this.put(this.options[this.active].complete);
    else if (event.key === "Escape") this.closeOptions();
    else return false;
    return true;
  }

  // ---- commands and inline results: one list above the field

  get commands() {
    return this.page.model.commands[`${this.column.viewerId}:${this.column.chat.id}`] ?? [];
  }

  toggleCommands() {
    this.field.focus();
    if (!this.panel.hidden) return this.closeOptions();
    if (!this.commands.length) return this.column.toast(say("noCommands"));
    return this.showCommands("");
  }

  showCommands(beginning) {
    const fitting = this.commands.filter(({ command }) => command.startsWith(beginning.toLowerCase()));
    const suffix = this.column.isPrivate ? "" : `@${this.page.model.bot.username}`;
    this.showOptions(
      say("commands"),
      fitting.map(({ command, description }) => ({
        words: [element("b", {}, `/${command}`), element("span", { lang: languageOf(description) }, description)],
        complete: `/${command}${suffix} `,
        choose: () => {
          this.clear();
          this.sendText(`/${command}${suffix}`);
        },
      })),
    );
  }

  showOptions(label, options) {
    this.options = options;
    this.panel.setAttribute("aria-label", label);
    this.panel.replaceChildren(
      ...options.map((option, index) => {
        const node = element("div", { role: "option", id: `option-${this.number}-${index}`, class: "option" }, option.words);
        node.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
        node.addEventListener("click", () => option.choose());
        node.addEventListener("mousemove", () => this.active !== index && this.activate(index));
        return node;
      }),
    );
    this.panel.hidden = !options.length;
    this.field.setAttribute("aria-expanded", String(options.length > 0));
    this.activate(options.length ? 0 : -1);
  }

  activate(index) {
    this.active = index;
    [...this.panel.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === index)));
    const node = this.panel.children[index];
    node?.scrollIntoView({ block: "nearest" });
    if (node) this.field.setAttribute("aria-activedescendant", node.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  closeOptions() {
    this.showOptions(say("commands"), []);
    this.inlineId = null;
  }

  /** What is asked of the bot when the text is "@bot words", else null. */
  inlineQuery() {
    const start = `@${this.page.model.bot.username} `;
    return this.field.value.toLowerCase().startsWith(start.toLowerCase()) ? this.field.value.slice(start.length) : null;
  }

  async askInline(query) {
    const { viewerId, chat } = this.column;
    const result = await this.page.act({ do: "inline", as: viewerId, chat_id: chat.id, query }, this.column);
    if (!result) return;
    this.inlineId = result.query_id;
    const early = this.page.inlineAnswers.get(result.query_id);
    if (early) this.showResults(early);
  }

  showResults({ query_id: query, results }) {
    if (query !== this.inlineId) return;
    this.showOptions(
      say("results"),
      results.map((result) => {
        const title = result.title ?? result.caption ?? result.type;
        const words = [element("b", { lang: languageOf(title) }, title)];
        if (result.description) words.push(element("span", { lang: languageOf(result.description) }, result.description));
        const choose = () => {
          this.clear();
          this.inOrder(() => this.page.act({ do: "choose", ...this.column.address, query_id: query, result_id: result.id }, this.column));
        };
        return { words, choose };
      }),
    );
    this.inlineId = query;
  }

  // ---- answering and editing

  replyTo(message) {
    this.editing = null;
    this.replying = message;
    this.drawContext();
    this.field.focus();
  }

  startEdit(message) {
    this.replying = null;
    this.editing = message;
    this.drawContext();
    this.put(message.text);
  }

  forget(id) {
    if (this.replying?.message_id === id || this.editing?.message_id === id) this.stopContext();
  }

  stopContext() {
    if (this.editing) this.field.value = "";
    this.editing = null;
    this.replying = null;
    this.drawContext();
    this.grow();
  }

  drawContext() {
    const message = this.editing ?? this.replying;
    this.context.hidden = !message;
    if (!message) return;
    const heading = this.editing ? say("editing") : nameOf(message.from);
    const summary = summaryOf(message);
    this.context.replaceChildren(
      icon(this.editing ? "edit" : "reply"),
      element("div", {}, element("b", { lang: languageOf(heading) }, heading), element("span", { lang: languageOf(summary) }, summary)),
      iconButton("close", say("cancel"), () => {
        this.stopContext();
        this.field.focus();
      }),
    );
  }

  // ---- files, places, contacts

  openAttach(anchor) {
    const items = [
      { label: say("attachPhoto"), act: () => this.pick("image/*,video/*", false) },
      { label: say("attachFile"), act: () => this.pick("", true) },
      { label: say("attachLocation"), act: () => this.askPlace() },
    ];
    if (this.column.isPrivate) items.push({ label: say("attachContact"), act: () => this.page.act({ do: "contact", ...this.column.address }, this.column) });
    openMenu(anchor, items, say("attach"));
  }

  pick(accept, asFile) {
    const input = element("input", { type: "file", multiple: true, accept, hidden: true });
    input.addEventListener("change", () => {
      this.askCaption([...input.files], asFile);
      input.remove();
    });
    input.addEventListener("cancel", () => input.remove());
    this.node.append(input);
    input.click();
  }

  onFiles(event, source) {
    const files = [...(source?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.askCaption(files, !files.every((file) => /^(image|video)\//.test(file.type)));
  }

  askCaption(files, asFile) {
    if (!files.length) return;
    const caption = element("textarea", { rows: "2", "aria-label": say("caption"), placeholder: say("caption"), value: "" });
    const plain = element("input", { type: "checkbox", checked: asFile });
    const form = element(
      "form",
      { class: "send-files" },
      element("ul", {}, files.map((file) => element("li", {}, preview(file), element("span", { class: "file-words" }, element("b", { lang: languageOf(file.name) }, file.name), element("small", {}, fileSize(file.size)))))),
      caption,
      element("label", {}, plain, ` ${say("asFile")}`),
      element("div", { class: "actions" }, element("button", { type: "submit", class: "plain main" }, say("send"))),
    );
    const title = files.length > 1 ? say("sendFiles", { n: files.length }) : files[0].name;
    const dialog = openWindow(title, form);
    caption.focus();
    caption.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      dialog.close();
      this.sendFiles(files, plain.checked, caption.value);
    });
  }

  sendFiles(files, asFile, caption) {
    const album = files.length > 1 ? crypto.randomUUID() : null;
    const reply = this.replying?.message_id;
    files.forEach((file, index) => {
      const fields = { ...this.column.address, kind: kindOf(file, asFile), caption: index ? "" : caption, media_group_id: album, reply_to: reply };
      this.inOrder(() => this.page.sendFile(fields, file, this.column));
    });
    this.stopContext();
  }

  askPlace() {
    const number = (key, limit) => element("input", { type: "number", step: "any", min: -limit, max: limit, required: true, value: PLACE[key], "aria-label": say(key) });
    const latitude = number("latitude", 90);
    const longitude = number("longitude", 180);
    const form = element(
      "form",
      { class: "send-place" },
      element("label", {}, say("latitude"), latitude),
      element("label", {}, say("longitude"), longitude),
      element("div", { class: "actions" }, element("button", { type: "submit", class: "plain main" }, say("send"))),
    );
    const dialog = openWindow(say("attachLocation"), form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      dialog.close();
      const place = { latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber };
      this.inOrder(() => this.page.act({ do: "location", ...this.column.address, ...place }, this.column));
    });
  }

  // ---- the bot's own keyboard

  keyboardToggle() {
    if (!this.column.chat.keyboard?.keyboard) return "";
    const label = say("keyboard");
    return iconButton("keyboard", label, () => {
      this.keyboard.hidden = !this.keyboard.hidden;
      this.column.toBottom();
    });
  }

  drawKeyboard() {
    const rows = this.column.chat.keyboard?.keyboard;
    this.keyboard.hidden = !rows || (this.column.isPrivate && this.column.viewer.blocked);
    this.keyboard.setAttribute("aria-label", say("keyboard"));
    this.keyboard.replaceChildren(
      ...(rows ?? []).map((row) => element("div", { class: "keyboard-row" }, row.map((button) => this.replyButton(typeof button === "string" ? { text: button } : button)))),
    );
  }

  replyButton(button) {
    const act = () => {
      if (button.request_location) this.askPlace();
      else if (button.request_contact) this.page.act({ do: "contact", ...this.column.address }, this.column);
      else this.sendText(button.text);
      if (this.column.chat.keyboard?.one_time_keyboard) this.keyboard.hidden = true;
    };
    const style = ["primary", "success", "danger"].includes(button.style) ? ` ${button.style}` : "";
    return element("button", { type: "button", class: `reply-button${style}`, lang: languageOf(button.text), onclick: act }, button.text);
  }
}

function kindOf(file, asFile) {
  if (asFile) return "document";
  if (/^image\/(jpeg|png|webp)$/.test(file.type)) return "photo";
  if (/^video\//.test(file.type)) return "video";
  if (/^audio\/ogg/.test(file.type)) return "voice";
  return /^audio\//.test(file.type) ? "audio" : "document";
}

/** A small drawing of an image file; other files show a sheet. */
function preview(file) {
  if (!/^image\//.test(file.type)) return element("span", { class: "file-icon" }, icon("file"));
  const canvas = element("canvas", { width: 96, height: 96, class: "preview", "aria-hidden": "true" });
  createImageBitmap(file)
    .then((image) => {
      const side = Math.min(image.width, image.height);
      canvas.getContext("2d").drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, 96, 96);
    })
    .catch(() => canvas.replaceWith(element("span", { class: "file-icon" }, icon("file"))));
  return canvas;
}
