// One sending per press of the button.

const form = document.getElementById("answer-form");

form.addEventListener("submit", () => {
  const send = form.querySelector("[data-send]");
  // After this turn of the event loop, so that the button's own press is not undone.
  setTimeout(() => { send.disabled = true; });
});
window.addEventListener("pageshow", () => { form.querySelector("[data-send]").disabled = false; });
document.getElementById("problem")?.focus();
