// What a text will cost as it is written, and one sending per press of the button.

const form = document.getElementById("answer-form");
const text = document.getElementById("text");
const cost = document.getElementById("cost");

if (text.dataset.cost) {
  let waiting = 0;
  let newest = 0;
  const ask = async () => {
    const mine = ++newest;
    if (!text.value.trim()) { cost.textContent = ""; return; }
    const body = new URLSearchParams({ text: text.value, csrf_token: form.csrf_token.value });
    try {
      const answer = await fetch(text.dataset.cost, { method: "POST", body });
      if (!answer.ok || mine !== newest) return;
      const counted = await answer.json();
      cost.textContent = cost.dataset.words
        .replace("{characters}", counted.characters)
        .replace("{segments}", counted.segments);
    } catch {
      cost.textContent = "";
    }
  };
  text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); });
  ask();
}

form.addEventListener("submit", () => {
  const send = form.querySelector("[data-send]");
  // After this turn of the event loop, so that the button's own press is not undone.
  setTimeout(() => { send.disabled = true; });
});
window.addEventListener("pageshow", () => { form.querySelector("[data-send]").disabled = false; });
document.getElementById("problem")?.focus();
