// One chat as one person sees it: a phone in a row of phones.

import { Composer } from "./composer.js";
import { avatar, element, icon, iconButton, languageOf, memory } from "./elements.js";
import { openMenu, openWindow } from "./menus.js";
import { copyAndTell, messageNode, summaryOf } from "./messages.js";
import { dayLabel } from "./moments.js";
import { say } from "./words.js";

const GENERAL = 1; // the number Telegram gives a forum's first topic; its messages carry no thread
const ACTION_LASTS = 5000; // milliseconds, as on Telegram
const TOAST_LASTS = 4000;
const TAP_WAITS = 30000; // milliseconds a button turns when the bot never answers
const JOINS_WITHIN = 300; // seconds between messages of one sender that are drawn as one group

const ACTIONS = {
  upload_photo: "sendingPhoto",
  upload_document: "sendingFile",
  upload_video: "sendingFile",
  upload_voice: "sendingFile",
  find_location: "choosing",
};

export class Column {
  /** `page` is what all columns share: {model, clock, act, sendFile, openLink, showChat, people(chat)}. */
  constructor(chat, page) {
    this.chat = chat;
    this.page = page;
    this.nodes = new Map();
    this.messages = new Map();
    this.waiting = new Map();
    this.unread = 0;
    this.topic = GENERAL;
    this.freshTopics = new Set();
    this.viewerId = this.firstViewer();
    this.composer = new Composer(this);
    this.build();
    for (const message of chat.messages) this.insert(message);
    this.arrange();
    this.drawIntro();
  }

  firstViewer() {
    const remembered = memory.get(`viewer.${this.chat.title}`, null);
    return this.page.people(this.chat).find((person) => person.name === remembered)?.id ?? this.chat.people[0];
  }

  get isPrivate() {
    return this.chat.kind === "private";
  }

  get viewer() {
    return this.page.model.people.get(this.viewerId);
  }

  /** The forum's topics, the general one first; empty where the chat has none. */
  get topics() {
    const topics = this.chat.topics ?? [];
    if (!topics.length || topics.some((topic) => topic.id === GENERAL)) return topics;
    return [{ id: GENERAL, name: say("general") }, ...topics];
  }

  /** What goes with whatever is sent from here. */
  get address() {
    const inTopic = this.topics.length && this.topic !== GENERAL;
    return { as: this.viewerId, chat_id: this.chat.id, ...(inTopic ? { thread_id: this.topic } : {}) };
  }

  get title() {
    return this.isPrivate ? this.viewer.name : this.chat.title;
  }

  // What messages need to know about who sees them and what that person can do.
  get seat() {
    return {
      chat: this.chat,
      reader: {
        language: this.viewer.language_code,
        clock: this.page.clock,
        onCommand: (text) => this.composer.sendText(text),
        onLink: (url, event) => this.openLink(url, event),
        onNews: (text) => this.toast(text),
      },
      isMine: (message) => message.from?.id === this.viewerId,
      onTap: (place) => this.tap(place),
      onReplyTo: (original) => this.jumpTo(original.message_id),
      onMenu: (message, anchor) => this.openMessageMenu(message, anchor),
      onPhoto: (image) => openWindow(say("photo"), element("img", { src: image.src, alt: image.alt, draggable: "false" }), { className: "photo-window" }),
      onNews: (text) => this.toast(text),
      onCopy: (text) => copyAndTell(text, (news) => this.toast(news)),
      onInline: (query, where) => this.startInline(query, where),
    };
  }

  // ---- frame

