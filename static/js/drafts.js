/* Keeps what is typed on the server, two seconds after the last key.
   <form data-draft="/address/">   its fields are sent there; the first [data-draft-state]
                                   in it, or one made at its end, says when it was kept
   A form is kept for its author alone. If the session ended, one signs in beside this page
   and the text goes on from here: it is never taken out of the form. */
(function () {
  "use strict";

  const WAIT = 2000;
  const RETRY = 15000;

  for (const form of document.querySelectorAll("form[data-draft]")) {
    let timer = null;
    let kept = serialised(form);
    let lastSaved = "";
    const state = form.querySelector("[data-draft-state]") || made(form);

    const schedule = (after) => {
      clearTimeout(timer);
      timer = setTimeout(save, after);
    };

    async function save() {
      const now = serialised(form);
      if (now === kept) return;
      try {
        const answer = await fetch(form.dataset.draft, {
          method: "POST",
          body: new URLSearchParams(now),
          headers: { "X-Requested-With": "drafts" },
          redirect: "error",
        });
        if (answer.status === 413) {
          tell((await answer.json()).problem + " Your text is still here.", true);
          return;
        }
        if (answer.status === 403 && (await renewed(form))) {
          schedule(0);
          return;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        const said = await answer.json();
        kept = now;
        lastSaved = said.saved || lastSaved;
        tell(said.saved ? `Saved ${said.saved}` : "", false);
        if (said.moved) tell(`Saved ${said.saved}. Somebody moved this notice since you opened it.`, true);
      } catch {
        const since = lastSaved ? ` since ${lastSaved}` : "";
        tell(`Not saved${since}. Your text is still here; it is tried again. If you were signed out, sign in in another tab.`, true);
        schedule(RETRY);
      }
      if (serialised(form) !== kept) schedule(WAIT);
    }

    function tell(words, isBad) {
      state.textContent = words;
      state.classList.toggle("saved-ok", Boolean(words) && !isBad);
      state.classList.toggle("saved-not", isBad);
    }

    form.addEventListener("input", () => schedule(WAIT));
    form.addEventListener("change", () => schedule(WAIT));
    form.addEventListener("submit", () => clearTimeout(timer));
    window.addEventListener("online", () => schedule(0));
    // Leaving at once loses nothing either.
    window.addEventListener("pagehide", () => {
      const now = serialised(form);
      if (now !== kept && form.getAttribute("aria-busy") !== "true") {
        navigator.sendBeacon(form.dataset.draft, new URLSearchParams(now));
      }
    });
  }

  function serialised(form) {
    return new URLSearchParams(new FormData(form)).toString();
  }

  function made(form) {
    const state = document.createElement("span");
    state.className = "saved";
    state.setAttribute("role", "status");
    form.append(state);
    return state;
  }

  /* A new sign-in brings a new token: take it from this page as it is now. */
  async function renewed(form) {
    const name = "csrfmiddlewaretoken";
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(`input[name="${name}"]`);
    const old = form.elements[name];
    if (!fresh || !old || fresh.dataset.used === old.value) return false;
    if (form.dataset.renewed === "yes") return false;
    form.dataset.renewed = "yes";
    document.querySelectorAll(`input[name="${name}"]`).forEach((one) => { one.value = fresh.value; });
    return true;
  }
})();
