// Renews what changes by itself on a case's page, such as a recording on its way or how far an
// answer got, for as long as something is moving. What is typed or played is left alone.

const REST_MS = 2000;
const MOST_TIMES = 300;

async function renew(shown) {
  const asked = await fetch(shown.dataset.ask);
  if (!asked.ok || asked.redirected) return;
  const { standing } = await asked.json();
  if (standing === shown.dataset.standing) return;
  const answer = await fetch(shown.dataset.page);
  if (!answer.ok || answer.redirected) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = found.getElementById("progress");
  if (fresh) shown.replaceWith(document.adoptNode(fresh));
}

async function follow(times) {
  const shown = document.getElementById("progress");
  if (!shown.dataset.ask || times === 0) return;
  const isPlaying = [...shown.querySelectorAll("audio")].some((each) => !each.paused);
  if (!document.hidden && !isPlaying && !shown.contains(document.activeElement)) {
    await renew(shown).catch(() => { /* the next time, perhaps */ });
  }
  setTimeout(() => follow(times - 1), REST_MS);
}

setTimeout(() => follow(MOST_TIMES), REST_MS);
