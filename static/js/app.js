/* Comfort on top of pages that work without it: keys, focus, waiting, failed requests.
   Hooks are data attributes:
   data-key="l"         the key presses this link, button or choice (shown in the map)
   data-go="i"          after g, this key follows this link of the navigation
   data-pick            a box that x ticks in the row that has the focus
   data-back            where Esc leads back to
   data-then="id"       what takes focus after that key
   data-rows            a list whose rows j and k walk; each row's first link takes focus;
                        on a page without rows they press what has these keys
   data-focus           takes focus when the page or a swapped part arrives
   data-menu            a <details> that closes by Esc and by a click elsewhere
   data-fold-narrow     a <details> that starts closed on a phone
   data-opens="id"      opens this dialog; hidden where there are no scripts
   data-swaps="id"      puts translations before originals in this part
   data-dismiss         removes the nearest .banner or .toast                           */
(function () {
  "use strict";

  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  // What a closed <details> holds has a place of its own, and is not shown all the same.
  const shown = (element) => element.getClientRects().length > 0 && (!element.checkVisibility || element.checkVisibility());

  /* --- Keys ------------------------------------------------------------------ */
  const keysAreOn = document.body.dataset.keys !== "off";
  const map = $("#keys");

  function isTyping(target) {
    return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  }

  function rowLinks() {
    return $$("[data-rows] > *, [data-row]")
      .map((row) => (row.matches("a[href]") ? row : $("a[href]", row)))
      .filter((link) => link && shown(link));
  }

  function walk(step) {
    const links = rowLinks();
    if (!links.length) return false;
    const row = document.activeElement.closest("[data-rows] > *, [data-row]");
    let at = row ? links.findIndex((link) => row.contains(link)) : -1;
    if (at < 0) at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    const link = links[Math.min(Math.max(next, 0), links.length - 1)];
    link.focus();
    link.scrollIntoView({ block: "nearest" });
    link.dispatchEvent(new CustomEvent("rows:walked", { bubbles: true }));
    return true;
  }

  function press(key) {
    const target = $$(`[data-key="${CSS.escape(key)}"]`).find((one) => shown(one) && !one.disabled);
    if (!target) return false;
    target.focus();
    target.click();
    const next = target.dataset.then && document.getElementById(target.dataset.then);
    if (next) next.focus();
    return true;
  }

  function openMap() {
    if (!map || map.open) return;
    const list = $("[data-page-keys]", map);
    list.replaceChildren();
    for (const one of $$("[data-key]").filter((each) => shown(each) && !each.disabled)) {
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      const what = document.createElement("dd");
      key.textContent = one.dataset.key;
      what.textContent = one.dataset.keyLabel || labelOf(one);
      term.append(key);
      list.append(term, what);
    }
    list.hidden = !list.children.length;
    map.showModal();
  }

  function labelOf(element) {
    if (element.labels && element.labels.length) return element.labels[0].textContent.trim();
    const copy = element.cloneNode(true);
    $$("kbd, svg, .loading", copy).forEach((part) => part.remove());
    return copy.textContent.trim();
  }

  /* g and then a letter goes to a part of the site, if the letter comes soon. */
  const SOON = 1500;
  let started = 0;

  function go(key) {
    const link = $(`[data-go="${CSS.escape(key)}"]`);
    started = 0;
    if (link) link.click();
    return Boolean(link);
  }

  function isHalfTyped() {
    return $$("main :is(input:not([type=checkbox], [type=radio], [type=hidden]), textarea)").some((field) => field.value !== field.defaultValue);
  }

  function pickRow() {
    const row = document.activeElement.closest("[data-rows] > *");
    const box = row && $("[data-pick], .row-pick input", row);
    if (box) box.click();
    return Boolean(box);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && closeMenus(null)) event.preventDefault();
    if (!keysAreOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || $("dialog[open]")) return;
    let used = true;
    if (started && Date.now() - started < SOON && event.key !== "g") used = go(event.key);
    else if (event.key === "g") started = Date.now();
    else if (event.key === "x" && pickRow()) used = true;
    else if (event.key === "Escape") {
      const back = $$("[data-back], .crumbs li:last-child a").find(shown);
      if (back && !isHalfTyped()) back.click(); else used = false;
    } else if (event.key === "?") openMap();
    else if (event.key === "/") {
      const box = $$("[data-search]").find(shown);
      if (box) { box.focus(); box.select(); } else document.dispatchEvent(new Event("palette:open"));
    } else if ("jk".includes(event.key) && walk(event.key === "j" ? 1 : -1)) used = true;
    else used = event.key.length === 1 && press(event.key);
    if (used) event.preventDefault();
  });

  $$("[data-open-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => { closeMenus(null); openMap(); });
  });

  /* --- Dialogs --------------------------------------------------------------- */
  $$("[data-opens]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const wanted = opener && document.getElementById(opener.dataset.opens);
    if (wanted && wanted.showModal && !wanted.open) wanted.showModal();
  });

  /* --- Originals and translations change places ------------------------------- */
  $$("[data-swaps]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const on = document.getElementById(button.dataset.swaps).classList.toggle("swapped");
      button.setAttribute("aria-pressed", String(on));
    });
  });

  /* --- Menus ----------------------------------------------------------------- */
  function closeMenus(but) {
    const menus = $$("[data-menu][open]").filter((menu) => menu !== but);
    for (const menu of menus) {
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held && but === null) $("summary", menu).focus();
    }
    return menus.length > 0;
  }
  document.addEventListener("click", (event) => {
    const inside = event.target.closest("[data-menu]");
    if ($("[data-menu][open]") && !inside) $$("[data-menu][open]").forEach((menu) => { menu.open = false; });
    else if (inside) $$("[data-menu][open]").forEach((menu) => { if (menu !== inside) menu.open = false; });
    const close = event.target.closest("[data-dismiss]");
    if (close) close.closest(".banner, .toast").remove();
  });

  /* --- Arriving -------------------------------------------------------------- */
  function arrive(root) {
    if (window.matchMedia("(max-width: 640px)").matches) {
      $$("[data-fold-narrow]", root).forEach((part) => { part.open = false; part.dataset.folded = ""; });
    }
    const wanted = root.matches && root.matches("[data-focus]") ? root : $("[data-focus]", root);
    if (wanted) wanted.focus();
    return Boolean(wanted);
  }
  arrive(document.documentElement);

  /* --- One form, one answer ------------------------------------------------------ */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    form.setAttribute("aria-busy", "true");
  });
  function release() {
    $$("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
  }
  window.addEventListener("pageshow", release);

  /* --- Printing ------------------------------------------------------------------ */
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = $$("main details:not([open], .confirm, .filters-box)");
    opened.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((part) => { part.open = false; });
  });

  /* --- htmx ------------------------------------------------------------------------ */
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest && event.detail.elt.closest("form");
    if (form) form.removeAttribute("aria-busy");
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (arrive(part) || !event.detail.requestConfig || part.closest("[data-quiet]")) return;
    // A part that loads by itself must not take the reader's place.
    const asked = event.detail.requestConfig.triggeringEvent;
    if (!asked || !["click", "submit", "keydown"].includes(asked.type)) return;
    const heading = $("h1, h2, h3", part);
    if (!heading) return;
    if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });

  function failed(event, words) {
    const { elt, requestConfig } = event.detail;
    const toasts = $("#toasts");
    if (!toasts || !elt.isConnected) return;
    const toast = document.createElement("div");
    toast.className = "toast";
    const text = document.createElement("p");
    text.textContent = words;
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button button-small";
    retry.textContent = "Try again";
    retry.addEventListener("click", () => {
      toast.remove();
      if (elt.matches("form")) elt.requestSubmit();
      else window.htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt, target: requestConfig.target });
    });
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button-small";
    close.dataset.dismiss = "";
    close.textContent = "Close";
    toast.append(text, retry, close);
    toasts.replaceChildren(toast);
  }

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    // Signed out meanwhile, or not allowed any more: the page itself explains it.
    if (status === 401 || status === 403 || status === 404) {
      failed(event, "That did not work: it is not open to you any more. Reload the page to see why.");
    } else {
      failed(event, `That did not work (error ${status}). Nothing was changed; what you typed is still here.`);
    }
  });
  document.addEventListener("htmx:sendError", (event) =>
    failed(event, "No connection. What you typed is still here."));
  document.addEventListener("htmx:timeout", (event) =>
    failed(event, "The server takes long to answer. What you typed is still here."));
})();
