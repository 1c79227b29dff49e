// Shows how far an upload is, and the page anew once it is over.

const box = document.getElementById("progress");
const every = 1000;

async function look() {
  try {
    const answer = await fetch(box.dataset.progress);
    const now = await answer.json();
    if (now.is_over) {
      location.reload();
      return;
    }
    const bar = box.querySelector("progress");
    bar.max = now.total || 1;
    bar.value = now.done;
    box.querySelector("[data-label]").textContent = now.label;
    const counts = box.querySelector("[data-counts]");
    counts.textContent = counts.dataset.words
      .replace("{taken}", now.taken)
      .replace("{refused}", now.refused)
      .replace("{total}", now.total);
  } catch {
    // The next look may succeed.
  }
  setTimeout(look, every);
}

if (box.dataset.progress) setTimeout(look, every);
