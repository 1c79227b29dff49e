// Renews how far a broadcast is, for as long as it goes out. Where its state has changed, the whole
// page is loaded anew: its buttons have changed too.

const REST_MS = 4000;

async function renew(shown) {
  const answer = await fetch(window.location.href);
  if (!answer.ok || answer.redirected) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = found.getElementById("progress");
  if (!fresh) return;
  if (fresh.dataset.state !== shown.dataset.state) window.location.reload();
  else shown.replaceWith(document.adoptNode(fresh));
}

async function follow() {
  const shown = document.getElementById("progress");
  if (!shown || !("follow" in shown.dataset)) return;
  if (!document.hidden) await renew(shown).catch(() => { /* the next time, perhaps */ });
  setTimeout(follow, REST_MS);
}

setTimeout(follow, REST_MS);
