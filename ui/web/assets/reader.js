// A document: folded contents on a small screen, the heading that is being read, and the passage that was asked for.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const side = document.querySelector(".reading .side");
  if (side && matchMedia("(max-width: 760px)").matches) side.open = false;
  const quote = document.getElementById("quote");
  if (quote && location.hash === "#quote") {
    quote.scrollIntoView({ block: "center" });
    quote.focus({ preventScroll: true });
  }

  // --- The heading that is being read: the last one whose passage begins above a line in the upper third ------
  const entries = [...document.querySelectorAll(".contents a")]
    .map((link) => ({ link, passage: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
    .filter(({ passage }) => passage);
  if (!entries.length) return;
  let current = null;
  let chosen = null;
  // What is last on the page never gets up to the line: over the last screenful the line comes down to meet it.
  function readingLine() {
    const left = document.documentElement.scrollHeight - innerHeight - scrollY;
    return innerHeight * (1 - (2 / 3) * Math.min(1, Math.max(0, left) / innerHeight));
  }
  function follow() {
    waiting = false;
    const line = readingLine();
    // Passages are in the order of the text: a search by halves keeps a text of a thousand articles smooth.
    let first = 0;
    let last = entries.length;
    while (first < last) {
      const middle = (first + last) >> 1;
      if (entries[middle].passage.getBoundingClientRect().top <= line) first = middle + 1;
      else last = middle;
    }
    const next = chosen ?? entries[Math.max(0, first - 1)].link;
    if (next === current) return;
    current?.removeAttribute("aria-current");
    current = next;
    current.setAttribute("aria-current", "location");
    if (!side?.open || getComputedStyle(side).overflowY !== "auto") return;
    const top = current.getBoundingClientRect().top - side.getBoundingClientRect().top;
    if (top < 40 || top > side.clientHeight - 60) side.scrollTop += top - side.clientHeight / 3;
  }
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (!waiting) requestAnimationFrame(follow);
      waiting = true;
    },
    { passive: true },
  );
  // A heading that was pressed is the one being read until the reader scrolls on.
  const press = () => {
    chosen = entries.find(({ link }) => link.hash === location.hash)?.link ?? null;
    follow();
  };
  for (const moved of ["wheel", "touchmove", "keydown"]) {
    addEventListener(moved, () => (chosen = null), { passive: true });
  }
  addEventListener("hashchange", press);
  press();
});
