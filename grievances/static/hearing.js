// Tools of a recording on a case's page: its waveform once it is played, its speed, three seconds
// back, and marks at places to come back to. Marks stay in this tab and are nobody else's. Without
// scripts the browser's own player is there.

const SPEEDS = [0.75, 1, 1.25, 1.5];
const BACK_SECONDS = 3;
const BARS = 180;
const HEAD = 44; // bytes of a WAV file before its sound: 16 bits, one voice

function button(label, title, does) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm btn-outline-primary";
  made.textContent = label;
  if (title) made.title = title;
  if (title) made.setAttribute("aria-label", title);
  made.addEventListener("click", does);
  return made;
}

const at = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const key = (sound) => `marks ${new URL(sound.src).pathname}`;
const marksOf = (sound) => JSON.parse(sessionStorage.getItem(key(sound)) ?? "[]");

function showMarks(sound, list) {
  const marks = marksOf(sound);
  list.replaceChildren(...marks.map((seconds) => button(`⚑ ${at(seconds)}`, "", () => {
    sound.currentTime = seconds;
    sound.play();
  })));
}

function mark(sound, list) {
  const marks = new Set(marksOf(sound)).add(Math.round(sound.currentTime));
  sessionStorage.setItem(key(sound), JSON.stringify([...marks].sort((a, b) => a - b)));
  showMarks(sound, list);
}

function speeds(sound) {
  const group = document.createElement("span");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", sound.dataset.wordSpeed);
  group.className = "btn-group";
  group.append(...SPEEDS.map((speed) => {
    const made = button(`${speed} ×`, "", () => {
      sound.playbackRate = speed;
      for (const each of group.children) each.setAttribute("aria-pressed", String(each === made));
      for (const each of group.children) each.classList.toggle("active", each === made);
    });
    made.setAttribute("aria-pressed", String(speed === 1));
    made.classList.toggle("active", speed === 1);
    return made;
  }));
  return group;
}

function draw(sound, canvas, heights) {
  const pen = canvas.getContext("2d");
  const loudest = Math.max(...heights, 1);
  const step = canvas.width / heights.length;
  const reached = sound.duration ? sound.currentTime / sound.duration : 0;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  heights.forEach((height, bar) => {
    const tall = Math.max(2, (height / loudest) * canvas.height);
    pen.fillStyle = bar / heights.length < reached ? "#8a1c3b" : "#b6a48c";
    pen.fillRect(bar * step, (canvas.height - tall) / 2, Math.max(1, step - 1), tall);
  });
}

async function waveform(sound, canvas) {
  // Behind the head: the playing itself has been noted, and this is the same hearing.
  const answer = await fetch(sound.currentSrc, { headers: { Range: `bytes=${HEAD}-` } });
  if (!answer.ok) return;
  const bytes = await answer.arrayBuffer();
  const samples = new Int16Array(bytes, 0, Math.floor(bytes.byteLength / 2));
  const width = Math.max(1, Math.floor(samples.length / BARS));
  const heights = Array.from({ length: BARS }, (_, bar) => {
    let most = 0;
    for (let n = bar * width; n < (bar + 1) * width; n += 1) most = Math.max(most, Math.abs(samples[n] ?? 0));
    return most;
  });
  canvas.hidden = false;
  for (const event of ["timeupdate", "seeked"]) sound.addEventListener(event, () => draw(sound, canvas, heights));
  canvas.addEventListener("click", (press) => {
    const box = canvas.getBoundingClientRect();
    sound.currentTime = ((press.clientX - box.left) / box.width) * sound.duration;
  });
  draw(sound, canvas, heights);
}

function equip(sound) {
  sound.removeAttribute("data-heard");
  const canvas = Object.assign(document.createElement("canvas"), { width: 720, height: 72, className: "waveform", hidden: true });
  canvas.setAttribute("aria-hidden", "true");
  const tools = Object.assign(document.createElement("div"), { className: "heard-tools" });
  const list = Object.assign(document.createElement("span"), { className: "heard-tools" });
  tools.append(
    button("−3 s", sound.dataset.wordBack, () => { sound.currentTime = Math.max(0, sound.currentTime - BACK_SECONDS); }),
    speeds(sound),
    button("⚑", sound.dataset.wordMark, () => mark(sound, list)),
    list,
  );
  sound.before(canvas);
  sound.after(tools);
  showMarks(sound, list);
  sound.addEventListener("play", () => waveform(sound, canvas).catch(() => { /* the player is enough */ }), { once: true });
}

function equipAll() {
  document.querySelectorAll("audio[data-heard]").forEach(equip);
}

equipAll();
// What is renewed by progress.js comes with recordings of its own.
new MutationObserver(equipAll).observe(document.querySelector(".case-main"), { childList: true, subtree: true });
