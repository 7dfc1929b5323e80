// Keeps the page fresh while it is open: fetches it again when the node says that something is new.
// Without this script the page loads itself anew once a minute.
"use strict";

(() => {
  const PARTS = ["state", "latest", "pausing"];
  const DIGITS_MS = 15000; // the digits of the minute, where this is the device's own screen
  let waiting = 0;

  const busy = () => document.activeElement && document.activeElement.id === "token";

  async function refresh() {
    waiting = 0;
    const lang = document.documentElement.lang;
    const answer = await fetch(`/?lang=${lang}`, { cache: "no-store" });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of PARTS) {
      const [old, fresh] = [document.getElementById(id), next.getElementById(id)];
      if (!old || !fresh || old.innerHTML === fresh.innerHTML) continue;
      if (id === "pausing" && busy()) continue; // somebody is typing
      old.replaceWith(document.adoptNode(fresh));
    }
  }

  const soon = () => {
    if (!waiting) waiting = setTimeout(() => refresh().catch(() => {}), 300);
  };

  function live(values) {
    for (const [name, value] of Object.entries(values || {})) {
      const place = document.querySelector(`[data-live="${CSS.escape(name)}"]`);
      if (place) place.textContent = value;
    }
  }

  let standing = "";
  const stream = new EventSource("/events");
  stream.addEventListener("record", soon);
  stream.addEventListener("state", (event) => {
    const { live: values, ...state } = JSON.parse(event.data);
    live(values);
    const now = JSON.stringify(state);
    if (now !== standing) soon();
    standing = now;
  });
  setInterval(() => document.getElementById("digits") && soon(), DIGITS_MS);
})();
