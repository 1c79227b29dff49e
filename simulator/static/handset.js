// One phone: its screen, its keys, and the step of a call that it is at.

import { Player, Recorder, Tones } from "./sound.js";
import { language, say } from "./words.js";
import { Wire } from "./wire.js";

const LETTERS = {
  1: ".,?!1'-", 2: "abcá2", 3: "defé3", 4: "ghií4", 5: "jkl5", 6: "mnñoó6", 7: "pqrs7", 8: "tuvúü8",
  9: "wxyz9", 0: " 0+", "*": "*", "#": "#",
};
const TAP_MS = 900;
const NOTICE_MS = 4000;
const WAVES = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9v6h4l5 4V5L8 9zM16 8c2 2 2 6 0 8M19 5c4 4 4 10 0 14"/></svg>';
const KEYPAD = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 5h3v3H5zM11 5h3v3h-3zM17 5h3v3h-3zM5 11h3v3H5zM11 11h3v3h-3zM17 11h3v3h-3zM11 17h3v3h-3z"/></svg>';
const DOT = '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="7"/></svg>';
const ENVELOPE = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 6h18v12H3zM3 7l9 7 9-7"/></svg>';

function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawing(name, svg) {
  const made = make("span", name);
  made.innerHTML = svg; // ours alone, never what came by the wire
  return made;
}

