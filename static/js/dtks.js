// The portal works without this file. It moves the focus to an error summary, stops a second click on a button that is
// already working, and shows buttons that only a script can serve (data-print).
(function () {
  "use strict";
  var summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
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
