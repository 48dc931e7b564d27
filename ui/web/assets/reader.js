// A document: folded contents on a small screen, and the focus on the passage that was asked for.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const side = document.querySelector(".reading .side");
  if (side && matchMedia("(max-width: 760px)").matches) side.open = false;
  const quote = document.getElementById("quote");
  if (quote && location.hash === "#quote") {
    quote.scrollIntoView({ block: "center" });
    quote.focus({ preventScroll: true });
  }
});
