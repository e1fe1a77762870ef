// The chat page: loads what the sandbox knows, draws one column per phone, and keeps all of it up to date.

import { Backstage } from "./backstage.js";
import { Column } from "./column.js";
import { avatar, element, languageOf, memory } from "./elements.js";
import { Clock } from "./moments.js";
import { act, Events, fetchState, sendFile } from "./server.js";
import { pageLanguage, say, setPageLanguage } from "./words.js";

const NARROW = matchMedia("(max-width: 760px)");
const WIDE = matchMedia("(min-width: 1180px)");

const find = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.columns = new Map();
    this.drafts = new Map();
    this.inlineAnswers = new Map();
    this.folded = new Set();
    this.backstage = new Backstage(find("backstage"), this);
    setPageLanguage(memory.get("language", navigator.languages.some((own) => own.startsWith("km")) ? "km" : "en"));
    find("language").addEventListener("click", () => this.switchLanguage());
    find("backstage-button").addEventListener("click", () => this.toggleBackstage());
    NARROW.addEventListener("change", () => this.drawSwitcher());
    document.addEventListener("keydown", (event) => this.onKey(event));
    this.toggleBackstage(WIDE.matches && memory.get("backstage", true), { remember: false });
    this.labelFrame();
    find("loading").textContent = say("loading");
  }

  async begin() {
    const state = await fetchState().catch(() => null);
    if (state) return this.load(state);
    this.banner(say("lost"), "lost");
    setTimeout(() => this.begin(), 1500);
    return undefined;
  }

  // ---- the whole state

  load(state) {
    this.model = {
      ...state,
      people: new Map(state.people.map((person) => [person.id, person])),
      chats: new Map(state.chats.map((chat) => [chat.id, chat])),
    };
    this.clock = new Clock(state.now, state.switches.offset);
    // Remembered by title: the people of the next sandbox have the same names and other numbers.
    const idsOf = (titles) => state.chats.filter((chat) => titles.includes(chat.title)).map((chat) => chat.id);
    this.current = idsOf([memory.get("current", null)])[0] ?? state.chats[0]?.id;
    this.folded = new Set(idsOf(memory.get("folded", [])));
    this.draw();
    this.drawBanner();
    this.events = new Events({
      after: state.event,
      world: state.world,
      onEvent: (event) => this.onEvent(event),
      onLost: () => this.banner(say("lost"), "lost"),
      onBack: () => this.cameBack(),
      onNewWorld: () => this.begin(),
    });
  }

  draw() {
    for (const [id, column] of this.columns) this.drafts.set(id, column.composer.field.value);
    this.columns = new Map([...this.model.chats.values()].map((chat) => [chat.id, new Column(chat, this)]));
    find("columns").replaceChildren(...[...this.columns.values()].map((column) => column.node));
    for (const [id, column] of this.columns) {
      column.composer.field.value = this.drafts.get(id) ?? "";
      column.toBottom();
    }
    this.labelFrame();
    this.drawSwitcher();
    this.backstage.draw();
    if (!NARROW.matches && document.activeElement === document.body) this.columns.get(this.current)?.composer.field.focus();
  }

  labelFrame() {
    const name = this.model?.bot.name;
    document.title = name ? `${name} · ${say("sandbox")}` : say("sandbox");
    find("bot-name").textContent = name ?? "";
    find("bot-name").lang = languageOf(name);
    find("sandbox-label").textContent = say("sandbox");
    find("switcher").setAttribute("aria-label", say("chats"));
    find("language").textContent = say("language");
    find("language").lang = pageLanguage() === "en" ? "km" : "en";
    find("language").title = say("languageLabel");
    find("backstage-label").textContent = say("backstage");
    find("backstage-button").setAttribute("aria-label", say("backstage"));
  }

  switchLanguage() {
    const next = pageLanguage() === "en" ? "km" : "en";
    memory.set("language", next);
    setPageLanguage(next);
    this.labelFrame();
    if (!this.model) return;
    this.draw();
    this.drawBanner();
  }

  // ---- which chats are shown

  /** On a phone one chat is shown and the switcher chooses it; on a wide screen it hides and shows columns. */
  drawSwitcher() {
    find("switcher").replaceChildren(
      ...[...this.columns.values()].map((column) => {
        const { chat, title } = column;
        const shown = NARROW.matches ? chat.id === this.current : !this.folded.has(chat.id);
        column.node.classList.toggle("current", chat.id === this.current);
        column.node.classList.toggle("folded", this.folded.has(chat.id));
        return element(
          "button",
          {
            type: "button",
            class: "chip",
            "aria-pressed": String(shown),
            title: NARROW.matches ? title : say("showChat"),
            onclick: () => (NARROW.matches ? this.showChat(chat.id) : this.fold(chat.id)),
          },
          avatar(title, column.isPrivate ? column.viewer.id : chat.id),
          element("span", { lang: languageOf(title) }, title),
          !shown && column.unread > 0 && element("span", { class: "unread", "aria-label": say("unread", { n: column.unread }) }, String(column.unread)),
        );
      }),
    );
  }

  showChat(id) {
    this.current = id;
    memory.set("current", this.model.chats.get(id).title);
    this.folded.delete(id);
    const column = this.columns.get(id);
    column.unread = 0;
    this.drawSwitcher();
    find("switcher").querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (NARROW.matches) column.toBottom();
    else column.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  fold(id) {
    const column = this.columns.get(id);
    if (!this.folded.delete(id)) {
      if (this.columns.size - this.folded.size === 1) return; // one chat always stays
      this.folded.add(id);
    }
    memory.set("folded", [...this.folded].map((one) => this.model.chats.get(one).title));
    column.unread = 0;
    this.drawSwitcher();
    column.toBottom();
  }

  isShown(column) {
    return NARROW.matches ? column.chat.id === this.current : !this.folded.has(column.chat.id);
  }

  columnsOf(personId) {
    return [...this.columns.values()].filter((column) => column.chat.people.includes(personId));
  }

  people(chat) {
    return chat.people.map((id) => this.model.people.get(id)).filter(Boolean);
  }

  toggleBackstage(open = find("backstage").hidden, { remember = true } = {}) {
    find("backstage").hidden = !open;
    find("backstage-button").setAttribute("aria-expanded", String(open));
    if (!remember) return;
    if (WIDE.matches) memory.set("backstage", open);
    if (open) find("backstage").querySelector("button")?.focus();
    else find("backstage-button").focus();
  }

  onKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !WIDE.matches && !find("backstage").hidden && find("backstage").contains(document.activeElement)) {
      this.toggleBackstage(false);
    }
  }

  // ---- what people do

  /** Does something and returns the answer, or null after showing why not, in `column` if it came from one. */
  async act(action, column) {
    return this.attempt(() => act(action), column);
  }

  async sendFile(fields, file, column) {
    return this.attempt(() => sendFile(fields, file), column);
  }

  async attempt(request, column) {
    try {
      return await request();
    } catch (error) {
      const sentence = error instanceof TypeError ? say("lost") : error.message; // fetch throws TypeError when nobody answers
      if (column) column.toast(sentence, { failed: true });
      else this.banner(sentence, "note");
      if (!column) this.backstage.drawSwitches();
      return null;
    }
  }

  /** Follows a link to the bot itself as that person, and says whether it was one. */
  openLink(url, personId) {
    const payload = startPayload(url, this.model.bot.username);
    if (payload === null) return false;
    const column = this.columnsOf(personId).find((one) => one.isPrivate);
    if (!column) return false;
    this.showChat(column.chat.id);
    column.composer.sendText(payload ? `/start ${payload}` : "/start");
    return true;
  }

  // ---- what happens

  onEvent(event) {
    const column = this.columns.get(event.chat_id);
    switch (event.type) {
      case "message":
        column?.add(event.message);
        if (column && !this.isShown(column)) {
          column.unread += 1;
          this.drawSwitcher();
        }
        break;
      case "edited":
        column?.edit(event.message);
        break;
      case "deleted":
        column?.remove(event.message_id);
        break;
      case "reaction":
        column?.react(event.message_id, event.reaction);
        break;
      case "action":
        column?.startAction(event.action, event.thread_id);
        break;
      case "toast":
        (column ?? this.columnsOf(event.person_id)[0])?.answer(event);
        break;
      case "keyboard":
        if (column) {
          column.chat.keyboard = event.keyboard;
          column.composer.refresh();
        }
        break;
      case "inline":
        this.inlineAnswers.set(event.query_id, event);
        for (const one of this.columnsOf(event.person_id)) one.composer.showResults(event);
        break;
      case "person":
        this.model.people.set(event.person.id, event.person);
        this.refresh();
        break;
      case "chat":
        this.onChat(event.chat);
        break;
      case "commands":
        this.model.commands = event.commands;
        break;
      case "bot":
        Object.assign(this.model.bot, event.bot);
        this.refresh();
        break;
      case "switches":
        this.model.switches = event.switches;
        this.clock.offset = event.switches.offset;
        this.backstage.drawSwitches();
        this.drawBanner();
        break;
      case "call":
        this.backstage.add(event.call);
        break;
      default: // a newer sandbox may say things this page does not know
    }
  }

  onChat(chat) {
    const known = this.model.chats.get(chat.id);
    if (known) {
      const { messages, ...frame } = chat; // the messages have events of their own
      Object.assign(known, frame);
      this.refresh();
      return;
    }
    this.model.chats.set(chat.id, { messages: [], ...chat });
    this.draw();
  }

  refresh() {
    for (const column of this.columns.values()) column.refresh();
    this.labelFrame();
    this.drawSwitcher();
    this.backstage.drawSwitches();
  }

  // ---- the line above everything

  banner(text, kind) {
    clearTimeout(this.bannerTimer);
    const node = find("banner");
    node.hidden = !text;
    node.textContent = text;
    node.className = `banner ${kind}`;
    if (kind === "note") this.bannerTimer = setTimeout(() => this.drawBanner(), 4000);
  }

  drawBanner() {
    this.banner(this.model.switches.down ? say("down") : "", "down");
  }

  cameBack() {
    this.drawBanner();
    if (!this.model.switches.down) this.banner(say("back"), "note");
  }
}

/** The payload of a link that starts the bot ("" for a plain one), or null when the link is something else. */
function startPayload(url, username) {
  const name = username.toLowerCase();
  const web = ["t.me", "telegram.me"].includes(url.hostname) && url.pathname.toLowerCase() === `/${name}`;
  const app = url.protocol === "tg:" && url.hostname === "resolve" && url.searchParams.get("domain")?.toLowerCase() === name;
  if (!web && !app) return null;
  if (["startgroup", "startapp", "startattach"].some((key) => url.searchParams.has(key))) return null;
  return url.searchParams.get("start") ?? "";
}

new Page().begin();
