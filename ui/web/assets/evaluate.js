// An evaluation while it runs, and its report without a second scroll bar.
(() => {
  "use strict";
  const WAIT = 1000;
  const ACTIVE = ["queued", "running"];

  async function follow(section) {
    const share = document.getElementById("share");
    const bar = section.querySelector("progress");
    let shown = section.dataset.state;
    for (;;) {
      await new Promise((go) => setTimeout(go, document.hidden ? 5 * WAIT : WAIT));
      let found;
      try {
        const reply = await fetch(`/api/v1/evaluations/${encodeURIComponent(section.dataset.run)}`);
        if (!reply.ok) continue;
        found = await reply.json();
      } catch {
        // The server may be restarting: ask again.
        continue;
      }
      if (!ACTIVE.includes(found.state) || found.state !== shown) return location.reload();
      bar.max = Math.max(found.total, 1);
      bar.value = found.done;
      share.textContent = `已有回答 ${found.done} / ${found.total}`;
    }
  }

  function fit(frame) {
    const inside = frame.contentDocument?.documentElement;
    if (inside) frame.style.height = `${inside.scrollHeight + 8}px`;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const section = document.querySelector("#progress[data-run]");
    if (section) follow(section);
    const frame = document.getElementById("report");
    if (!frame) return;
    frame.addEventListener("load", () => fit(frame));
    window.addEventListener("resize", () => fit(frame));
    fit(frame);
  });
})();
