// Shows the kelurahan that match while somebody types; without this file the button "Search" does the same.
(function () {
  "use strict";
  document.querySelectorAll("[data-kelurahan]").forEach(function (box) {
    var name = box.dataset.kelurahan;
    var text = box.querySelector("input[type=text]");
    var kecamatan = box.querySelector("select");
    var found = box.querySelector("[data-found]");
    var timer = 0;
    var asked = 0;
    function radio(area, number) {
      var label = document.createElement("label");
      var input = document.createElement("input");
      var words = document.createElement("span");
      var place = document.createElement("span");
      label.className = "choice";
      input.type = "radio";
      input.name = name;
      input.value = area[0];
      input.id = text.id.replace(/0$/, "") + (number + 2);
      label.htmlFor = input.id;
      place.className = "muted";
      place.textContent = " (" + area[2] + ")";
      words.append(area[1], place);
      label.append(input, " ", words);
      return label;
    }
    function show(answer, turn) {
      if (turn === asked && answer.areas.length) {
        found.replaceChildren.apply(found, answer.areas.map(radio));
        if (answer.areas.length === 1) {
          found.querySelector("input").checked = true;
        }
      }
    }
    function ask() {
      var turn = ++asked;
      var query = new URLSearchParams({ cari: text.value, kec: kecamatan.value });
      fetch(box.dataset.address + "?" + query)
        .then(function (response) { return response.json(); })
        .then(function (answer) { show(answer, turn); })
        .catch(function () {});
    }
    text.addEventListener("input", function () {
      clearTimeout(timer);
      if (text.value.trim().length > 2) {
        timer = setTimeout(ask, 250);
      }
    });
    kecamatan.addEventListener("change", function () {
      text.value = "";
      ask();
    });
  });
})();
