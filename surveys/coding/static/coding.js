// How fast an answer plays, by buttons: slower for a noisy line, faster for who has heard many.

const sound = document.querySelector("audio[data-speeds]");
const buttons = document.querySelectorAll("button[data-speed]");

for (const button of buttons) {
  button.addEventListener("click", () => {
    sound.playbackRate = Number(button.dataset.speed);
    for (const each of buttons) {
      each.setAttribute("aria-pressed", String(each === button));
      each.classList.toggle("active", each === button);
    }
  });
}
