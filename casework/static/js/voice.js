/* Records a voice message into the input for sound files. Without it the phone's recorder is used. */
"use strict";
(() => {
  const box = document.getElementById("recorder"), input = document.getElementById("voice");
  if (!box || !input || !window.MediaRecorder || !navigator.mediaDevices || !window.DataTransfer) return;
  const say = box.dataset, status = box.querySelector("p"), audio = box.querySelector("audio");
  const button = Object.fromEntries([...box.querySelectorAll("button")].map((each) => [each.dataset.do, each]));
  let recorder = null, ticking = null;
  box.hidden = false;
  input.hidden = true;
  box.parentElement.querySelector("label").removeAttribute("for");

  const show = (name, text) => {
    Object.entries(button).forEach(([key, each]) => { each.hidden = key !== name; });
    audio.hidden = name !== "again";
    status.textContent = text;
  };
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  const keep = (pieces, type) => {
    const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "weba";
    const files = new DataTransfer();
    files.items.add(new File(pieces, `voice.${ending}`, { type }));
    input.files = files.files;
    audio.src = URL.createObjectURL(files.files[0]);
    show("again", say.ready);
    audio.focus();
  };

  const clear = () => {
    if (audio.src) URL.revokeObjectURL(audio.src);
    audio.removeAttribute("src");
    input.value = "";
    show("start", "");
  };

  const start = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      show("start", say.refused);
      input.hidden = false;
      return;
    }
    const pieces = [];
    recorder = new MediaRecorder(stream, { audioBitsPerSecond: 32000 });
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      clearInterval(ticking);
      stream.getTracks().forEach((track) => track.stop());
      keep(pieces, recorder.mimeType.split(";")[0]);
    };
    recorder.start();
    let seconds = 0;
    const tick = () => {
      show("stop", say.running.replace("{time}", clock(seconds)));
      if (seconds++ >= Number(say.seconds)) recorder.stop();
    };
    tick();
    ticking = setInterval(tick, 1000);
    button.stop.focus();
  };

  button.start.addEventListener("click", start);
  button.stop.addEventListener("click", () => recorder.stop());
  button.again.addEventListener("click", () => { clear(); button.start.focus(); });
  input.addEventListener("sent", clear);
})();
