// What a text message costs, as locales/gsm.py counts it; a test compares the two.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");
const LOOK_ALIKES = new Map();
for (const [alike, plain] of [
  ["‘’‚‛′ʼ´`", "'"],
  ["“”„‟″«»", '"'],
  ["‐‑‒–—―−", "-"],
  ["•·", "-"],
  ["\u200b\u200c\u200d\u2060\ufeff\u00ad", ""],
  ["…", "..."],
  ["\t", " "],
]) for (const each of alike) LOOK_ALIKES.set(each, plain);

export const CAPACITY = { gsm7: [160, 153], ucs2: [70, 67] };
export const MOST_SEGMENTS = 3;

const FOLLOWS = /[\p{M}\u200c\u200d\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
const JOINED = /[\p{So}\u2194\u2195]/u;
const FLAG_LETTER = /[\u{1f1e6}-\u{1f1ff}]/u;
const SPACE = /[\s\x1c-\x1f\x85]/u;

function clusters(characters) {
  const found = [];
  let before = "";
  let flagLetters = 0;
  for (const character of characters) {
    const isFlagLetter = FLAG_LETTER.test(character);
    const belongs = before && before !== "\n" && before !== "\r" && (
      FOLLOWS.test(character) || (before === "\u200d" && JOINED.test(character)));
    if (before && (belongs || (isFlagLetter && flagLetters % 2 === 1))) {
      found[found.length - 1].push(character);
    } else {
      found.push([character]);
    }
    flagLetters = isFlagLetter ? flagLetters + 1 : 0;
    before = character;
  }
  return found;
}

function width(character, encoding) {
  if (encoding === "gsm7") return EXTENSION.has(character) ? 2 : 1;
  return character.length;
}

// {encoding, units, count, offenders} of `text` as it stands.
export function segments(text) {
  const characters = [...text];
  const offenders = [...new Set(characters.filter((c) => !BASIC.has(c) && !EXTENSION.has(c)))];
  const encoding = offenders.length ? "ucs2" : "gsm7";
  const whole = offenders.length ? clusters(characters) : characters.map((c) => [c]);
  const widths = whole.map((each) => each.reduce((sum, c) => sum + width(c, encoding), 0));
  const units = widths.reduce((sum, each) => sum + each, 0);
  const [single, part] = CAPACITY[encoding];
  if (units <= single) return { encoding, units, count: units ? 1 : 0, offenders };
  let count = 1;
  let free = part;
  for (const each of widths) {
    if (each > free) { count += 1; free = part; }
    free -= each;
  }
  return { encoding, units, count, offenders };
}

function nearest(character) {
  if (BASIC.has(character) || EXTENSION.has(character)) return character;
  if (SPACE.test(character)) return " ";
  const plain = character.normalize("NFKD").replace(/\p{M}/gu, "");
  return plain && [...plain].every((c) => BASIC.has(c)) ? plain : character;
}

// `text` with straight apostrophes alone, as Quechua is written.
export function straightened(text) {
  return text.replace(/[\u2018\u2019\u02bc\u02b9\u2032\u00b4\u0060]/g, "'");
}

// `text` with what GSM-7 lacks written with what it has; ñ, é, ü, ¿ and ¡ stay.
export function toGsm(text) {
  const composed = [...text.normalize("NFC")].map((c) => LOOK_ALIKES.get(c) ?? c).join("");
  return [...composed].map(nearest).join("");
}

// {sent, cost, doubling}: what goes out, what that costs, and what made it dearer.
export function compose(text) {
  const before = segments(text);
  const folded = toGsm(text);
  const after = segments(folded);
  const sent = after.count < before.count ? folded : text;
  return { sent, cost: sent === text ? before : after, doubling: before.offenders };
}
