// The panel beside a phone: what passed between the carrier and Rimay.

import { say } from "./words.js";

const KEPT = 300;

export class Wire {
  constructor(element) { this.element = element; this.draw(); }

  draw() {
    this.element.dataset.nothing = say("nothing");
    for (const one of this.element.querySelectorAll("[data-kind] b")) {
      one.textContent = say("kinds")[one.parentElement.parentElement.dataset.kind] ?? "";
    }
  }

  clear() { this.element.replaceChildren(); }

  add(entries) {
    const low = this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 40;
    for (const entry of entries) this.element.append(article(entry));
    while (this.element.childElementCount > KEPT) this.element.firstElementChild.remove();
    if (low && entries.length) this.element.scrollTop = this.element.scrollHeight;
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    this.element.scrollTop = this.element.scrollHeight;
    return !this.element.hidden;
  }
}

function article(entry) {
  const made = document.createElement("article");
  made.dataset.kind = entry.kind;
  const head = document.createElement("header");
  const kind = document.createElement("b");
  kind.textContent = say("kinds")[entry.kind] ?? entry.kind;
  const title = document.createElement("span");
  title.textContent = short(entry.title);
  const time = document.createElement("time");
  time.textContent = new Date(entry.at).toLocaleTimeString([], { hour12: false });
  head.append(kind, title, time);
  made.append(head);
  if (entry.text) {
    const text = document.createElement("pre");
    text.textContent = entry.kind === "twiml" ? indented(entry.text) : entry.text;
    made.append(text);
  }
  return made;
}

// The server's own origin says nothing here.
const short = (title) => title.replace(/https?:\/\/[^/\s]+/, "");

// XML, one element a line.
function indented(text) {
  let depth = 0;
  return text.replace(/>\s*</g, ">\n<").split("\n").map((line) => {
    if (/^<\//.test(line)) depth = Math.max(0, depth - 1);
    const shown = "  ".repeat(depth) + line.trim();
    if (/^<[^?!/][^>]*[^/]?>$/.test(line) && !/\/>$/.test(line) && !/<\//.test(line)) depth += 1;
    return shown;
  }).join("\n");
}
