// Asks every two seconds whether a document is ready and loads the page anew when it is. Without this file the link
// "Look again" does the same.
(function () {
  "use strict";
  var place = document.querySelector("[data-document='waiting']");
  if (!place || !window.fetch) {
    return;
  }
  var tries = 0;
  function look() {
    tries += 1;
    fetch(place.dataset.address, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (response) { return response.ok ? response.json() : { state: "waiting" }; })
      .catch(function () { return { state: "waiting" }; })
      .then(function (answer) {
        if (answer.state !== "waiting" || tries === 25) {
          window.location.replace(place.dataset.address);
        } else if (tries < 300) {
          window.setTimeout(look, 2000);
        }
      });
  }
  window.setTimeout(look, 2000);
})();
