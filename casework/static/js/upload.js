/* Sends chosen files one after the other and shows how far it is. Without it the form works too. */
"use strict";
(() => {
  const box = document.getElementById("upload");
  if (!box || !box.closest("form")) return;
  const form = box.closest("form"), say = box.dataset, inputs = [...box.querySelectorAll("input[type=file]")];
  const progress = document.getElementById("progress");
  const bar = progress.querySelector("progress"), words = progress.querySelector("p");
  let busy = null;
  document.getElementById("file").multiple = true;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const tell = (text, bad) => {
    progress.hidden = false;
    words.textContent = text;
    words.className = bad ? "msg" : "hint";
    bar.hidden = busy === null;
  };
  const waiting = () => inputs.flatMap((input) => [...input.files].map((file) => ({ input, file })));

  // What is sent is taken out of its input, so that trying again sends only the rest.
  const forget = ({ input, file }) => {
    const rest = new DataTransfer();
    [...input.files].filter((each) => each !== file).forEach((each) => rest.items.add(each));
    input.files = rest.files;
    input.dispatchEvent(new Event("sent"));
  };

  const send = (each, number, count) => new Promise((done) => {
    const data = new FormData(), request = new XMLHttpRequest();
    data.set("csrf_token", form.elements.csrf_token.value);
    data.set("note", form.elements.note.value);
    data.set("do", "add");
    data.set(each.input.name, each.file, each.file.name);
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.onprogress = (event) => {
      const percent = Math.floor((100 * event.loaded) / (event.total || 1));
      bar.value = percent;
      tell(fill(percent < 100 ? say.sending : say.checking, { number, count, percent }));
    };
    request.onload = () => done(request);
    request.onerror = request.onabort = request.ontimeout = () => done(null);
    busy = request;
    tell(fill(say.sending, { number, count, percent: 0 }));
    request.send(data);
  });

  const problem = (request) => {
    if (request === null) return say.broken;
    if (request.status === 413) return say.tooBig;
    if (request.status === 200) return "";
    const told = request.response && request.response.querySelector(".errors li");
    return told ? told.textContent : say.broken;
  };

  const sendAll = async () => {
    const files = waiting();
    for (const [place, each] of files.entries()) {
      const wrong = each.file.size > Number(say.largest) ? say.tooBig : "";
      const request = wrong ? null : await send(each, place + 1, files.length);
      const told = wrong || problem(request);
      busy = null;
      if (told) {
        if (wrong || (request && request.status < 500)) forget(each);
        return tell(told, true), false;
      }
      forget(each);
      document.getElementById("added").replaceWith(request.response.getElementById("added"));
    }
    form.elements.note.value = "";
    tell(say.done);
    return true;
  };

  inputs.forEach((input) => input.addEventListener("change", () => { progress.hidden = !busy; }));

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (busy) return event.preventDefault();
    if (!waiting().length || (button && button.name === "remove")) return;
    event.preventDefault();
    const all = await sendAll();
    if (!all) return inputs[0].focus();
    if (button && button.value !== "add") form.requestSubmit(button);
  });
})();
