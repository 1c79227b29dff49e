// Says that this page is open, and shows who else has the same case open. Without an answer
// nothing changes: it is a courtesy, no lock.

const EVERY_MS = 20000;

async function look(form) {
  if (!document.hidden) {
    const answer = await fetch(form.dataset.present, { method: "POST", body: new FormData(form) });
    if (answer.ok && !answer.redirected) {
      const { said } = await answer.json();
      const line = form.querySelector("[data-present-line]");
      line.textContent = said;
      line.hidden = !said;
    }
  }
}

async function follow(form) {
  await look(form).catch(() => { /* the next time, perhaps */ });
  setTimeout(() => follow(form), EVERY_MS);
}

const shown = document.querySelector("[data-present]");
if (shown) follow(shown);
