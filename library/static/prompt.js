// As soon as there is a take it is checked and made telephone sound, and that is what is heard
// before it is kept. The form works without this: then it is checked when it is sent.

const form = document.getElementById("recording-form");
const part = (name) => form.querySelector(`[data-${name}]`);
const field = form.querySelector('input[type="file"]');
const buttons = form.querySelectorAll('button:not([type="button"])');
let newest = 0;

function say(words) { part("state").textContent = words; }

function complain(words) {
  part("problem").textContent = words;
  part("problem").hidden = !words;
}

async function check() {
  const mine = ++newest;
  form.take.value = "";
  complain("");
  say(form.dataset.wordChecking);
  const body = new FormData();
  body.append("csrf_token", form.csrf_token.value);
  body.append("recording", field.files[0]);
  buttons.forEach((each) => { each.disabled = true; });
  try {
    const answer = await fetch(form.dataset.take, { method: "POST", body });
    const heard = await answer.json();
    if (mine !== newest) return;
    if (heard.problem) {
      complain(heard.problem);
      say("");
      return;
    }
    form.take.value = heard.take;
    part("playback").src = heard.sound;
    say(form.dataset.wordHeard.replace("{seconds}", heard.seconds));
  } catch {
    if (mine === newest) say(form.dataset.wordFailed);
  } finally {
    if (mine === newest) buttons.forEach((each) => { each.disabled = false; });
  }
}

// After the recorder has had its own say about the take.
field.addEventListener("taken", () => { setTimeout(check); });
