/* Passkeys: lets the browser make or use one and sends what it signed with the form.
   <form data-passkey="create|get" data-options="JSON" | data-options-url="/address/">
   Its button waits until this script runs: without it the button could do nothing. */
(function () {
  "use strict";

  const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
  };

  const toText = (bytes) => {
    const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte));
    return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const withBytes = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  async function create(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      },
    });
    return described(made, {
      attestationObject: toText(made.response.attestationObject),
      clientDataJSON: toText(made.response.clientDataJSON),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    });
  }

  async function get(options) {
    const used = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      },
    });
    const handle = used.response.userHandle;
    return described(used, {
      authenticatorData: toText(used.response.authenticatorData),
      clientDataJSON: toText(used.response.clientDataJSON),
      signature: toText(used.response.signature),
      userHandle: handle ? toText(handle) : null,
    });
  }

  function described(credential, response) {
    return {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      authenticatorAttachment: credential.authenticatorAttachment,
      response,
    };
  }

  async function optionsOf(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.optionsUrl, {
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) throw new Error("no options");
    return (await answer.json()).request_options;
  }

  function tell(form, error) {
    const words = {
      NotAllowedError: "The browser did not get an answer. Try again; nothing was changed.",
      InvalidStateError: "This device holds a passkey for your account already.",
      SecurityError: "Passkeys do not work at this address.",
    };
    const place = form.querySelector("[data-passkey-problem]");
    place.textContent = words[error.name] || "That did not work. Try again, or use another way.";
    place.hidden = false;
  }

  for (const form of document.querySelectorAll("[data-passkey]")) {
    const button = form.querySelector("[data-passkey-start]");
    button.disabled = !supported;
    form.querySelector("[data-passkey-off]").hidden = supported;
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      button.disabled = true;
      form.querySelector("[data-passkey-problem]").hidden = true;
      try {
        const options = (await optionsOf(form)).publicKey;
        const credential = await (form.dataset.passkey === "create" ? create : get)(options);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch (error) {
        tell(form, error);
        button.disabled = false;
      }
    });
  }
})();
