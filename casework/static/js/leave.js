// Leaving in a hurry: the button, or the key Escape twice within a second. The page is emptied at
// once, the server is told to end what is open, and another page takes this one's place in the
// history. Without this script the button still works, and leaves one page more behind.
"use strict";

(() => {
  const way = document.querySelector("[data-leave]");
  if (!way) return;
  const to = way.dataset.to || way.href;
  const TOO_LONG = 1500;
  const TWICE_WITHIN = 1000;
  let leaving = false;
  let pressed = -TWICE_WITHIN;

  const told = () => {
    if (!way.action) return Promise.resolve();
    const answer = fetch(way.action, { method: "POST", keepalive: true });
    return Promise.race([answer, new Promise((done) => setTimeout(done, TOO_LONG))]);
  };

  const leave = (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    for (const form of document.forms) form.reset();
    document.title = "";
    document.body.replaceChildren();
    const go = () => location.replace(to);
    told().then(go, go);
  };

  way.addEventListener(way.action ? "submit" : "click", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - pressed < TWICE_WITHIN) leave(event);
    pressed = event.timeStamp;
  });
  // A page that comes back from the browser's memory is asked for anew.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
