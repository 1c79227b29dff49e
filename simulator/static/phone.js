// The page of the two phones. The carrier owns the truth: this page draws the state that it polls,
// does the step it is given (play, take keys, record) and reports back.
//
// Controls, for tests (N is the phone, 1 or 2), as data-testid:
//   hN                the phone's section: data-phase idle | dialling | ringing | live,
//                     data-doing "" | playing | listening | recording | handing | calling | talking, data-tone, data-unread
//                     data-step (the id of what the carrier waits for; another for every turn)
//   hN-screen         what a person reads; hN-view is its middle, hN-dialled the digits
//   hN-key-0 … -9, hN-key-star, hN-key-hash, hN-call, hN-hangup
//   hN-soft-left, hN-soft-right, hN-up, hN-ok, hN-down
//   hN-message        one text (data-sid, data-incoming, data-status); hN-text the box to write in, hN-files what goes with it
//   hN-contacts, hN-dial, hN-number, hN-withheld, hN-voicemail, hN-sample, hN-volume, hN-drop, hN-problem
//   hN-panel-toggle, hN-panel (articles with data-kind)
//   language-es, language-en, offline

import { Handset } from "./handset.js";
import { wait } from "./sound.js";
import { choose, translate } from "./words.js";

const WAIT_SECONDS = 4;
const REST_MS = 300;

const numbers = JSON.parse(document.getElementById("numbers").textContent);
const phones = new Map();
let last = null;

for (const place of document.querySelectorAll("[data-phone]")) {
  const phone = new Handset(place, numbers);
  phones.set(place.dataset.phone, phone);
  last ??= phone;
  for (const what of ["pointerdown", "focusin"]) {
    place.addEventListener(what, () => { last = phone; mark(); });
  }
}

function mark() {
  for (const phone of phones.values()) phone.place.classList.toggle("last", phone === last);
}

function redraw() {
  translate();
  for (const phone of phones.values()) phone.draw();
}

for (const one of document.querySelectorAll("[data-language]")) {
  one.addEventListener("click", () => { choose(one.dataset.language); redraw(); });
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !last) return;
  const target = event.target;
  if (event.key === "Escape") { last.hang(); return; }
  if (target.matches("input, textarea, select")) return;
  if (/^[0-9*#+]$/.test(event.key)) last.key(event.key);
  else if (event.key === "Backspace") last.erase();
  else if (event.key === "Enter" && !target.matches("button")) last.call();
  else if (event.key === "ArrowUp" && !target.matches("[role=log]")) last.move(-1);
  else if (event.key === "ArrowDown" && !target.matches("[role=log]")) last.move(1);
  else return;
  event.preventDefault();
});

async function follow() {
  const names = [...phones.keys()].join(",");
  let after = "";
  for (;;) {
    const begin = performance.now();
    try {
      const answer = await fetch(`/simulator/state?phones=${names}&after=${after}&wait=${WAIT_SECONDS}`);
      if (answer.status === 200) {
        const picture = await answer.json();
        after = picture.after;
        for (const one of picture.handsets) phones.get(one.id).apply(one, picture.fresh);
      } else if (answer.status !== 204) throw new Error(String(answer.status));
      document.querySelector(".offline").hidden = true;
      // Answered at once without news: others wait there already.
      if (answer.status === 204 && performance.now() - begin < REST_MS) await wait(REST_MS);
    } catch {
      document.querySelector(".offline").hidden = false;
      await wait(1000);
    }
  }
}

redraw();
mark();
setInterval(() => { for (const phone of phones.values()) phone.tick(); }, 1000);
follow();
