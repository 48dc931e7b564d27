// Managing the library: the key, upload with a preview, corrections, new versions, removal.
// What comes from a document is only ever set as text.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { recall, remember, passing, say } = window.wence;
  const desk = document.getElementById("manage");
  if (!desk) return;
  const $ = (id) => document.getElementById(id);
  const unlock = $("unlock");
  const work = $("work");
  const told = $("told");
  const dialog = $("dialog");
  const KINDS = JSON.parse(desk.dataset.kinds);
  const HEADER = desk.dataset.header;
  const SEVERITY = { missing: "缺少", doubtful: "存疑", notice: "提醒" };
  const DONE = { added: "已收录", replaced: "已换成新版本", unchanged: "没有变化", edited: "已修订", removed: "已删除", refused: "没有收录" };
  let key = recall(passing, "desk.key", "");
  let limits = { max_bytes: Infinity, max_files: Infinity };
  let busy = false;

  function make(tag, properties = {}, ...children) {
    const { className, dataset, ...rest } = properties;
    const node = document.createElement(tag);
    if (className) node.className = className;
    Object.assign(node.dataset, dataset ?? {});
    for (const [name, value] of Object.entries(rest)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name in node) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  }

  function tell(message, hint = "", bad = false) {
    told.replaceChildren();
    told.className = bad ? "problem" : "advice";
    told.hidden = !message;
    if (!message) return;
    told.append(make("p", {}, message, hint ? make("br") : "", hint));
    told.focus();
  }

  // -- asking the server ------------------------------------------------------------------------------------

  class Refused extends Error {
    constructor(status, error) {
      super(error.message);
      this.status = status;
      this.hint = error.hint ?? "";
    }
  }

  function send(method, path, body = null, progress = () => {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, path);
      request.setRequestHeader(HEADER, key);
      if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.upload.onload = () => progress(1);
      request.onerror = () => reject(new Refused(0, { message: "没有连上服务", hint: "填写的内容还在，请稍后再试。" }));
      request.onload = () => {
        let reply = null;
        try {
          reply = JSON.parse(request.responseText);
        } catch {
          // A proxy in front may answer in its own words.
        }
        if (request.status >= 200 && request.status < 300 && reply) resolve(reply);
        else reject(new Refused(request.status, reply?.error ?? { message: `请求没有完成(${request.status})` }));
      };
      request.send(body);
    });
  }

  function uploadOf(name, files) {
    const body = new FormData();
    for (const file of files) body.append(name, file, file.name);
    return body;
  }

  async function withProgress(where, doing, action) {
    if (busy) return null;
    busy = true;
    const bar = make("progress", { max: 1, "aria-label": doing });
    const text = make("p", { role: "status" }, `${doing}…`);
    const shown = make("div", { className: "progress" }, bar, text);
    where.append(shown);
    const started = Date.now();
    let sent = false;
    const clock = setInterval(() => {
      if (sent) text.textContent = `${doing}… 已用 ${Math.round((Date.now() - started) / 1000)} 秒`;
    }, 1000);
    const buttons = [...desk.querySelectorAll("button"), ...dialog.querySelectorAll("button")];
    buttons.forEach((button) => (button.disabled = true));
    try {
      return await action((share) => {
        if (share < 1) {
          bar.value = share;
          text.textContent = `正在上传 ${Math.round(share * 100)}%`;
        } else {
          sent = true;
          bar.removeAttribute("value");
          text.textContent = `${doing}…`;
        }
      });
    } finally {
      clearInterval(clock);
      shown.remove();
      buttons.forEach((button) => (button.disabled = false));
      busy = false;
    }
  }

  function fail(error, where = null) {
    if (error.status === 401 || error.status === 403) {
      if (dialog.open) dialog.close();
      lock();
      desk.open = true;
    }
    if (where && dialog.open) {
      where.replaceChildren(make("p", {}, error.message, error.hint ? make("br") : "", error.hint ?? ""));
      where.hidden = false;
      where.focus();
    } else tell(error.message, error.hint, true);
    if (!(error instanceof Refused)) throw error;
  }

  // The list is made on the server: after a change it is fetched anew, and the page says what was done.
  function finish(change) {
    const lines = change.outcomes.map((one) => {
      const name = one.title ? `《${one.title}》` : one.name;
      const why = one.message ? `:${one.message}` : "";
      return `${DONE[one.status] ?? one.status} ${name}${why}`;
    });
    remember(passing, "desk.told", lines.slice(0, 30));
    location.reload();
  }

  // -- the key ----------------------------------------------------------------------------------------------

  async function enter(silently) {
    try {
      limits = await send("GET", "/api/v1/admin");
    } catch (error) {
      if (silently && error.status === 0) return;
      fail(error);
      return;
    }
    remember(passing, "desk.key", key);
    unlock.hidden = true;
    work.hidden = false;
    document.querySelectorAll(".entry[data-doc-id]").forEach(addActions);
    if (!silently) {
      tell("");
      say("已进入管理");
      $("files").focus();
    }
  }

  function lock() {
    key = "";
    remember(passing, "desk.key", null);
    unlock.hidden = false;
    work.hidden = true;
    $("previews").replaceChildren();
    document.querySelectorAll(".entry .manage-actions").forEach((row) => row.remove());
  }

  unlock.addEventListener("submit", (event) => {
    event.preventDefault();
    key = $("key").value.trim();
    $("key").value = "";
    if (/^[\x21-\x7e]+$/.test(key)) enter(false);
    else tell(key ? "管理密钥只含字母、数字和半角符号。" : "请输入管理密钥。", "", true);
  });
  $("lock").addEventListener("click", () => {
    lock();
    tell("已退出管理。");
  });

  // -- taking in --------------------------------------------------------------------------------------------

  const picked = $("files");
  $("upload").addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = [...picked.files];
    const wrong = unfit(files);
    if (wrong) {
      tell(wrong, "", true);
      return;
    }
    tell("");
    $("previews").replaceChildren();
    try {
      const found = await withProgress($("previews"), "正在读取", (progress) =>
        send("POST", "/api/v1/documents?preview=true", uploadOf("files", files), progress),
      );
      if (found) showPreview(found, files);
    } catch (error) {
      fail(error);
    }
  });

  function unfit(files) {
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (!files.length) return "请先选择文件。";
    if (files.length > limits.max_files) return `一次最多上传 ${limits.max_files} 个文件。`;
    if (size > limits.max_bytes) return `文件共 ${(size / 2 ** 20).toFixed(1)} MB,一次最多 ${Math.floor(limits.max_bytes / 2 ** 20)} MB。`;
    return "";
  }

  function showPreview(found, files) {
    const place = $("previews");
    const news = found.documents.filter((one) => !one.same_as);
    const heading = make("h3", { tabIndex: -1 }, `预览：读出 ${found.documents.length} 份文件，确认后才会收录`);
    const problems = found.refused.map((one) => make("li", {}, `${one.name}:${one.message}`));
    const clash = found.documents.some((one) => one.conflict);
    const choice = make(
      "select",
      { className: "picker" },
      make("option", { value: "refuse" }, "不收录编号相同的"),
      make("option", { value: "replace" }, "换成新版本"),
      make("option", { value: "both" }, "两份都保留"),
    );
    const confirm = make("button", { type: "button", className: "primary" }, `确认收录 ${news.length} 份`);
    const cancel = make("button", { type: "button", className: "plain" }, "取消");
    const actions = make("div", { className: "actions" }, confirm, cancel);
    confirm.hidden = !news.length;
    confirm.addEventListener("click", async () => {
      try {
        const change = await withProgress(place, "正在切分、提取并建立索引", (progress) =>
          send("POST", `/api/v1/documents?on_conflict=${choice.value}`, uploadOf("files", files), progress),
        );
        if (change) finish(change);
      } catch (error) {
        fail(error);
      }
    });
    cancel.addEventListener("click", () => {
      place.replaceChildren();
      picked.value = "";
      tell("没有收录。");
    });
    place.replaceChildren(
      heading,
      problems.length ? make("div", { className: "problem" }, make("p", {}, "读不了："), make("ul", {}, ...problems)) : "",
      ...found.documents.map(card),
      clash ? make("label", { className: "field" }, make("span", {}, "编号相同的文件"), choice) : "",
      actions,
    );
    heading.focus();
  }

  function card(one) {
    const notes = [];
    if (one.same_as) notes.push(make("p", { className: "advice" }, `库里已有内容相同的文件(${one.same_as}),不会重复收录。`));
    if (one.conflict) notes.push(make("p", { className: "advice" }, `库里已有编号相同的文件：《${one.conflict}》。`));
    return make(
      "article",
      { className: "entry preview" },
      make("h4", {}, one.document.title),
      ...notes,
      make("dl", { className: "facts-list read" }, ...one.fields.map(fact)),
      warnings(one.warnings),
      one.relations.length
        ? make("details", {}, make("summary", {}, `与其他文件的关系(${one.relations.length})`),
            make("ul", {}, ...one.relations.map((r) => make("li", {}, `${r.kind}《${r.title}》${r.doc_number ?? ""}`))))
        : "",
      make("details", { className: "clauses" }, make("summary", {}, `条款(${one.clauses.length} 条)`),
        make("ol", { className: "outline" }, ...one.clauses.map((clause) =>
          make("li", { className: `depth-${Math.min(clause.depth, 3)}` },
            make("b", {}, clause.label || clause.role), ` ${clause.opening}`, make("small", {}, ` ${clause.characters} 字`))))),
    );
  }

  function fact(field) {
    const value = make("dd", {}, field.value || "未标明");
    if (field.edited) value.append(make("small", {}, ` 人工修订，原文读出：${field.read || "未标明"}`));
    else if (field.quote && field.quote !== field.value) value.append(make("small", {}, ` 原文：“${field.quote}”`));
    else if (field.origin) value.append(make("small", {}, ` 取自${field.origin}`));
    return make("div", { className: "long" }, make("dt", {}, field.name), value);
  }

  function warnings(found) {
    if (!found.length) return make("p", { className: "note" }, "没有发现缺少或可疑之处。");
    return make("div", { className: "warnings" }, make("p", {}, `请留意(${found.length})`),
      make("ul", {}, ...found.map((one) => make("li", {},
        make("b", {}, SEVERITY[one.severity]), ` ${one.message}。`, one.quote ? make("q", {}, one.quote) : "", one.hint ? ` ${one.hint}` : ""))));
  }

  // -- what is in the library -------------------------------------------------------------------------------

  function addActions(entry) {
    if (entry.querySelector(".manage-actions")) return;
    const title = entry.querySelector("h2").textContent;
    const id = entry.dataset.docId;
    const button = (text, action) =>
      make("button", { type: "button", className: "plain", "aria-label": `${text}:${title}`, onclick: () => action(id, title) }, text);
    entry.append(make("div", { className: "actions manage-actions" },
      button("修改信息", edit), button("换新版本", replace), button("下载原件", download), button("删除", remove)));
  }

  const address = (id, rest = "") => `/api/v1/documents/${encodeURIComponent(id)}${rest}`;

  function show(title, ...children) {
    const problem = make("div", { className: "problem", role: "alert", tabIndex: -1, hidden: true });
    const heading = make("h2", { id: "dialog-title" }, title);
    dialog.replaceChildren(heading, problem, ...children);
    dialog.setAttribute("aria-labelledby", "dialog-title");
    if (!dialog.open) dialog.showModal();
    return problem;
  }
  const closer = (text = "取消") =>
    make("button", { type: "button", className: "plain", onclick: () => dialog.close() }, text);
  dialog.addEventListener("cancel", (event) => busy && event.preventDefault());

  async function edit(id, title) {
    let review;
    try {
      review = await send("GET", address(id, "/review"));
    } catch (error) {
      fail(error);
      return;
    }
    const rows = review.fields.map((field) => {
      const box = field.field === "kind"
        ? make("select", { className: "picker" }, ...KINDS.map((kind) => make("option", { value: kind }, kind)))
        : make("input", { type: "text", maxLength: 300, autocomplete: "off" });
      box.value = field.value;
      box.name = field.field;
      box.id = `edit-${field.field}`;
      const row = { field, box, restore: false };
      const about = make("span", { className: "note", id: `about-${field.field}` });
      if (field.edited) {
        about.textContent = `人工修订；原文读出：${field.read || "未标明"} `;
        about.append(make("button", { type: "button", className: "plain small", "aria-label": `恢复${field.name}`, onclick: () => {
          box.value = field.read ?? "";
          row.restore = true;
          box.focus();
        } }, "恢复"));
      } else if (field.quote) about.textContent = `原文：“${field.quote}”`;
      else if (field.origin) about.textContent = `取自${field.origin}`;
      else about.textContent = field.value ? "" : "原文没有读出";
      box.setAttribute("aria-describedby", about.id);
      box.addEventListener("input", () => (row.restore = false));
      row.node = make("div", { className: "field wide" }, make("label", { htmlFor: box.id }, field.name), box, about);
      return row;
    });
    const form = make("form", { noValidate: true }, ...rows.map((row) => row.node),
      make("p", { className: "note" }, "日期写作 2024-05-25;发文机关用顿号分开；清空表示没有。修订在换新版本和重建索引后仍然有效。"),
      make("div", { className: "actions" }, make("button", { className: "primary" }, "保存"), closer()));
    const problem = show(`修改信息：${title}`, form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = {};
      for (const { field, box, restore } of rows) {
        if (restore) values[field.field] = "";
        else if (box.value.trim() !== field.value) values[field.field] = box.value.trim() || "无";
      }
      if (!Object.keys(values).length) {
        dialog.close();
        return;
      }
      try {
        const change = await withProgress(form, "正在保存并更新索引", () => send("PATCH", address(id), JSON.stringify(values)));
        if (change) finish(change);
      } catch (error) {
        fail(error, problem);
      }
    });
  }

  function replace(id, title) {
    const file = make("input", { type: "file", id: "new-version" });
    const found = make("div", {});
    const look = make("button", { className: "primary" }, "预览");
    const form = make("form", {}, make("div", { className: "field wide" }, make("label", { htmlFor: "new-version" }, "新版本的文件"), file),
      make("p", { className: "note" }, "编号、人工修订不变；旧版本的原件不再保留。"), found, make("div", { className: "actions" }, look, closer()));
    const problem = show(`换新版本：${title}`, form);
    let seen = null;
    file.addEventListener("change", () => {
      seen = null;
      look.textContent = "预览";
      found.replaceChildren();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const [chosen] = file.files;
      const wrong = unfit([...file.files]);
      problem.hidden = true;
      try {
        if (wrong) throw new Refused(400, { message: wrong });
        if (seen !== chosen) {
          const preview = await withProgress(form, "正在读取", (progress) =>
            send("POST", "/api/v1/documents?preview=true", uploadOf("files", [chosen]), progress));
          if (!preview) return;
          if (preview.documents.length !== 1) {
            const why = preview.refused[0]?.message ?? "这个文件里不是正好一份文件。";
            throw new Refused(400, { message: why });
          }
          seen = chosen;
          found.replaceChildren(card({ ...preview.documents[0], conflict: null }));
          look.textContent = "确认换成这一版";
          look.focus();
          return;
        }
        const change = await withProgress(form, "正在切分、提取并建立索引", (progress) =>
          send("PUT", address(id), uploadOf("file", [chosen]), progress));
        if (change) finish(change);
      } catch (error) {
        fail(error, problem);
      }
    });
  }

  function remove(id, title) {
    const yes = make("button", { type: "button", className: "primary danger" }, "删除");
    const body = make("div", {}, make("p", {}, `要删除《${title}》吗？`),
      make("p", { className: "note" }, "删除后问答和查询都不再用到它，原件和人工修订也不保留。"), make("div", { className: "actions" }, closer(), yes));
    const problem = show("删除文件", body);
    yes.addEventListener("click", async () => {
      try {
        const change = await withProgress(body, "正在删除并更新索引", () => send("DELETE", address(id)));
        if (change) finish(change);
      } catch (error) {
        fail(error, problem);
      }
    });
  }

  async function download(id) {
    try {
      const reply = await fetch(address(id, "/original"), { headers: { [HEADER]: key } });
      if (!reply.ok) throw new Refused(reply.status, (await reply.json()).error);
      const named = /filename\*=UTF-8''([^;]+)/.exec(reply.headers.get("Content-Disposition") ?? "");
      const link = make("a", { href: URL.createObjectURL(await reply.blob()), download: named ? decodeURIComponent(named[1]) : id });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      fail(error instanceof Refused ? error : new Refused(0, { message: "没有连上服务", hint: "请稍后再试。" }));
    }
  }

  const lines = recall(passing, "desk.told", []);
  remember(passing, "desk.told", null);
  if (key) {
    desk.open = true;
    enter(true);
  }
  if (lines.length) {
    desk.open = true;
    told.hidden = false;
    told.className = "advice";
    told.replaceChildren(make("ul", {}, ...lines.map((line) => make("li", {}, String(line)))));
    told.focus();
  }
});
