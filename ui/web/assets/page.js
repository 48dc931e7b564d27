// The page's own behaviour: open the source behind a marker, unfold a clause, copy a citation, follow the dialogue.
(() => {
  "use strict";
  document.documentElement.lang = "zh-CN";

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const smooth = () => (calm.matches ? "auto" : "smooth");

  function showGroup(turn) {
    document.querySelectorAll("#sources [data-group]").forEach((group) => {
      group.hidden = group.dataset.group !== turn;
    });
  }

  function openSource(button) {
    showGroup(button.dataset.turn);
    const card = document.getElementById(button.dataset.cite);
    if (!card) return;
    document.querySelectorAll(".card.open").forEach((other) => other.classList.remove("open"));
    card.classList.add("open");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ behavior: smooth(), block: "start" });
    markPressed(button.dataset.cite);
  }

  function markPressed(identifier) {
    document.querySelectorAll("[data-cite]").forEach((other) => {
      other.toggleAttribute("data-open", other.dataset.cite === identifier);
    });
  }

  function fold(button) {
    const clause = button.closest(".card").querySelector(".clause");
    const folded = clause.toggleAttribute("data-folded");
    button.setAttribute("aria-expanded", String(!folded));
    button.textContent = folded ? "展开全文" : "收起";
  }

  async function copy(button) {
    const text = button.dataset.copy;
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      // Without HTTPS there is no clipboard object: copy through a selection.
      const area = document.createElement("textarea");
      area.value = text;
      area.style.position = "fixed";
      area.style.opacity = "0";
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = done ? "已复制" : "未能复制";
    setTimeout(() => (button.textContent = "复制引用"), 1800);
  }

  function backToAnswer(button) {
    const card = button.closest(".card");
    const marker = document.querySelector(`#thread [data-cite="${card.id}"]`);
    if (!marker) return;
    marker.focus({ preventScroll: true });
    marker.scrollIntoView({ behavior: smooth(), block: "center" });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-cite], button[data-fold], button[data-copy], button[data-back]");
    if (!button) return;
    if (button.dataset.cite) openSource(button);
    else if (button.hasAttribute("data-fold")) fold(button);
    else if (button.dataset.copy) copy(button);
    else backToAnswer(button);
  });

  // A new question goes to the top of the dialogue, so that its answer is read from the start.
  let turns = 0;
  let groups = 0;
  function follow() {
    const exchanges = document.querySelectorAll("#thread .exchange");
    if (exchanges.length > turns) {
      markPressed(null);
      exchanges[exchanges.length - 1].scrollIntoView({ behavior: smooth(), block: "start" });
    }
    turns = exchanges.length;
    const shown = document.querySelectorAll("#sources [data-group]").length;
    if (shown !== groups) document.getElementById("panel").scrollTop = 0;
    groups = shown;
  }

  function nameTheControls() {
    const names = { "#question textarea": "您的问题", "#words :is(textarea, input)": "要查的词" };
    for (const [selector, name] of Object.entries(names)) {
      const control = document.querySelector(selector);
      if (control && control.getAttribute("aria-label") !== name) control.setAttribute("aria-label", name);
    }
  }

  // Gradio's own few words about a lost connection, in the language of the page.
  const words = new Map([
    ["Error", "提示"],
    ["Connection to the server was lost. Attempting reconnection...", "与服务器的连接中断，正在重新连接。您写的内容还在。"],
    ["Connection re-established.", "已重新连接。"],
    ["Connection errored out.", "没有连上服务器，请稍后再试。您写的内容还在。"],
  ]);
  function translateToasts() {
    for (const toast of document.querySelectorAll(".toast-wrap")) {
      const texts = document.createTreeWalker(toast, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const chinese = words.get(texts.currentNode.textContent.trim().replace(/\s+/g, " "));
        if (chinese) texts.currentNode.textContent = chinese;
      }
    }
  }

  new MutationObserver(() => {
    // The page has one look, on paper: a dark desktop would mix it with Gradio's own dark colours.
    if (document.body?.classList.contains("dark")) document.body.classList.remove("dark");
    follow();
    translateToasts();
    nameTheControls();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
