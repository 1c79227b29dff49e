// What a text costs while it is being written (staff/composer.html).

import { CAPACITY, compose, MOST_SEGMENTS, straightened } from "./gsm.js";

// As long as what is filled in when it is sent: a number of ours, a case's code.
const FILLED = { "{number}": "+51000000000", "{code}": "00000000" };

function set(element, words) {
  element.textContent = words;
  element.hidden = !words;
}

function price(composer, count) {
  if (!composer.dataset.price) return "";
  const cost = new Intl.NumberFormat(document.documentElement.lang, {
    style: "currency", currency: composer.dataset.currency, currencyDisplay: "code", maximumFractionDigits: 4,
  });
  return cost.format(count * Number(composer.dataset.price));
}

function start(composer) {
  const part = (name) => composer.querySelector(`[data-${name}]`);
  const { dataset } = composer;
  const field = composer.querySelector("textarea");
  const instead = dataset.instead && document.getElementById(dataset.instead);
  let waiting = 0;

  function show() {
    const written = (field.value.trim() || (instead ? instead.value : "")).trim();
    const filled = written.replace(/\{(number|code)\}/g, (each) => FILLED[each]);
    const straight = dataset.straight === "yes" ? straightened(filled) : filled;
    const { sent, cost, doubling } = compose(straight);
    const isFolded = sent !== straight;
    const [single, each] = CAPACITY[cost.encoding];
    const room = cost.count > 1 ? each * cost.count : single;
    const messages = cost.count === 1 ? dataset.wordOne : dataset.wordMany.replace("{n}", cost.count);
    const encoding = cost.encoding === "gsm7" ? "GSM-7" : "UCS-2";
    const parts = [messages, price(composer, cost.count), `${cost.units} / ${room}`, encoding];
    set(part("cost"), written ? parts.filter(Boolean).join(" · ") : "");
    let dear = "";
    if (cost.offenders.length) {
      dear = dataset.wordDear.replace("{characters}", cost.offenders.join(" "));
    } else if (isFolded) {
      dear = dataset.wordFolded.replace("{characters}", doubling.join(" "));
    } else if (straight !== filled) {
      dear = dataset.wordStraight;
    }
    set(part("dear"), dear);
    set(part("sent"), sent !== filled ? sent : "");
    part("too-long").hidden = cost.count <= MOST_SEGMENTS;
  }

  for (const each of [field, instead]) {
    // A moment later, so that a screen reader is not told every letter's price.
    each?.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 150); });
  }
  window.addEventListener("pageshow", show);
  show();
}

document.querySelectorAll("[data-composer]").forEach(start);
