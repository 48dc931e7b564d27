// The conversation: sources behind markers, what the browser remembers, links, and the users' verdicts.
(() => {
  "use strict";
  const { recall, remember, lasting, passing, say, copyFrom, setType, isLarge } = window.wence;
  document.documentElement.lang = "zh-CN";
  const MAX_RECENT = 10;
  const MAX_REPLAYED = 12;

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const smooth = () => (calm.matches ? "auto" : "smooth");
  const text = (node) => node.textContent.trim();

  // Where the column scrolls by itself the page stays as it is; on a small screen the page scrolls.
  function bring(element, column, block = "start") {
    if (!column || getComputedStyle(column).overflowY !== "auto") {
      element.scrollIntoView({ behavior: smooth(), block });
      return;
    }
    const gap = block === "start" ? 8 : column.clientHeight / 3;
    const top = element.getBoundingClientRect().top - column.getBoundingClientRect().top + column.scrollTop - gap;
    column.scrollTo({ top, behavior: smooth() });
  }

  // --- What the page opens with -----------------------------------------------------------------------------
  function linked() {
    const [, query] = location.hash.match(/^#\/\?(.*)$/) ?? [];
    if (!query) return null;
    const parts = new URLSearchParams(query);
    const question = (parts.get("q") ?? "").trim().slice(0, 2000);
    return question ? { question, region: (parts.get("region") ?? "").slice(0, 50) } : null;
  }

  window.wence.opening = () => {
    const link = linked();
    const asked = link ? [link] : recall(passing, "talk", []);
    return JSON.stringify({ region: recall(lasting, "region", ""), asked });
  };
  window.addEventListener("hashchange", () => linked() && location.reload());

  // --- Sources ----------------------------------------------------------------------------------------------
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
    bring(card, document.getElementById("panel"));
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

  function backToAnswer(button) {
    const card = button.closest(".card");
    const marker = document.querySelector(`#thread [data-cite="${card.id}"]`);
    if (!marker) return;
    marker.focus({ preventScroll: true });
    bring(marker, document.getElementById("thread"), "center");
  }

  // --- Verdicts: kept by turn, since the dialogue is drawn anew with every answer ----------------------------
  let verdicts = new Map();

  function judge(button) {
    const turn = button.closest(".exchange").dataset.turn;
    const kept = verdicts.get(turn);
    if (kept?.sent) return;
    const verdict = button.dataset.verdict;
    const given = { verdict, reason: kept?.reason ?? "", sent: false, told: "" };
    verdicts.set(turn, given);
    drawVerdicts();
    if (verdict === "helpful") send(turn);
    else {
      const form = document.querySelector(`.exchange[data-turn="${turn}"] .reason`);
      form?.querySelector("textarea").focus({ preventScroll: true });
      form?.scrollIntoView({ behavior: smooth(), block: "nearest" });
    }
  }

  async function send(turn) {
    const given = verdicts.get(turn);
    const about = document.querySelector(`.exchange[data-turn="${turn}"] .verdict`)?.dataset;
    if (!given || !about || given.sent) return;
    given.sent = true;
    const body = {
      verdict: given.verdict,
      question: about.question.slice(0, 2000),
      answer: about.answer.slice(0, 8000),
      region: about.region,
      reason: given.reason.slice(0, 1000),
      clause_ids: about.clauses.split(" ").filter(Boolean).slice(0, 30),
    };
    try {
      const reply = await fetch("/api/v1/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!reply.ok) throw new Error(String(reply.status));
      given.told = "谢谢，已经记下。";
    } catch {
      given.sent = false;
      given.told = "反馈没有送出，您写的内容还在，请稍后再试。";
    }
    drawVerdicts();
    say(given.told);
  }

  function drawVerdicts() {
    for (const box of document.querySelectorAll("#thread .verdict")) {
      const reply = box.closest(".reply");
      const turn = box.closest(".exchange").dataset.turn;
      const given = verdicts.get(turn);
      for (const button of box.querySelectorAll("[data-verdict]")) {
        const pressed = String(given?.verdict === button.dataset.verdict);
        if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
      }
      const wanted = given && !given.sent && given.verdict !== "helpful";
      const form = reply.querySelector(".reason");
      if (wanted && !form) reply.append(reasonForm(turn, given));
      if (!wanted && form) form.remove();
      let thanks = reply.querySelector(".thanks");
      if (given?.told && !thanks) {
        thanks = document.createElement("p");
        reply.append(thanks);
      }
      if (thanks && thanks.textContent !== (given?.told ?? "")) {
        thanks.className = given?.sent ? "thanks" : "thanks failed";
        thanks.textContent = given?.told ?? "";
      }
    }
  }

  function reasonForm(turn, given) {
    const form = document.createElement("form");
    form.className = "reason";
    const label = document.createElement("label");
    label.textContent = given.verdict === "mismatch" ? "哪里与原文不符？（可以不填）" : "哪里没有帮到您？（可以不填）";
    const area = document.createElement("textarea");
    area.maxLength = 1000;
    area.value = given.reason;
    area.addEventListener("input", () => (verdicts.get(turn).reason = area.value));
    label.append(area);
    const button = document.createElement("button");
    button.className = "primary";
    button.textContent = "提交反馈";
    form.append(label, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(turn);
    });
    return form;
  }

  // --- Earlier questions of this browser --------------------------------------------------------------------
  function drawRecent() {
    const place = document.getElementById("recent");
    if (!place || place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const recent = recall(lasting, "recent", []).filter((one) => typeof one?.question === "string");
    place.hidden = !recent.length;
    if (!recent.length) return;
    const chips = document.createElement("div");
    chips.className = "chips";
    const head = document.createElement("div");
    head.className = "recent-head";
    head.textContent = "您最近问过";
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "plain";
    clear.textContent = "清空记录";
    clear.addEventListener("click", () => {
      remember(lasting, "recent", null);
      place.hidden = true;
      say("已清空提问记录");
    });
    head.append(clear);
    chips.append(head);
    for (const { question, region } of recent) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.dataset.ask = question;
      chip.dataset.in = typeof region === "string" ? region : "";
      chip.textContent = region ? `${question}（${region}）` : question;
      chips.append(chip);
    }
    place.append(chips);
  }

  function note(exchanges) {
    const talk = [...exchanges].map((one) => ({ question: one.dataset.question, region: one.dataset.region }));
    remember(passing, "talk", talk.slice(-MAX_REPLAYED));
    const last = talk.at(-1);
    const others = recall(lasting, "recent", []).filter(
      (one) => one?.question !== last.question || one?.region !== last.region,
    );
    remember(lasting, "recent", [last, ...others].slice(0, MAX_RECENT));
  }

  // --- Following the dialogue -------------------------------------------------------------------------------
  let turns = 0;
  let groups = 0;
  let busy = false;
  let within = false;
  document.addEventListener("focusin", (event) => (within = Boolean(event.target.closest("#thread"))));
  function follow() {
    const dialogue = document.querySelector("#thread .dialogue");
    const exchanges = document.querySelectorAll("#thread .exchange");
    if (exchanges.length > turns) {
      markPressed(null);
      bring(exchanges[exchanges.length - 1], document.getElementById("thread"));
    }
    if (exchanges.length < turns) verdicts = new Map();
    const now = dialogue?.getAttribute("aria-busy") === "true";
    if (now && !busy) say("正在查阅条款");
    const finished = exchanges.length && !now && (busy || exchanges.length !== turns);
    if (finished) {
      note(exchanges);
      // What was pressed has been drawn anew: the keyboard goes on at the answer, not at the top of the page.
      if (within && document.activeElement === document.body) {
        const newest = exchanges[exchanges.length - 1];
        newest.tabIndex = -1;
        newest.focus({ preventScroll: true });
      }
      // The link stands for one question; the conversation has gone on.
      if (exchanges.length > 1 && location.hash) history.replaceState(null, "", location.pathname);
      const reply = exchanges[exchanges.length - 1].querySelector(".reply");
      const words = [...reply.querySelectorAll(".notice, .prose-text > *, .problem > p")].map(text).join("\n");
      say(`回答：${words || text(reply)}`);
    }
    busy = now;
    turns = exchanges.length;
    const shown = document.querySelectorAll("#sources [data-group]").length;
    if (shown !== groups) document.getElementById("panel").scrollTop = 0;
    groups = shown;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(
      "button[data-cite], button[data-fold], button[data-back], button[data-link], button[data-verdict], #clear",
    );
    if (!button) return;
    if (button.id === "clear") {
      remember(passing, "talk", null);
      history.replaceState(null, "", location.pathname);
    } else if (button.dataset.cite) openSource(button);
    else if (button.hasAttribute("data-fold")) fold(button);
    else if (button.dataset.link) copyFrom(button, `${location.origin}/${button.dataset.link}`);
    else if (button.dataset.verdict) judge(button);
    else backToAnswer(button);
  });

  // Before Gradio sees the press: an earlier question is asked where it was asked.
  document.addEventListener(
    "click",
    (event) => {
      const chip = event.target.closest("[data-ask][data-in]");
      const picker = document.querySelector("#talk-region select");
      if (chip && picker && [...picker.options].some((one) => one.value === chip.dataset.in)) {
        picker.value = chip.dataset.in;
      }
    },
    true,
  );

  document.addEventListener("change", (event) => {
    if (event.target.matches("#talk-region select")) remember(lasting, "region", event.target.value);
  });

  // --- What is being typed survives a reload ----------------------------------------------------------------
  document.addEventListener("input", (event) => {
    if (event.target.matches("#question textarea")) remember(passing, "draft", event.target.value);
  });
  let restored = false;
  function restoreDraft(box) {
    if (restored) return;
    restored = true;
    const draft = recall(passing, "draft", "");
    if (!draft || box.value) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, draft);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function nameTheControls() {
    const box = document.querySelector("#question textarea");
    if (!box) return;
    if (box.getAttribute("aria-label") !== "您的问题") box.setAttribute("aria-label", "您的问题");
    // The box is filled once the page has its first content, so that Gradio does not empty it again.
    if (document.querySelector("#thread :is(.welcome, .dialogue)")) restoreDraft(box);
    if (restored && !box.value && recall(passing, "draft", "")) remember(passing, "draft", null);
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
    drawVerdicts();
    drawRecent();
    translateToasts();
    nameTheControls();
    setType(isLarge());
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
