// The portal works without this file. It moves the focus to an error summary, stops a second click on a button that is
// already working, and shows buttons that only a script can serve (data-print).
(function () {
  "use strict";
  var summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
    // Who came by the skip link has #main in the address, and the browser then puts the focus there.
    window.addEventListener("load", function () {
      if (document.activeElement === document.body || document.activeElement.id === "main") {
        summary.focus();
      }
    });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method.toLowerCase() !== "post") {
      return;
    }
    if (form.dataset.sentAt && Date.now() - Number(form.dataset.sentAt) < 3000) {
      event.preventDefault();
      return;
    }
    form.dataset.sentAt = String(Date.now());
  });
  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
