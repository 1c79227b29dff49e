// One sending per press of the button, or of Enter.

const form = document.getElementById("answer-form");

function allow(isAllowed) {
  for (const each of form.querySelectorAll("[data-send], [data-by-enter]")) each.disabled = !isAllowed;
}

form.addEventListener("submit", () => {
  // After this turn of the event loop, so that the button's own press is not undone.
  setTimeout(() => allow(false));
});
window.addEventListener("pageshow", () => allow(true));
document.getElementById("problem")?.focus();
