/* The inbox by keyboard: rows open in the pane beside them, quick steps go on with the
   next row. Everything here is also a plain link or form. */
(function () {
  "use strict";

  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const pane = $("#pane");
  const list = $("#inbox-list");
  const toasts = $("#toasts");
  if (!pane || !list) return;
  const wide = window.matchMedia("(min-width: 901px)");
  const KEPT_FOR = 30000;
  const fetched = new Map();
  const parked = new Map();
  let asked = 0;
  let timer = 0;
  let busy = 0;

  /* --- Rows ------------------------------------------------------------------ */
  const links = () => $$(".row-link", list);
  const current = () => $(".row-link[aria-current]", list);
  const keyOf = (link) => link.closest("li").dataset.row;
  const linkOf = (key) => $(`li[data-row="${CSS.escape(key)}"] .row-link`, list);

  function mark(link) {
    const before = current();
    if (before) before.removeAttribute("aria-current");
    if (link) link.setAttribute("aria-current", "true");
  }

  /* --- Opening --------------------------------------------------------------- */
  async function get(address, isAhead) {
    const held = fetched.get(address);
    if (held && Date.now() - held.at < KEPT_FOR) return held.answer;
    const headers = { "HX-Request": "true", "HX-Target": "pane" };
    if (isAhead) headers["Desk-Ahead"] = "1";
    const answer = fetch(address, { headers })
      .then((response) => {
        if (response.redirected || !response.ok) throw response;
        // Not to be read ahead: it is asked for when it is opened.
        if (response.status === 204) { fetched.delete(address); return null; }
        return response.text();
      });
    fetched.set(address, { at: Date.now(), answer });
    answer.catch(() => fetched.delete(address));
    return answer;
  }

  function ahead(link) {
    const all = links();
    const at = all.indexOf(link) + 1;
    for (const next of all.slice(at, at + 2)) get(next.href, true).catch(() => {});
  }

  function park() {
    const shown = $(".pane", pane);
    const typed = shown && !("done" in shown.dataset) && $$("textarea, input[type=date]", shown).some((field) => field.value !== field.defaultValue);
    if (typed) parked.set(shown.dataset.pane, shown);
  }

  async function open(link, into) {
    const key = keyOf(link);
    const mine = ++asked;
    mark(link);
    park();
    const before = parked.get(key);
    busy += 1;
    const waits = window.setTimeout(() => pane.classList.add("pane-waits"), 300);
    try {
      const text = before ? null : (await get(link.href)) || (await get(link.href));
      if (mine !== asked) return;
      if (before) pane.replaceChildren(before);
      else show(text);
      parked.delete(key);
      settle(link, into);
    } catch (problem) {
      // Gone, signed out or no connection: the page itself explains it.
      if (mine === asked) window.location.assign(link.href);
    } finally {
      window.clearTimeout(waits);
      if (mine === asked) pane.classList.remove("pane-waits");
      free();
    }
  }

  /* --- Keys that come too early ------------------------------------------------ */
  // As long as the pane shows another notice than the row that has the focus, keys wait:
  // none may act on a notice that is on its way out.
  const early = [];
  const isField = (element) => element.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    const plain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    const walks = "jkx?/".includes(event.key) && !early.length;
    if (!busy || !event.isTrusted || event.isComposing || $("dialog[open]")) return;
    if (!(plain && !walks) && !(early.length && event.key === "Enter")) return;
    if (isField(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early.push({ key: event.key, ctrl: event.ctrlKey || event.metaKey });
  }, true);

  async function free() {
    busy -= 1;
    while (early.length && !busy) {
      press(early.shift());
      await new Promise((resolve) => window.setTimeout(resolve));
    }
  }

  function press({ key, ctrl }) {
    const field = document.activeElement;
    if (!isField(field)) {
      if (key === "Enter") field.click();
      else field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    } else if (key !== "Enter") document.execCommand("insertText", false, key);
    else if (ctrl) field.form.requestSubmit();
    else document.execCommand("insertText", false, "\n");
  }

  function show(text) {
    pane.innerHTML = text;
    if (window.htmx) window.htmx.process(pane);
  }

  function settle(link, into) {
    pane.scrollTop = 0;
    const shown = $(".pane", pane);
    document.body.classList.toggle("reads", true);
    $("main").classList.add("desk-open");
    document.title = `${shown.dataset.title} · Tracker`;
    window.history.replaceState(null, "", shown.dataset.address);
    if (into) $("#pane-title").focus({ preventScroll: true });
    ahead(link);
    document.dispatchEvent(new CustomEvent("desk:opened", { detail: shown }));
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest(".row-link");
    if (!link || !wide.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const isOpen = link.hasAttribute("aria-current") && $(`[data-pane="${CSS.escape(keyOf(link))}"]`, pane);
    if (isOpen) $("#pane-title").focus({ preventScroll: true });
    else {
      open(link, true);
      rest();
    }
  });

  // How many rows are selected is said where it can be used.
  list.addEventListener("change", (event) => {
    const count = $("[data-bulk-count]", list);
    if (!event.target.matches("[data-pick]") || !count) return;
    const picked = $$("[data-pick]:checked", list).length;
    count.textContent = picked ? `${picked} selected` : "";
  });

  // What a key was about to open would come after what was asked for since.
  function rest() {
    if (!timer) return;
    window.clearTimeout(timer);
    timer = 0;
    free();
  }

  // j and k open what they reach, the latest only while a key is held.
  document.addEventListener("rows:walked", (event) => {
    const link = event.target;
    if (!wide.matches || !list.contains(link)) return;
    mark(link);
    window.clearTimeout(timer);
    if (!timer) busy += 1;
    timer = window.setTimeout(() => {
      timer = 0;
      open(link, false);
      free();
    }, fetched.has(link.href) ? 0 : 60);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) back(event);
    const typing = event.target.closest("[data-act] textarea");
    if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      typing.form.requestSubmit();
    }
  });

  function back(event) {
    if (!pane.contains(document.activeElement)) return;
    const fold = document.activeElement.closest(".pane-fold[open]");
    event.preventDefault();
    if (fold) {
      fold.open = false;
      $("summary", fold).focus();
    } else if (current()) current().focus();
    else if ($("[data-back]", pane)) $("[data-back]", pane).click();
  }

  /* --- Steps ----------------------------------------------------------------- */
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (!fold.matches || !fold.matches(".pane-fold") || !fold.open) return;
    // The next key can be faster than this event.
    if (fold.contains(document.activeElement) && !document.activeElement.matches("summary")) return;
    const first = $("input:not([type=hidden]), select, textarea, button", $(".pane-form", fold));
    const wanted = $(".error-summary", fold) || first;
    wanted.focus();
    fold.scrollIntoView({ block: "nearest" });
  }, true);

  // A digit chose the reason: what follows is the sentence.
  pane.addEventListener("click", (event) => {
    const reason = event.target.closest("input[type=radio][data-key]");
    if (reason && event.detail === 0) $("textarea", reason.form).focus();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-act]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    send(form, event.submitter).finally(() => form.removeAttribute("aria-busy"));
  }, true);

  async function send(form, submitter) {
    let response;
    busy += 1;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form, submitter)),
        headers: { "HX-Request": "true", "HX-Target": "pane" },
      });
    } catch (problem) {
      tell("No connection: nothing was done. What you typed is still here.");
      free();
      return;
    }
    const go = response.headers.get("Desk-Go");
    const text = await response.text();
    if (go) window.location.assign(go);
    else if (response.redirected) window.location.assign(response.url);
    else if (response.ok) done(form, text);
    else if (response.headers.get("Content-Type").startsWith("text/html") && text.includes("data-pane")) refuse(text);
    else tell(`That did not work (error ${response.status}). Nothing was changed; what you typed is still here.`);
    free();
  }

  function refuse(text) {
    show(text);
    const words = $(".error-summary", pane) || $(".banner-body", pane);
    if (!words.hasAttribute("tabindex")) words.tabIndex = -1;
    words.focus();
    const shown = $(".pane", pane);
    forget(shown.dataset.pane);
    document.dispatchEvent(new CustomEvent("desk:opened", { detail: shown }));
  }

  function forget(key) {
    parked.delete(key);
    for (const address of fetched.keys()) if (address.includes(`/${key}/`)) fetched.delete(address);
  }

  function tell(words) {
    const toast = document.createElement("div");
    toast.className = "toast";
    const text = document.createElement("p");
    text.textContent = words;
    toast.append(text);
    toasts.replaceChildren(toast);
  }

  /* What became of the row: it reads anew, is back, or has left the list. */
  let gone = null;

  function done(form, text) {
    const made = document.createElement("template");
    made.innerHTML = text;
    const toast = $(".toast", made.content);
    const key = toast.dataset.done;
    const fresh = $("li", made.content);
    const old = linkOf(key);
    const row = old && old.closest("li");
    const all = links();
    const at = old ? all.indexOf(old) : -1;
    const undone = toast.hasAttribute("data-undone");
    forget(key);
    const shown = $(".pane", pane);
    if (shown && shown.dataset.pane === key) shown.dataset.done = "";
    document.dispatchEvent(new CustomEvent("desk:acted"));
    toasts.replaceChildren(toast);
    if (window.htmx) window.htmx.process(toast);
    let next = null;
    if (undone) next = returned(key, row, fresh);
    else if (fresh && row) {
      row.replaceWith(fresh);
      next = $(".row-link", fresh);
    } else if (row) {
      next = all[at + 1] || all[at - 1];
      gone = { key, after: row.previousElementSibling, list: row.parentElement };
      row.remove();
    }
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
      // On a phone there is the pane alone: its heading takes the focus.
      open(next, !wide.matches);
    } else left();
  }

  function returned(key, row, fresh) {
    if (!fresh) return row ? $(".row-link", row) : null;
    if (row) row.replaceWith(fresh);
    else if (gone && gone.key === key && gone.list.isConnected) {
      if (gone.after && gone.after.isConnected) gone.after.after(fresh);
      else gone.list.prepend(fresh);
    } else ($("[data-rows]", list) || list).prepend(fresh);
    return $(".row-link", fresh);
  }

  // The last row has left: what else waits, says the list itself.
  function left() {
    window.location.assign($("[data-back]", pane).href);
  }

  if ($(".pane", pane)) {
    const link = linkOf($(".pane", pane).dataset.pane);
    if (link) { mark(link); ahead(link); link.scrollIntoView({ block: "nearest" }); }
    document.dispatchEvent(new CustomEvent("desk:opened", { detail: $(".pane", pane) }));
  }
})();
