// Talking to the sandbox: its state, what people do, and the stream of what happens.

/** Everything there is to show, as of event number `event`. */
export async function fetchState() {
  const response = await fetch("/page/state", { cache: "no-store" });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** Does one thing as a person (or to the world); throws an Error with the sandbox's plain sentence when refused. */
export async function act(action) {
  return answered(
    await fetch("/page/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(action),
    }),
  );
}

/** Sends one file as a person. */
export async function sendFile(fields, file) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined && value !== "") form.append(key, value);
  }
  form.append("file", file, file.name);
  return answered(await fetch("/page/file", { method: "POST", body: form }));
}

export const fileAddress = (fileId) => `/page/file/${encodeURIComponent(fileId)}`;

async function answered(response) {
  const result = await response.json().catch(() => ({ ok: false, error: `HTTP ${response.status}` }));
  if (!result.ok) throw new Error(result.error ?? `HTTP ${response.status}`);
  return result;
}

const FIRST_PAUSE = 500; // milliseconds; doubled after every failure
const LONGEST_PAUSE = 8000;

/** Follows the events after number `after` for ever; a lost connection is taken up again after the last number seen. */
export class Events {
  constructor({ after, world, onEvent, onLost, onBack, onNewWorld }) {
    Object.assign(this, { after, world, onEvent, onLost, onBack, onNewWorld });
    this.pause = FIRST_PAUSE;
    this.lost = false;
    this.connect();
    window.addEventListener("online", () => this.lost && this.retryNow());
  }

  connect() {
    this.source = new EventSource(`/page/events?after=${this.after}`);
    this.source.onopen = () => {
      this.pause = FIRST_PAUSE;
      if (this.lost) this.onBack();
      this.lost = false;
    };
    this.source.onmessage = (message) => {
      const event = JSON.parse(message.data);
      if (event.type === "reload") return this.startOver();
      if (Number.isFinite(event.n)) {
        if (event.n <= this.after) return undefined;
        this.after = event.n;
      }
      return this.onEvent(event);
    };
    // EventSource would ask again for the events after the number it was first given: so each connection is a new one.
    this.source.onerror = () => this.retryLater();
  }

  retryLater() {
    this.source.close();
    if (!this.lost) this.onLost();
    this.lost = true;
    this.timer = setTimeout(() => this.retryNow(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  async retryNow() {
    clearTimeout(this.timer);
    try {
      const state = await fetchState();
      if (state.world !== this.world || state.event < this.after) return this.startOver();
      this.connect();
    } catch {
      this.retryLater();
    }
    return undefined;
  }

  startOver() {
    this.source.close();
    this.onNewWorld();
  }
}