// A file as it goes with a text.
async function enclosed(file) {
  const address = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(file);
  });
  return { type: file.type, content: address.slice(address.indexOf(",") + 1) };
}

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export class Handset {
  constructor(place, numbers) {
    this.place = place;
    this.id = place.dataset.phone;
    this.numbers = numbers;
    this.state = { phase: "idle", peer: "", step: null, tone: null, messages: [], since: null };
    this.screen = "home";
    this.dialled = "";
    this.picked = 0;
    this.written = "";
    this.files = [];
    this.to = numbers[0]?.number ?? "";
    this.notice = "";
    this.doing = "";
    this.stepKey = "";
    this.read = new Set();
    this.tones = new Tones();
    this.player = new Player((blocked) => { this.blocked = blocked; this.draw(); });
    this.recorder = null;
    this.wire = new Wire(this.find("panel"));
    this.#connect();
  }

  find(name) { return this.place.querySelector(`[data-testid="h${this.id}-${name}"]`); }

  #connect() {
    for (const one of this.place.querySelectorAll("[data-key]")) {
      one.addEventListener("click", () => this.key(one.dataset.key));
    }
    const acts = {
      left: () => this.soft("left"), right: () => this.soft("right"), ok: () => this.soft("ok"),
      up: () => this.move(-1), down: () => this.move(1), call: () => this.call(),
      hang: () => this.hang(), drop: () => this.leave("drop"),
      dial: () => this.dial(this.find("contacts").value),
      panel: () => {
        const shown = this.wire.toggle();
        this.find("panel-toggle").setAttribute("aria-expanded", String(shown));
        this.place.classList.toggle("open", shown);
      },
    };
    for (const one of this.place.querySelectorAll("[data-act]")) {
      one.addEventListener("click", acts[one.dataset.act]);
    }
    this.place.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    for (const name of ["number", "withheld"]) {
      this.find(name).addEventListener("change", () => this.#rename());
    }
    this.find("voicemail").addEventListener("change", (event) => this.post("voicemail", { on: event.target.checked }));
    this.find("contacts").addEventListener("change", (event) => { this.to = event.target.value; });
    this.find("volume").addEventListener("input", (event) => {
      this.tones.volume = this.player.loudness = event.target.value / 100;
    });
  }

  // The wire

  async post(path, values = {}) {
    try {
      const answer = await fetch(`/simulator/handsets/${this.id}/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(values),
      });
      if (answer.ok) return true;
      this.#notice(say("problem"), (await answer.json().catch(() => ({}))).message);
    } catch {
      this.#notice(say("problem"));
    }
    return false;
  }

  apply(state, fresh) {
    const before = this.state;
    this.state = state;
    if (fresh) {
      this.wire.clear();
      for (const one of state.messages) this.read.add(one.sid);
    }
    this.wire.add(state.entries);
    if (document.activeElement !== this.find("number")) this.find("number").value = state.number;
    this.find("withheld").checked = state.withheld;
    this.find("voicemail").checked = state.voicemail;
    if (!fresh && state.messages.some((one) => one.incoming && !before.messages.some((old) => old.sid === one.sid))) {
      if (state.phase === "idle") this.tones.once("text");
    }
    if (before.phase !== state.phase) this.#turned();
    if (!fresh && state.phase === "idle" && state.ends !== before.ends) this.#toll();
    this.#follow(state.step);
    this.draw();
  }

  // The call came to another phase.
  #turned() {
    const { phase } = this.state;
    if (phase === "ringing") this.tones.repeat("ring");
    else if (phase === "dialling") this.tones.repeat("ringback");
    else this.tones.stop();
    if (phase !== "idle") { this.screen = "home"; this.notice = ""; }
    if (phase === "idle") this.dialled = "";
  }

  #toll() {
    const { tone } = this.state;
    if (!tone) return;
    this.dialled = "";
    this.tones.once(tone);
    this.#notice(say(tone));
  }

  // The step of the call

  #follow(step) {
    const key = step ? `${step.id} ${step.kind} ${step.sounds.length}` : "";
    if (key === this.stepKey) return;
    this.stepKey = key;
    if (this.recorder && (!step || step.kind !== "record")) this.#handIn();
    this.player.stop();
    this.doing = "";
    if (step?.kind === "record") this.#record(step);
    else if (step?.kind === "play" || step?.kind === "gather") this.#play(step);
    else if (step?.kind === "dial") this.#now("calling");
    else if (step?.kind === "talk") this.#now("talking");
    if (step?.kind === "dial") this.tones.repeat("ringback");
    else if (this.ringsOut) this.tones.stop();
    this.ringsOut = step?.kind === "dial";
  }

  async #play(step) {
    const after = step.kind === "gather" ? "listening" : "";
    if (!step.sounds.length) { this.#now(after); return; }
    this.#now("playing");
    const failed = await this.player.play(step.sounds);
    if (failed === null) return;
    this.#now(after);
    await this.post("played", { step: step.id, failed });
  }

  async #record(step) {
    const recorder = this.recorder = new Recorder("/simulator/sample.wav");
    recorder.step = step.id;
    const useSample = this.find("sample").checked;
    if (step.beep) await this.tones.once("beep");
    if (this.recorder !== recorder) return;
    this.#now("recording");
    await recorder.start({
      useSample,
      silenceMs: step.silence_ms,
      longestMs: step.longest_ms,
      volume: this.tones.volume,
      ended: () => this.#handIn(),
    });
    if (recorder.sample && !useSample) this.#notice(say("noMicrophone"));
    this.draw();
  }

  async #handIn() {
    const recorder = this.recorder;
    if (!recorder) return;
    this.recorder = null;
    if (this.state.phase === "live") this.#now("handing");
    const { blob } = await recorder.stop();
    const address = `/simulator/handsets/${this.id}/recorded?step=${encodeURIComponent(recorder.step)}`;
    await fetch(blob ? address : `${address}&sample=1`, {
      method: "POST",
      headers: { "Content-Type": blob ? "application/octet-stream" : "application/json" },
      body: blob ?? "{}",
    }).catch(() => {});
  }

  #now(doing) { this.doing = doing; this.draw(); }

  // Keys

  key(key) {
    this.#press(key);
    if (this.state.phase === "live") {
      if (key === "+") return;
      this.tones.key(key);
      if (this.state.step?.kind === "gather") { this.player.stop(); this.#now("listening"); }
      this.post("press", { key });
    } else if (this.state.phase === "idle" && this.screen === "compose") {
      this.#tap(key);
    } else if (this.state.phase === "idle") {
      this.screen = "home";
      this.notice = "";
      this.tones.key(key);
      this.dialled = (this.dialled + key).slice(0, 16);
      this.draw();
    }
  }

  #press(key) {
    const button = this.place.querySelector(`[data-key="${CSS.escape(key)}"]`);
    button?.classList.add("down");
    setTimeout(() => button?.classList.remove("down"), 130);
  }

  // A letter by several presses of its key.
  #tap(key) {
    const letters = LETTERS[key] ?? key;
    const now = performance.now();
    const same = this.tapped?.key === key && now - this.tapped.at < TAP_MS;
    const place = same ? (this.tapped.place + 1) % letters.length : 0;
    this.tapped = { key, place, at: now };
    const box = this.find("text");
    this.written = (same ? this.written.slice(0, -1) : this.written) + letters[place];
    if (box) box.value = this.written;
    this.#count();
  }

  erase() {
    if (this.state.phase !== "idle") return;
    if (this.screen === "compose") { this.written = this.written.slice(0, -1); this.tapped = null; }
    else this.dialled = this.dialled.slice(0, -1);
    this.draw(true);
  }

  call() {
    const { phase } = this.state;
    if (phase === "ringing") { this.tones.stop(); this.post("answer"); return; }
    if (phase !== "idle") return;
    if (this.screen === "contacts") this.dial(this.numbers[this.picked]?.number);
    else if (this.dialled) this.dial(this.dialled);
    else if (this.screen === "home") this.#open("contacts");
    else this.dial(this.to);
  }

  dial(number) {
    if (!number || this.state.phase !== "idle") return;
    this.dialled = number;
    this.screen = "home";
    this.notice = "";
    this.draw();
    this.post("dial", { to: number });
  }

  hang() {
    if (this.state.phase === "ringing") { this.tones.stop(); this.post("reject"); }
    else if (this.state.phase !== "idle") this.leave("hangup");
    else { this.dialled = ""; this.#open("home"); }
  }

  leave(how) {
    if (this.state.phase === "idle") return;
    this.player.stop();
    this.post(how);
  }

  move(by) {
    if (this.screen === "contacts") {
      this.picked = (this.picked + by + this.numbers.length) % (this.numbers.length || 1);
      this.draw();
    } else if (this.screen === "messages") {
      this.place.querySelector(".view").scrollBy({ top: by * 60, behavior: "smooth" });
    } else if (this.state.phase === "idle" && this.screen === "home") {
      this.#open(by < 0 ? "messages" : "contacts");
    }
  }

  soft(side) {
    const { phase } = this.state;
    if (phase === "ringing") { if (side === "right") this.hang(); else this.call(); return; }
    if (phase !== "idle") { if (side === "right") this.hang(); return; }
    const left = side !== "right";
    switch (this.screen) {
      case "home":
        if (side === "ok") this.call();
        else if (left) this.#open("contacts");
        else if (this.dialled) this.erase();
        else this.#open("messages");
        break;
      case "contacts": if (left) this.call(); else this.#open("home"); break;
      case "messages": this.#open(left ? "compose" : "home"); break;
      case "compose": if (left) this.#send(); else this.#open("messages"); break;
    }
  }

  #open(screen) { this.screen = screen; this.notice = ""; this.draw(true); }

  async #send() {
    const body = this.find("text")?.value ?? this.written;
    const media = await Promise.all([...this.files].map(enclosed));
    if (await this.post("messages", { to: this.to, body, media })) {
      this.written = "";
      this.files = [];
      this.#open("messages");
    }
  }

  async #rename() {
    const problem = this.find("problem");
    const number = this.find("number");
    const answer = await fetch(`/simulator/handsets/${this.id}/number`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ number: number.value, withheld: this.find("withheld").checked }),
    });
    problem.hidden = answer.ok;
    number.setAttribute("aria-invalid", String(!answer.ok));
    if (!answer.ok) problem.textContent = `${say("problem")}: ${(await answer.json()).message}`;
  }

  #notice(text, more = "") {
    this.notice = more ? `${text}: ${more}` : text;
    clearTimeout(this.noticeEnds);
    this.noticeEnds = setTimeout(() => { this.notice = ""; this.draw(); }, NOTICE_MS);
    this.draw();
  }

  // The screen

  tick() {
    const clock = this.place.querySelector(".clock");
    clock.textContent = new Date().toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hour12: false });
    const time = this.place.querySelector(".time");
    if (time && this.state.since) {
      time.textContent = minutes(Math.max(0, Math.round((Date.now() - Date.parse(this.state.since)) / 1000)));
    }
  }

  name(number) { return this.numbers.find((one) => one.number === number)?.name ?? number; }

  draw(anew = false) {
    const { phase, tone } = this.state;
    const unread = this.state.messages.filter((one) => one.incoming && !this.read.has(one.sid));
    if (this.screen === "messages" && phase === "idle") for (const one of unread) this.read.add(one.sid);
    Object.assign(this.place.dataset, {
      phase, doing: this.doing, tone: tone ?? "", screen: this.screen, unread: String(unread.length),
      step: this.state.step?.id ?? "",
    });
    this.place.classList.toggle("no-signal", tone === "lost" && this.notice !== "");
    // During a call nobody else is called.
    for (const one of this.place.querySelectorAll('[data-act="dial"]')) one.disabled = phase !== "idle";
    this.wire.draw();
    const view = this.place.querySelector(".view");
    if (!anew && phase === "idle" && this.screen === "compose" && this.find("text")) {
      if (!this.notice) return;
    }
    const [content, left, right] = this.#content(unread.length);
    view.replaceChildren(...content);
    this.place.querySelector(".soft-a").textContent = left;
    this.place.querySelector(".soft-b").textContent = right;
    this.find("soft-left").setAttribute("aria-label", left || "—");
    this.find("soft-right").setAttribute("aria-label", right || "—");
    if (phase === "idle" && this.screen === "messages") view.scrollTop = view.scrollHeight;
    if (phase === "idle" && this.screen === "compose" && anew) this.find("text")?.focus();
    this.tick();
  }

  #content(unread) {
    const { phase } = this.state;
    if (phase === "ringing") return [this.#call("ringing"), say("answer"), say("reject")];
    if (phase !== "idle") return [this.#call(phase), "", say("hangUp")];
    if (this.notice) return [[make("p", "notice", this.notice)], "", say("back")];
    switch (this.screen) {
      case "contacts": return [this.#contacts(), say("callNow"), say("back")];
      case "messages": return [this.#messages(), say("write"), say("back")];
      case "compose": return [this.#compose(), say("send"), say("back")];
      default: return this.#home(unread);
    }
  }

  #home(unread) {
    if (this.dialled) {
      const digits = make("p", "digits", this.dialled);
      digits.dataset.testid = `h${this.id}-dialled`;
      return [[digits], say("contacts"), say("clear")];
    }
    const now = new Date();
    const day = now.toLocaleDateString(language(), { weekday: "long", day: "numeric", month: "long" });
    const parts = [
      make("p", "hour", now.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hour12: false })),
      make("p", "day", day),
    ];
    if (unread) {
      const line = make("p", "new");
      line.append(drawing("icon", ENVELOPE), `${unread} ${say(unread === 1 ? "unread1" : "unread")}`);
      parts.push(line);
    } else parts.push(make("p", "hint", say("ready")));
    return [parts, say("contacts"), say("messages")];
  }

  #call(phase) {
    const { peer, since } = this.state;
    const parts = [make("p", "phase", say(phase)), make("p", "peer", this.name(peer))];
    if (this.name(peer) !== peer) parts.push(make("p", "digits small", peer));
    if (since) parts.push(make("p", "time", ""));
    if (phase !== "live") return parts;
    const line = make("p", `doing ${this.doing || "waiting"}`);
    const sign = { playing: WAVES, talking: WAVES, listening: KEYPAD, recording: DOT }[this.doing];
    if (sign) line.append(drawing("icon", sign));
    const sampling = this.doing === "recording" && this.recorder?.sample;
    line.append(say(this.blocked ? "tap" : sampling ? "sampling" : this.doing || "waiting"));
    parts.push(line);
    return parts;
  }

  #contacts() {
    if (!this.numbers.length) return [make("p", "hint", say("noContacts"))];
    const list = make("ul", "list");
    this.numbers.forEach((one, place) => {
      const row = make("li", place === this.picked ? "picked" : "");
      row.append(make("b", "", one.name), make("small", "", one.number));
      row.addEventListener("click", () => { this.picked = place; this.to = one.number; this.draw(); });
      row.addEventListener("dblclick", () => this.dial(one.number));
      list.append(row);
    });
    return [list];
  }

  #messages() {
    if (!this.state.messages.length) return [make("p", "hint", say("noMessages"))];
    return this.state.messages.map((one) => {
      const bubble = make("div", one.incoming ? "bubble in" : "bubble out");
      Object.assign(bubble.dataset, {
        testid: `h${this.id}-message`, sid: one.sid, incoming: String(one.incoming), status: one.status,
      });
      const time = new Date(one.at).toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hour12: false });
      const foot = one.incoming ? `${this.name(one.peer)} · ${time}` : `${say("you")} · ${time} · ${say(one.status)}`;
      bubble.append(make("p", "", one.body));
      for (const kind of one.media ?? []) bubble.append(make("p", "enclosed", say(kind.startsWith("image/") ? "picture" : "file")));
      bubble.append(make("small", "", foot));
      return bubble;
    });
  }

  #compose() {
    const head = make("p", "towards", `${say("to")}: ${this.name(this.to)}`);
    const box = make("textarea");
    box.dataset.testid = `h${this.id}-text`;
    box.value = this.written;
    box.placeholder = say("compose");
    box.setAttribute("aria-label", say("compose"));
    box.maxLength = 1600;
    box.addEventListener("input", () => { this.written = box.value; this.tapped = null; this.#count(); });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.#send(); }
    });
    return [head, box, make("p", "count", `${this.written.length}/1600`), this.#enclose()];
  }

  // Pictures or sounds to go with the text.
  #enclose() {
    const label = make("label", "enclose");
    const input = make("input");
    Object.assign(input, { type: "file", multiple: true, accept: "image/*,audio/*" });
    input.dataset.testid = `h${this.id}-files`;
    const told = make("span", "", this.files.length ? `${say("enclosed")}: ${this.files.length}` : say("enclose"));
    input.addEventListener("change", () => {
      this.files = [...input.files];
      told.textContent = this.files.length ? `${say("enclosed")}: ${this.files.length}` : say("enclose");
    });
    label.append(input, told);
    return label;
  }

  #count() {
    const count = this.place.querySelector(".count");
    if (count) count.textContent = `${this.written.length}/1600`;
  }
}
