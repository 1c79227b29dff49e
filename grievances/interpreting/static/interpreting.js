// The sound beside the writing: its waveform, its speed, and keys that leave the hands where they
// write. Alt with P plays and pauses, Alt with J goes back three seconds.

const BACK_SECONDS = 3;
const sound = document.querySelector("audio[data-speeds]");

function shownSpeed(chosen) {
  for (const each of document.querySelectorAll("button[data-speed]")) {
    const isChosen = each === chosen;
    each.setAttribute("aria-pressed", String(isChosen));
    each.classList.toggle("active", isChosen);
  }
}

function back() {
  sound.currentTime = Math.max(0, sound.currentTime - BACK_SECONDS);
}

function peaks(samples, bars) {
  const width = Math.max(1, Math.floor(samples.length / bars));
  return Array.from({ length: bars }, (_, bar) => {
    let most = 0;
    for (let at = bar * width; at < (bar + 1) * width; at += 1) most = Math.max(most, Math.abs(samples[at] || 0));
    return most;
  });
}

function draw(canvas, heights) {
  const pen = canvas.getContext("2d");
  const loudest = Math.max(...heights, 0.01);
  const step = canvas.width / heights.length;
  const reached = sound.duration ? sound.currentTime / sound.duration : 0;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  heights.forEach((height, bar) => {
    const tall = Math.max(2, (height / loudest) * canvas.height);
    pen.fillStyle = bar / heights.length < reached ? "#8a1c3b" : "#b6a48c";
    pen.fillRect(bar * step, (canvas.height - tall) / 2, Math.max(1, step - 1), tall);
  });
}

async function waveform(canvas) {
  const answer = await fetch(sound.currentSrc || sound.src);
  if (!answer.ok) return;
  const context = new OfflineAudioContext(1, 1, 8000);
  const decoded = await context.decodeAudioData(await answer.arrayBuffer());
  const heights = peaks(decoded.getChannelData(0), 180);
  canvas.hidden = false;
  const redraw = () => draw(canvas, heights);
  for (const event of ["timeupdate", "seeked", "loadedmetadata"]) sound.addEventListener(event, redraw);
  canvas.addEventListener("click", (press) => {
    const box = canvas.getBoundingClientRect();
    sound.currentTime = ((press.clientX - box.left) / box.width) * sound.duration;
  });
  redraw();
}

if (sound) {
  for (const button of document.querySelectorAll("button[data-speed]")) {
    button.addEventListener("click", () => {
      sound.playbackRate = Number(button.dataset.speed);
      shownSpeed(button);
    });
  }
  document.querySelector("[data-back]").addEventListener("click", back);
  document.addEventListener("keydown", (press) => {
    if (!press.altKey) return;
    if (press.code === "KeyP") { sound.paused ? sound.play() : sound.pause(); }
    else if (press.code === "KeyJ") back();
    else return;
    press.preventDefault();
  });
  waveform(document.querySelector("canvas[data-waveform]")).catch(() => { /* the player is enough */ });
}
document.getElementById("problem")?.focus();
