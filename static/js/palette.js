/* Go and do: Ctrl K lists what this page can do, where one can go, what was read last and
   what is found. Each entry is also a link or a button, with its key beside it. */
(function () {
  "use strict";

  const dialog = document.querySelector("#palette");
  if (!dialog || !dialog.showModal) return;
  const box = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  // What a closed <details> holds has a place of its own, and is not shown all the same.
  const shown = (element) => element.getClientRects().length > 0 && (!element.checkVisibility || element.checkVisibility());
  const WAIT = 150;
  let before = null;
  let found = "";
  let timer = 0;
  let asked = 0;

  function open() {
    if (document.querySelector("dialog[open]")) return;
    before = document.activeElement;
    box.value = "";
    found = "";
    dialog.showModal();
    write();
    ask();
  }

  /* --- Entries ----------------------------------------------------------------- */
  function labelOf(element) {
    if (element.dataset.keyLabel) return element.dataset.keyLabel;
    if (element.labels && element.labels.length) return element.labels[0].textContent.trim();
    const copy = element.cloneNode(true);
    $$("kbd, svg, .loading", copy).forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function acts() {
    const can = $$("[data-key]").filter((one) => shown(one) && !one.matches("input"))
      .map((one) => ({ label: labelOf(one), key: one.dataset.key, run: () => one.click(), why: one.disabled ? "Not open now" : "" }));
    const cannot = $$("[data-refused] [data-why]").map((one) => ({ label: one.textContent, why: one.dataset.why }));
    const known = new Set(can.map((one) => one.label));
    return [...can, ...cannot.filter((one) => !known.has(one.label))];
  }

  function places() {
    return $$("[data-go]").map((link) => ({ label: link.textContent.trim(), key: `g ${link.dataset.go}`, run: () => link.click(), why: "" }));
  }

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function matching(entries, words) {
    const parts = fold(words).split(/\s+/).filter(Boolean);
    return entries.filter((one) => parts.every((part) => fold(one.label).includes(part)));
  }

  /* --- The list ------------------------------------------------------------------ */
  let runs = new Map();

  function heading(words) {
    const item = document.createElement("li");
    item.setAttribute("role", "presentation");
    item.textContent = words;
    return item;
  }

  function option(entry) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    const label = document.createElement("span");
    label.textContent = entry.label;
    item.append(label);
    if (entry.why) {
      const why = document.createElement("span");
      why.className = "meta";
      why.textContent = entry.why;
      item.append(why);
      item.setAttribute("aria-disabled", "true");
    } else {
      if (entry.key) {
        const key = document.createElement("kbd");
        key.setAttribute("aria-hidden", "true");
        key.textContent = entry.key;
        item.append(key);
      }
      runs.set(item, entry.run);
    }
    return item;
  }

  function write() {
    const words = box.value.trim();
    runs = new Map();
    const parts = [];
    const results = document.createElement("template");
    results.innerHTML = found;
    if (words) parts.push(...results.content.children);
    for (const [title, entries] of [["On this page", acts()], ["Go to", places()]]) {
      const some = matching(entries, words);
      if (some.length) parts.push(heading(title), ...some.map(option));
    }
    if (!words) parts.push(...results.content.children);
    else parts.push(heading("Search"), option({ label: `Everything like “${words}”`, run: () => search(words), why: "" }));
    list.replaceChildren(...parts);
    options().forEach((one, at) => { one.id = `palette-${at}`; });
    choose(options().find((one) => !one.hasAttribute("aria-disabled")));
  }

  function search(words) {
    const form = document.querySelector("form[role=search]");
    if (form) window.location.assign(`${form.getAttribute("action")}?q=${encodeURIComponent(words)}`);
  }

  const options = () => $$("[role=option]", list);

  function choose(wanted) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === wanted));
    if (!wanted) { box.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-activedescendant", wanted.id);
    wanted.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    choose(all[(at + by + all.length) % all.length]);
  }

  function run(item) {
    if (!item || item.hasAttribute("aria-disabled")) return;
    dialog.close();
    if (item.dataset.href) window.location.assign(item.dataset.href);
    else runs.get(item)();
  }

  async function ask() {
    const mine = ++asked;
    const words = box.value.trim();
    try {
      const answer = await fetch(`${dialog.dataset.results}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
      if (mine !== asked || !answer.ok || answer.redirected) return;
      found = await answer.text();
      write();
    } catch (problem) {
      // Without a connection it still knows the page and the places.
    }
  }

  box.addEventListener("input", () => {
    // What is still on its way answers other words.
    asked += 1;
    found = "";
    write();
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") run(options().find((one) => one.getAttribute("aria-selected") === "true"));
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => run(event.target.closest("[role=option]")));
  dialog.addEventListener("close", () => {
    if (before && before.isConnected && document.activeElement === document.body) before.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("palette:open", open);
})();
