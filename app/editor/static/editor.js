// What is wrong with the draft is looked for once the page is shown: trying every path takes a
// moment. Without this the page has a link to the same.
for (const section of document.querySelectorAll("[data-live]")) {
  const place = section.querySelector("[data-found]");
  const link = place.innerHTML;
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(section.dataset.live);
    place.innerHTML = answer.ok && !answer.redirected ? await answer.text() : link;
  } catch {
    place.innerHTML = link;
  }
  place.removeAttribute("aria-busy");
}

// The first mistake is where whoever types is taken to.
const fault = document.querySelector(".fault");
if (fault) document.getElementById(fault.id.replace(/-fault$/, ""))?.focus();
