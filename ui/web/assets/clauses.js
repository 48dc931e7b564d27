// Looking clauses up: as you type, by keyboard alone, with what belongs to the call kept beside it.
(() => {
  "use strict";
  const { recall, remember, lasting, say, copyFrom } = window.wence;
  const WAIT = 120;
  const byId = (id) => document.getElementById(id);

  document.addEventListener("DOMContentLoaded", () => {
    const form = byId("lookup");
    const words = byId("words");
    const hits = byId("hits");
    const reader = byId("reader");
    let asked = 0;
    let timer = 0;

    const choice = () => {
      const chosen = new URLSearchParams(new FormData(form));
      for (const [name, value] of [...chosen]) if (!value.trim()) chosen.delete(name);
      return chosen;
    };

    // On a phone the pickers would push the hits off the screen.
    const filters = form.querySelector(".filters");
    const filtered = [...filters.querySelectorAll("select")].some((one) => one.value);
    if (!filtered && matchMedia("(max-width: 760px)").matches) filters.open = false;

    // What the hits on the page are for: Enter opens the first of them, or looks up what has been typed since.
    let shown = choice().toString();

    async function fetchPart(path, chosen) {
      const reply = await fetch(`${path}?${chosen}`, { headers: { Accept: "text/html" } });
      return reply.text();
    }

    async function lookUp() {
      const mine = ++asked;
      const chosen = choice();
      history.replaceState(null, "", chosen.size ? `/clauses?${chosen}` : "/clauses");
      hits.setAttribute("aria-busy", "true");
      try {
        const made = await fetchPart("/clauses/hits", chosen);
        // An earlier reply that comes late must not replace a later one.
        if (mine !== asked) return;
        hits.innerHTML = made;
        shown = chosen.toString();
        say(hits.querySelector(".count, .none")?.textContent ?? "");
      } catch {
        if (mine === asked) hits.innerHTML = '<p class="none">没有连上服务器。您写的内容还在，请稍后再试。</p>';
      } finally {
        hits.removeAttribute("aria-busy");
      }
    }

    async function open(id) {
      const chosen = choice();
      chosen.set("id", id);
      try {
        reader.innerHTML = await fetchPart("/clauses/read", chosen);
      } catch {
        reader.innerHTML = '<div class="problem" role="alert"><p>没有连上服务器，请稍后再试。</p></div>';
        return;
      }
      history.replaceState(null, "", `/clauses?${chosen}`);
      hits.querySelectorAll(".hit").forEach((hit) => {
        if (hit.dataset.id === id) hit.setAttribute("aria-current", "true");
        else hit.removeAttribute("aria-current");
      });
      reader.focus({ preventScroll: true });
      const { top } = reader.getBoundingClientRect();
      if (top < 0 || top > innerHeight * 0.6) reader.scrollIntoView({ block: "start" });
      say(`已打开：${reader.querySelector("h2")?.textContent ?? ""}`);
    }

    words.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(lookUp, WAIT);
    });
    form.addEventListener("change", (event) => event.target !== words && lookUp());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      lookUp();
    });

    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-id]");
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
      if (link && plain) {
        event.preventDefault();
        open(link.dataset.id);
        return;
      }
      const read = event.target.closest("button[data-read]");
      if (read) readAloud(read);
      const pin = event.target.closest("button[data-pin]");
      if (pin) addPin(pin);
      const tree = event.target.closest(".tree a");
      if (tree && plain) {
        event.preventDefault();
        open(new URL(tree.href).searchParams.get("id"));
      }
    });

    function readAloud(button) {
      const place = byId("spoken");
      place.textContent = button.dataset.read;
      place.hidden = false;
      copyFrom(button, button.dataset.read);
    }

    // --- The keyboard ---------------------------------------------------------------------------------------
    const links = () => [...hits.querySelectorAll(".hit")];
    function move(step) {
      const all = links();
      const next = all.indexOf(document.activeElement) + step;
      if (next < 0) words.focus();
      else all[Math.min(next, all.length - 1)]?.focus();
    }

    document.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const field = event.target.closest("input, textarea, select");
      const inList = event.target.closest(".hit") || event.target === words;
      if (event.key === "Escape") {
        if (event.target === words) words.value = "";
        if (event.target === words) lookUp();
        words.focus();
        event.preventDefault();
      } else if (inList && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && event.target === words && shown === choice().toString() && links().length) {
        event.preventDefault();
        links()[0].click();
      } else if (!field && single() && event.key === "/") {
        event.preventDefault();
        words.focus();
        words.select();
      } else if (!field && single() && "crp".includes(event.key.toLowerCase()) && event.key.length === 1) {
        reader.querySelector(`button[data-key="${event.key.toLowerCase()}"]`)?.click();
      }
    });
    // Single keys can be switched off: speech input and some screen readers would press them by accident.
    const toggle = byId("shortcuts");
    const single = () => recall(lasting, "keys", true) === true;
    const showKeys = () => toggle.setAttribute("aria-pressed", String(single()));
    toggle.addEventListener("click", () => {
      remember(lasting, "keys", !single());
      showKeys();
      say(single() ? "单键快捷键已开" : "单键快捷键已关");
    });
    showKeys();

    // --- The call -------------------------------------------------------------------------------------------
    const note = byId("note");
    const pins = byId("pins");
    note.value = recall(lasting, "note", "");
    note.addEventListener("input", () => remember(lasting, "note", note.value));

    const pinned = () => recall(lasting, "pins", []).filter((one) => typeof one?.id === "string");
    function addPin(button) {
      const { clause } = button.closest("article").dataset;
      const one = { id: clause, title: button.dataset.pin, cite: citation() };
      remember(lasting, "pins", [...pinned().filter((other) => other.id !== one.id), one].slice(-20));
      drawPins();
      say("已钉住");
    }
    const citation = () => reader.querySelector("button[data-copy]")?.dataset.copy ?? "";
    function drawPins() {
      pins.replaceChildren(
        ...pinned().map(({ id, title }) => {
          const item = document.createElement("li");
          const link = document.createElement("a");
          link.href = `/clauses?id=${encodeURIComponent(id)}`;
          link.dataset.id = id;
          link.textContent = title;
          const remove = document.createElement("button");
          remove.type = "button";
          remove.textContent = "×";
          remove.setAttribute("aria-label", `取下 ${title}`);
          remove.addEventListener("click", () => {
            remember(lasting, "pins", pinned().filter((other) => other.id !== id));
            drawPins();
          });
          item.append(link, remove);
          return item;
        }),
      );
      byId("no-pins").hidden = pinned().length > 0;
    }
    drawPins();
    byId("copy-call").addEventListener("click", (event) => {
      const lines = [note.value.trim(), ...pinned().map((one) => one.cite || one.title)].filter(Boolean);
      copyFrom(event.currentTarget, lines.join("\n"));
    });
    byId("clear-call").addEventListener("click", () => {
      remember(lasting, "note", null);
      remember(lasting, "pins", null);
      note.value = "";
      drawPins();
      say("已清空");
    });
    if (!words.value && !reader.querySelector("article")) words.focus();
  });
})();
