// What no Telegram client shows: the sandbox's clock, its switches, and every call the bot makes.

import { element, iconButton, memory } from "./elements.js";
import { timeOfDay } from "./moments.js";
import { say } from "./words.js";

const KEPT = 500; // calls, as many as the sandbox keeps
const DELAYS = [0, 0.2, 0.5, 1, 2, 5, 10]; // seconds
const UNITS = { minutes: 60, hours: 3600, days: 86400 };

export class Backstage {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.hidePolling = memory.get("hidePolling", true);
    setInterval(() => this.tick(), 1000);
  }

  draw() {
    this.list = element("ol", { class: "calls" });
    this.node.setAttribute("aria-label", say("backstage"));
    this.node.replaceChildren(
      element("header", { class: "backstage-head" }, element("h2", {}, say("backstage")), iconButton("close", say("closeBackstage"), () => this.page.toggleBackstage(false))),
      this.switches(),
      this.journal(),
    );
    this.drawSwitches();
    this.drawCalls();
    this.tick();
  }

  // ---- switches

  switches() {
    this.time = element("output", { class: "clock-time" });
    this.offset = element("span", { class: "clock-offset" });
    this.down = this.toggle(say("takeDown"), (value) => this.page.act({ do: "down", value }));
    this.delay = element("select", {
      id: "delay",
      onchange: () => this.page.act({ do: "delay", seconds: Number(this.delay.value) }),
    });
    this.people = element("div", { class: "switch-list" });
    return element(
      "div",
      { class: "switches" },
      element(
        "fieldset",
        {},
        element("legend", {}, say("clock")),
        element("p", { class: "clock" }, this.time, this.offset),
        element("div", { class: "switch-row" }, this.jump(say("hourOn"), UNITS.hours), this.jump(say("dayOn"), UNITS.days)),
        this.customJump(),
      ),
      element("fieldset", {}, element("legend", {}, say("telegram")), this.down, element("label", { class: "switch-row", for: "delay" }, element("span", {}, say("delay")), this.delay)),
      element("fieldset", {}, element("legend", {}, say("people")), this.people),
    );
  }

  jump(label, seconds) {
    return element("button", { type: "button", class: "plain", onclick: () => this.page.act({ do: "advance", seconds }) }, label);
  }

  customJump() {
    const amount = element("input", { type: "number", min: "1", max: "100000", step: "1", value: "7", required: true, "aria-label": say("amount") });
    const unit = element("select", { "aria-label": say("unit") }, Object.keys(UNITS).map((name) => element("option", { value: name, selected: name === "days" }, say(name))));
    const form = element("form", { class: "switch-row" }, amount, unit, element("button", { type: "submit", class: "plain" }, say("advance")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.page.act({ do: "advance", seconds: amount.valueAsNumber * UNITS[unit.value] });
    });
    return form;
  }

  toggle(label, change) {
    const input = element("input", { type: "checkbox", role: "switch", class: "toggle", onchange: () => change(input.checked) });
    return element("label", { class: "switch-row" }, element("span", {}, label), input);
  }

  drawSwitches() {
    const { switches, people } = this.page.model;
    this.down.querySelector("input").checked = switches.down;
    const delays = DELAYS.includes(switches.delay) ? DELAYS : [...DELAYS, switches.delay].sort((one, other) => one - other);
    this.delay.replaceChildren(
      ...delays.map((seconds) => element("option", { value: seconds, selected: seconds === switches.delay }, seconds ? say("seconds", { n: seconds }) : say("noDelay"))),
    );
    this.people.replaceChildren(
      ...[...people.values()].map((person) => {
        const row = this.toggle(say("blocks", { name: person.name }), (value) => this.page.act({ do: value ? "block" : "unblock", as: person.id }));
        row.querySelector("input").checked = Boolean(person.blocked);
        return row;
      }),
    );
    this.tick();
  }

  tick() {
    if (!this.time) return;
    const now = new Date(this.page.clock.now() * 1000);
    const day = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
    this.time.textContent = `${day} ${timeOfDay(now / 1000)}`;
    const { offset } = this.page.clock;
    this.offset.textContent = offset >= 1 ? say("ahead", { span: span(offset) }) : say("realTime");
  }

  // ---- the log

  journal() {
    const box = element("input", {
      type: "checkbox",
      checked: this.hidePolling,
      onchange: () => {
        this.hidePolling = box.checked;
        memory.set("hidePolling", box.checked);
        this.drawCalls();
      },
    });
    return element(
      "section",
      { class: "journal", "aria-label": say("log") },
      element("header", {}, element("h3", {}, say("log")), element("label", {}, box, ` ${say("hidePolling")}`)),
      this.list,
    );
  }

  shown(call) {
    return !(this.hidePolling && call.method.toLowerCase() === "getupdates" && call.status < 400);
  }

  drawCalls() {
    const nodes = this.page.model.calls.filter((call) => this.shown(call)).map(callNode);
    this.list.replaceChildren(...nodes.reverse());
    if (!nodes.length) this.list.append(element("li", { class: "no-calls" }, say("noCalls")));
  }

  add(call) {
    const { calls } = this.page.model;
    calls.push(call);
    if (calls.length > KEPT) calls.shift();
    if (!this.shown(call)) return;
    this.list.querySelector(".no-calls")?.remove();
    this.list.prepend(callNode(call));
    while (this.list.children.length > KEPT) this.list.lastChild.remove();
  }
}

/** 90061 seconds → "1 d 1 h" in the page's words: the two largest parts. */
function span(seconds) {
  const parts = [];
  let rest = Math.round(seconds);
  for (const [name, size] of Object.entries(UNITS).reverse()) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${say(name)}`);
  }
  return parts.slice(0, 2).join(" ") || say("seconds", { n: rest });
}

function callNode(call) {
  const failed = call.status >= 400;
  const details = element(
    "details",
    {},
    element(
      "summary",
      {},
      element("time", {}, clockTime(call.at)),
      element("span", { class: "method" }, call.method),
      element("span", { class: "status-code" }, String(call.status)),
      element("span", { class: "duration" }, say("milliseconds", { n: call.milliseconds < 10 ? call.milliseconds.toFixed(1) : Math.round(call.milliseconds) })),
    ),
  );
  // The parameters are written out only when somebody looks: 500 calls with photos would weigh on the page.
  details.addEventListener("toggle", () => details.open && details.childElementCount === 1 && details.append(...callDetails(call)));
  if (call.error) details.querySelector("summary").append(element("span", { class: "error" }, call.error));
  return element("li", { class: failed ? "failed" : null }, details);
}

function callDetails(call) {
  const empty = !call.params || !Object.keys(call.params).length;
  return [
    element("p", { class: "call-time" }, clockTime(call.at)),
    element("pre", { tabindex: "0", "aria-label": say("parameters") }, empty ? say("noParameters") : JSON.stringify(call.params, opened, 2)),
  ];
}

/** Objects travel as JSON inside a field (keyboards, entities): shown as what they are. */
function opened(key, value) {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The time of a call, by the sandbox's clock; it is given as Unix seconds or as ISO text. */
function clockTime(at) {
  const date = new Date(typeof at === "number" ? at * 1000 : at);
  return `${timeOfDay(date / 1000)}:${String(date.getSeconds()).padStart(2, "0")}`;
}
