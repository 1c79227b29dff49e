// Renews what is listed while the page is open. The form around it is never touched; whoever has
// the focus on a case of the list keeps it there. Without scripts the page is renewed by hand.

const REST_MS = 15000;
let seen = null;

function focusedAddress(shown) {
  const focused = document.activeElement;
  return shown.contains(focused) && focused instanceof HTMLAnchorElement ? focused.href : null;
}

async function renew() {
  const shown = document.getElementById("lines");
  // By its ETag the server says that nothing has changed, and sends nothing.
  const answer = await fetch(shown.dataset.lines, {
    cache: "no-store", headers: seen ? { "If-None-Match": seen } : {},
  });
  if (answer.status === 304 || !answer.ok || answer.redirected) return;
  seen = answer.headers.get("ETag");
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = found.getElementById("lines");
  if (!fresh || fresh.textContent === shown.textContent) return;
  const focused = focusedAddress(shown);
  shown.replaceWith(document.adoptNode(fresh));
  if (focused) [...fresh.querySelectorAll("a")].find((each) => each.href === focused)?.focus();
  const told = document.querySelector("[data-renewed]");
  told.textContent = told.dataset.word;
}

async function follow() {
  if (!document.hidden) await renew().catch(() => { /* the next time, perhaps */ });
  setTimeout(follow, REST_MS);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) renew().catch(() => {});
});
setTimeout(follow, REST_MS);