  build() {
    this.status = element("span", { class: "status" });
    this.head = element("header", { class: "column-head" });
    this.tabs = element("div", { class: "topics", role: "tablist", "aria-label": say("topics") });
    this.intro = element("div", { class: "intro" });
    this.flow = element("div", { class: "flow" }, this.intro);
    this.list = element("div", { class: "messages", role: "log", tabindex: "0" }, this.flow);
    this.jump = element("button", { type: "button", class: "jump", hidden: true, "aria-label": say("newMessages"), onclick: () => this.toBottom() }, icon("down"));
    this.toastNode = element("div", { class: "toast", role: "status" });
    this.node = element(
      "section",
      { class: `column ${this.isPrivate ? "private" : "group"}`, "data-chat": this.chat.id },
      this.head,
      this.tabs,
      element("div", { class: "stage" }, this.list, this.jump, this.toastNode),
      this.composer.node,
    );
    this.node.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
    this.node.addEventListener("drop", (event) => this.composer.onFiles(event, event.dataTransfer));
    this.list.addEventListener("scroll", () => this.onScroll());
    this.list.addEventListener("keydown", (event) => this.onListKey(event));
    this.stuck = true;
    // Fonts and pictures that arrive late, a phone's keyboard, an opened quote: whoever was at the end stays there.
    const sizes = new ResizeObserver(() => this.stuck && this.toBottom());
    sizes.observe(this.list);
    sizes.observe(this.flow);
    this.refresh();
  }

  /** Draws everything around the messages anew: after a change of person, chat, bot, or commands. */
  refresh() {
    this.list.setAttribute("aria-label", say("messages", { name: this.title }));
    this.node.setAttribute("aria-label", this.title);
    this.drawHead();
    this.drawTopics();
    this.drawIntro();
    this.composer.refresh();
  }

  drawHead() {
    const { viewer } = this;
    const name = element("h2", { lang: languageOf(this.title) }, this.title, this.isPrivate && viewer.note && element("span", { class: "person-note", lang: languageOf(viewer.note) }, viewer.note));
    this.head.replaceChildren(
      avatar(this.title, this.isPrivate ? viewer.id : this.chat.id),
      element("div", { class: "who" }, name, this.status),
      iconButton("more", say("options"), (event) => this.openOptions(event.currentTarget), { "aria-haspopup": "menu" }),
    );
    if (!this.isPrivate) this.head.append(this.speakerChoice());
    this.drawStatus();
  }

  speakerChoice() {
    const choice = element(
      "select",
      { onchange: () => this.speakAs(Number(choice.value)) },
      this.page.people(this.chat).map((person) => element("option", { value: person.id, selected: person.id === this.viewerId }, person.name)),
    );
    return element("label", { class: "speaker" }, `${say("speakingAs")} `, choice);
  }

  speakAs(personId) {
    this.viewerId = personId;
    memory.set(`viewer.${this.chat.title}`, this.viewer.name);
    for (const id of this.messages.keys()) this.redraw(id);
    this.arrange();
    this.refresh();
    this.head.querySelector("select").focus();
  }

  drawStatus() {
    const { bot } = this.page.model;
    let text = this.isPrivate ? say("with", { name: bot.name }) : say("members", { n: this.chat.people.length + 1 });
    if (this.isPrivate && this.viewer.blocked) text = say("blocked");
    if (this.action) text = say(ACTIONS[this.action] ?? "typing");
    this.status.textContent = text;
    this.status.classList.toggle("busy", Boolean(this.action));
  }

  openOptions(anchor) {
    const { viewer } = this;
    const language = (code) => () => this.page.act({ do: "language", as: viewer.id, language_code: code }, this);
    openMenu(
      anchor,
      [
        { label: `${say("readsIn")}: ${say("english")}`, act: language("en"), checked: viewer.language_code === "en" },
        { label: `${say("readsIn")}: ${say("khmer")}`, act: language("km"), checked: viewer.language_code === "km" },
        {
          label: say(viewer.blocked ? "unblock" : "block"),
          danger: !viewer.blocked,
          act: () => this.page.act({ do: viewer.blocked ? "unblock" : "block", as: viewer.id }, this),
        },
      ],
      say("options"),
    );
  }

