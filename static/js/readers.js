/* Who else reads what: the page says what it has open and hears about its rows. */
(function () {
  "use strict";

  const EVERY = 25000;
  const list = document.querySelector("#inbox-list");
  const pane = document.querySelector("#pane");
  if (!list || !pane || !pane.dataset.reading) return;

  async function ask() {
    if (document.hidden) return;
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const body = new URLSearchParams({ csrfmiddlewaretoken: token ? token.value : "" });
    const shown = pane.querySelector(".pane");
    if (shown) body.append("open", shown.dataset.pane);
    for (const row of list.querySelectorAll("li[data-row]")) body.append("key", row.dataset.row);
    try {
      const answer = await fetch(pane.dataset.reading, { method: "POST", body });
      if (answer.ok && !answer.redirected) tell(await answer.json());
    } catch (problem) {
      // A hint: without it everything works.
    }
  }

  function tell(readers) {
    for (const row of list.querySelectorAll("li[data-row]")) write(row, readers[row.dataset.row]);
    const place = pane.querySelector("[data-readers]");
    const shown = pane.querySelector(".pane");
    const words = shown ? said(readers[shown.dataset.pane]) : "";
    if (place && place.textContent !== words) place.textContent = words;
  }

  function said(names) {
    if (!names) return "";
    return `${names.join(", ")} ${names.length > 1 ? "are" : "is"} reading this`;
  }

  function write(row, names) {
    let place = row.querySelector(".entry-reader");
    if (!place && !names) return;
    if (!place) {
      place = document.createElement("span");
      place.className = "entry-reader";
      row.querySelector(".entry-foot").append(place);
    }
    place.textContent = said(names);
  }

  let timer = 0;
  function again() {
    window.clearTimeout(timer);
    ask();
    timer = window.setTimeout(again, EVERY);
  }
  // Walking on quickly is not reading.
  document.addEventListener("desk:opened", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(again, 400);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  again();
})();
