// The square on a packet carries its code behind the # of the address, which no browser sends to a
// server. It is put into the form, taken out of the address, and sent. Without this script it is
// typed.
"use strict";

(() => {
  const form = document.querySelector("[data-code]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!form || !/^[0-9A-Z]{52}$/i.test(code)) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.submit();
})();