  drawTopics() {
    const { topics } = this;
    this.tabs.hidden = !topics.length;
    this.tabs.replaceChildren(
      ...topics.map((topic) =>
        element(
          "button",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(topic.id === this.topic),
            tabindex: topic.id === this.topic ? "0" : "-1",
            class: this.freshTopics.has(topic.id) ? "fresh" : null,
            lang: languageOf(topic.name),
            onclick: () => this.openTopic(topic.id),
            onkeydown: (event) => this.onTabKey(event),
          },
          topic.name,
        ),
      ),
    );
  }

  onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const { topics } = this;
    const next = (topics.findIndex((topic) => topic.id === this.topic) + step + topics.length) % topics.length;
    this.openTopic(topics[next].id);
    this.tabs.children[next].focus();
  }

  openTopic(id) {
    this.topic = id;
    this.freshTopics.delete(id);
    this.drawTopics();
    this.arrange();
    this.drawIntro();
    this.toBottom();
    this.composer.refresh();
  }

  /** What an empty chat shows: what the bot says it can do, and the button that begins. */
  drawIntro() {
    const { bot } = this.page.model;
    const empty = ![...this.nodes.values()].some((node) => !node.hidden);
    this.intro.hidden = !empty;
    this.node.classList.toggle("empty", empty);
    if (!empty) return;
    const words = bot.localized?.[this.viewer.language_code] ?? {};
    const description = words.description || bot.description;
    this.intro.replaceChildren(
      ...(this.isPrivate
        ? [
            element("div", { class: "about" }, avatar(bot.name, bot.id), element("h3", { lang: languageOf(words.name || bot.name) }, words.name || bot.name), description && element("h4", {}, say("whatCan")), description && element("p", { lang: languageOf(description) }, description)),
            element("button", { type: "button", class: "start", onclick: () => this.composer.sendText("/start") }, say("start")),
          ]
        : [element("p", { class: "service" }, say("emptyGroup"))]),
    );
  }

  // ---- messages

  topicOf(message) {
    return message.is_topic_message && message.message_thread_id ? message.message_thread_id : GENERAL;
  }

  add(message) {
    this.insert(message);
    if (message.from?.id === this.page.model.bot.id) this.stopAction();
    const topic = this.topicOf(message);
    if (this.topics.length && topic !== this.topic && message.from?.id !== this.viewerId) {
      this.freshTopics.add(topic);
      this.drawTopics();
    }
    this.arrange();
    this.drawIntro();
    if (this.stuck || message.from?.id === this.viewerId) this.toBottom();
    else this.jump.hidden = false;
  }

  insert(message) {
    if (this.nodes.has(message.message_id)) return this.edit(message);
    this.messages.set(message.message_id, message);
    const node = messageNode(message, this.seat);
    this.nodes.set(message.message_id, node);
    const later = [...this.messages.keys()].filter((id) => id > message.message_id);
    if (later.length) this.nodes.get(Math.min(...later)).before(node);
    else this.flow.append(node);
    return undefined;
  }

  edit(message) {
    if (!this.nodes.has(message.message_id)) return this.add(message);
    this.messages.set(message.message_id, message);
    this.redraw(message.message_id);
    this.arrange();
    if (this.stuck) this.toBottom();
    return undefined;
  }

  /** A new node in the place of the old one; the keyboard focus stays on the same button. */
  redraw(id) {
    const old = this.nodes.get(id);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const node = messageNode(this.messages.get(id), this.seat);
    old.replaceWith(node);
    this.nodes.set(id, node);
    if (!focused) return;
    const place = focused.dataset.place && node.querySelector(`[data-place="${focused.dataset.place}"]`);
    (place || node.querySelector(".inline-button") || node.querySelector(".message-menu"))?.focus();
  }

  remove(id) {
    this.nodes.get(id)?.remove();
    this.nodes.delete(id);
    this.messages.delete(id);
    this.composer.forget(id);
    this.arrange();
    this.drawIntro();
  }

  react(id, reaction) {
    const message = this.messages.get(id);
    if (message) this.edit({ ...message, reaction });
  }

  /** Days between messages, groups of one sender, and which topic is shown. */
  arrange() {
    let previous = null;
    const inTopics = this.topics.length > 0;
    const now = this.page.clock.now();
    for (const [id, message] of [...this.messages].sort(([one], [other]) => one - other)) {
      const node = this.nodes.get(id);
      node.hidden = inTopics && this.topicOf(message) !== this.topic;
      const day = dayLabel(message.date, this.viewer.language_code, now);
      const newDay = !node.hidden && (!previous || dayLabel(previous.date, this.viewer.language_code, now) !== day);
      this.markDay(node, newDay ? day : null);
      if (node.hidden) continue;
      const album = Boolean(message.media_group_id) && message.media_group_id === previous?.media_group_id;
      const joined = !newDay && previous?.from?.id === message.from?.id && message.date - previous.date < JOINS_WITHIN && !this.nodes.get(previous.message_id).classList.contains("service");
      node.classList.toggle("joined", joined);
      node.classList.toggle("album", album);
      previous = message;
    }
    this.rovingMenu(previous?.message_id);
  }

  markDay(node, label) {
    const chip = node.previousElementSibling?.classList.contains("day") ? node.previousElementSibling : null;
    if (label === null) chip?.remove();
    else if (!chip) node.before(element("p", { class: "day", lang: languageOf(label) }, label));
    else if (chip.textContent !== label) chip.textContent = label;
  }

  /** Only the newest message's menu is reached with Tab; arrow keys go on from there. */
  rovingMenu(newest) {
    for (const button of this.list.querySelectorAll('.message-menu[tabindex="0"]')) button.tabIndex = -1;
    const button = this.nodes.get(newest)?.querySelector(".message-menu");
    if (button) button.tabIndex = 0;
  }

  onListKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.classList.contains("message-menu")) return;
    event.preventDefault();
    const buttons = [...this.list.querySelectorAll(".message:not([hidden]) .message-menu")];
    buttons[buttons.indexOf(event.target) + step]?.focus();
  }

  jumpTo(id) {
    const node = this.nodes.get(id);
    if (!node) return;
    if (node.hidden) this.openTopic(this.topicOf(this.messages.get(id)));
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 1600);
  }

  openMessageMenu(message, anchor) {
    const mine = message.from?.id === this.viewerId;
    const words = message.text ?? message.caption;
    const items = [{ label: say("reply"), act: () => this.composer.replyTo(message) }];
    if (words && !message.has_protected_content) items.push({ label: say("copyText"), act: () => this.seat.onCopy(words) });
    if (mine && message.text !== undefined) items.push({ label: say("edit"), act: () => this.composer.startEdit(message) });
    items.push({ label: say("raw"), act: () => this.showRaw(message) });
    if (mine || this.isPrivate) {
      const act = () => this.page.act({ do: "delete", ...this.address, message_id: message.message_id }, this);
      items.push({ label: say("delete"), danger: true, act });
    }
    openMenu(anchor, items, say("messageMenu"));
  }

  showRaw(message) {
    openWindow(summaryOf(message).slice(0, 60), element("pre", { class: "raw", tabindex: "0" }, JSON.stringify(message, null, 2)));
  }

  // ---- taps, answers, what the bot is doing

  async tap({ message, row, column, node }) {
    if (node.classList.contains("waiting")) return;
    node.classList.add("waiting");
    node.setAttribute("aria-busy", "true");
    const done = () => {
      node.classList.remove("waiting");
      node.removeAttribute("aria-busy");
    };
    const result = await this.page.act({ do: "tap", ...this.address, message_id: message.message_id, row, column }, this);
    if (!result) return done();
    const key = result.query_id ?? node;
    if (this.answered?.delete(key)) return done(); // the answer was faster than the confirmation of the tap
    this.waiting.set(key, done);
    setTimeout(() => this.stopWaiting(key), TAP_WAITS);
    return undefined;
  }

  stopWaiting(key) {
    this.waiting.get(key)?.();
    this.waiting.delete(key);
  }

  /** The bot's answer to a tap: a short note, an alert, or nothing but the end of waiting. */
  answer({ query_id: query, text, alert, url }) {
    if (query === undefined) for (const key of [...this.waiting.keys()]) this.stopWaiting(key);
    else if (this.waiting.has(query)) this.stopWaiting(query);
    else (this.answered ??= new Set()).add(query);
    const address = url && URL.canParse(url) ? new URL(url) : null;
    if (address) this.page.openLink(address, this.viewerId);
    if (!text) return;
    if (alert) this.alert(text);
    else this.toast(text);
  }

  toast(text, { failed = false } = {}) {
    clearTimeout(this.toastTimer);
    this.toastNode.textContent = text;
    this.toastNode.lang = languageOf(text);
    this.toastNode.classList.toggle("failed", failed);
    this.toastNode.classList.add("shown");
    this.toastTimer = setTimeout(() => this.toastNode.classList.remove("shown"), TOAST_LASTS);
  }

  alert(text) {
    const before = document.activeElement;
    const close = () => {
      veil.remove();
      if (before?.isConnected) before.focus();
    };
    const ok = element("button", { type: "button", class: "plain", onclick: close }, say("ok"));
    const words = element("p", { lang: languageOf(text) }, text);
    const veil = element("div", { class: "alert-veil" }, element("div", { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-label": say("alert") }, element("h3", {}, this.page.model.bot.name), words, ok));
    veil.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Tab") event.preventDefault(); // the alert has one control
    });
    this.node.append(veil);
    ok.focus();
  }

  startAction(action, threadId) {
    if (this.topics.length && (threadId ?? GENERAL) !== this.topic) return;
    clearTimeout(this.actionTimer);
    this.action = action;
    this.drawStatus();
    this.actionTimer = setTimeout(() => this.stopAction(), ACTION_LASTS);
  }

  stopAction() {
    clearTimeout(this.actionTimer);
    if (!this.action) return;
    this.action = null;
    this.drawStatus();
  }

  // ---- links and inline mode

  /** Links to the bot itself are followed inside the page; all others open in a new tab. */
  openLink(url, event) {
    const handled = this.page.openLink(url, this.viewerId);
    if (handled) event?.preventDefault();
    return handled;
  }

  startInline(query, where) {
    const start = (column) => column.composer.put(`@${this.page.model.bot.username} ${query}`);
    if (where === "here") return start(this);
    const columns = this.page.columnsOf(this.viewerId);
    if (columns.length === 1) return start(columns[0]);
    const choices = columns.map((column) =>
      element("button", { type: "button", class: "choice", lang: languageOf(column.title), onclick: () => dialog.close(String(column.chat.id)) }, avatar(column.title, column.chat.id), column.title),
    );
    const dialog = openWindow(say("chooseChat"), element("div", { class: "choices" }, choices));
    dialog.addEventListener("close", () => {
      const chosen = columns.find((column) => String(column.chat.id) === dialog.returnValue);
      if (!chosen) return;
      if (!chosen.isPrivate) chosen.speakAs(this.viewerId);
      this.page.showChat(chosen.chat.id);
      start(chosen);
    });
    return undefined;
  }

  // ---- scrolling

  atBottom() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
  }

  toBottom() {
    this.list.scrollTop = this.list.scrollHeight;
    this.stuck = true;
    this.jump.hidden = true;
  }

  onScroll() {
    // Content that grows leaves the position alone; only a reader scrolls up.
    if (this.atBottom()) {
      this.stuck = true;
      this.jump.hidden = true;
    } else if (this.list.scrollTop < this.lastTop) {
      this.stuck = false;
    }
    this.lastTop = this.list.scrollTop;
  }
}
