// What the line says is played one after the other, and a key stops it, as on a telephone. Keys of
// the keyboard are keys of the phone. Without this the page shows the same and plays nothing.
const player = new Audio();
let round = 0;

async function play(phone) {
  const mine = ++round;
  for (const part of phone.querySelectorAll("[data-newest] [data-sound]")) {
    if (mine !== round) return;
    part.dataset.playing = "";
    player.src = part.dataset.sound;
    try {
      await new Promise((done, failed) => {
        player.onended = player.onpause = done;
        player.onerror = failed;
        player.play().catch(failed);
      });
    } catch (error) {
      // Before anybody touched the page browsers play nothing: the next key is heard.
      if (error?.name === "NotAllowedError") round++;
    }
    delete part.dataset.playing;
  }
}

function hush() {
  round++;
  player.pause();
}

async function send(form, button) {
  hush();
  const fields = new FormData(form, button ?? undefined);
  const again = button?.dataset.again;
  const answer = await fetch(form.action, { method: "POST", body: fields });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const phone = page.getElementById("phone");
  if (!phone) {
    location.assign(answer.url);
    return;
  }
  if (phone.dataset.call !== document.getElementById("phone").dataset.call)
    history.replaceState(null, "", answer.url);
  document.getElementById("phone").replaceWith(phone);
  const next = phone.querySelector(`[data-again="${CSS.escape(again ?? "")}"]`)
    ?? phone.querySelector("input:not([type=hidden]), button");
  next?.focus({ preventScroll: true });
  play(phone);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("#phone")) return;
  event.preventDefault();
  send(form, event.submitter).catch(() => form.submit());
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
  const key = document.querySelector(`[data-pad] [data-again="${CSS.escape(event.key)}"]`);
  if (key && "0123456789*#".includes(event.key)) {
    event.preventDefault();
    key.click();
  }
});

play(document.getElementById("phone"));
