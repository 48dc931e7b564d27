// Shared by every page: large type, copying, and what the browser remembers. Loaded before the page is drawn.
(() => {
  "use strict";
  const root = document.documentElement;

  // A browser may forbid storage; the page then works without a memory.
  function recall(store, name, otherwise) {
    try {
      const value = JSON.parse(store().getItem(`wence.${name}`));
      const alike = typeof value === typeof otherwise && Array.isArray(value) === Array.isArray(otherwise);
      return alike && value !== null ? value : otherwise;
    } catch {
      return otherwise;
    }
  }
  function remember(store, name, value) {
    try {
      if (value === null) store().removeItem(`wence.${name}`);
      else store().setItem(`wence.${name}`, JSON.stringify(value));
    } catch {
      // Full or forbidden: nothing depends on it.
    }
  }
  const lasting = () => localStorage;
  const passing = () => sessionStorage;

  function setType(large) {
    if (large) root.dataset.type = "large";
    else delete root.dataset.type;
    document.querySelectorAll("[data-large]").forEach((button) => {
      if (button.getAttribute("aria-pressed") !== String(large)) button.setAttribute("aria-pressed", String(large));
    });
  }
  const isLarge = () => recall(lasting, "large", false) === true;
  setType(isLarge());
  document.addEventListener("DOMContentLoaded", () => setType(isLarge()));

  function say(text) {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = text;
  }

  async function copyText(text, from) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without HTTPS there is no clipboard object: copy through a selection.
      const area = document.createElement("textarea");
      area.value = text;
      area.style.position = "fixed";
      area.style.opacity = "0";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      from?.focus();
      return done;
    }
  }

  async function copyFrom(button, text) {
    const label = button.dataset.label ?? button.innerHTML;
    button.dataset.label = label;
    const done = await copyText(text, button);
    button.textContent = done ? "已复制" : "未能复制";
    say(done ? "已复制" : "未能复制");
    setTimeout(() => (button.innerHTML = label), 1800);
  }

  document.addEventListener("click", (event) => {
    const large = event.target.closest("[data-large]");
    if (large) {
      remember(lasting, "large", !isLarge());
      setType(isLarge());
      return;
    }
    const copy = event.target.closest("button[data-copy]");
    if (copy) copyFrom(copy, copy.dataset.copy);
  });

  window.wence = { recall, remember, lasting, passing, say, copyFrom, setType, isLarge };
})();
