// The form works without this file: a question that follows from another one then appears when the page is saved. With it,
// the question appears at once. Choosing "none of these" clears the other marks, and the other way round.
(function () {
  "use strict";
  function holds(form, name, answers) {
    return Array.from(form.elements).some(function (control) {
      var isChosen = control.type === "radio" || control.type === "checkbox" ? control.checked : true;
      return control.name === name && isChosen && !control.closest("[hidden]") && answers.indexOf(control.value) >= 0;
    });
  }
  function update(form) {
    form.querySelectorAll("[data-after]").forEach(function (field) {
      field.hidden = !holds(form, field.dataset.after, field.dataset.answers.split(" "));
    });
  }
  document.querySelectorAll("form.form").forEach(function (form) {
    form.addEventListener("change", function (event) {
      var mark = event.target;
      if (mark.type === "checkbox" && mark.checked && form.querySelector('[name="' + mark.name + '"][value="tidak_ada"]')) {
        form.querySelectorAll('[name="' + mark.name + '"]').forEach(function (other) {
          if (other !== mark && (mark.value === "tidak_ada") !== (other.value === "tidak_ada")) {
            other.checked = false;
          }
        });
      }
      update(form);
    });
    update(form);
    var seen = document.createElement("input");
    seen.type = "hidden";
    seen.name = "langsung";
    seen.value = "1";
    form.append(seen);
  });
})();
// Groups the sixteen digits of a NIK or KK number while they are typed, as long as the cursor stands at the end.
document.querySelectorAll("input[data-grouped]").forEach(function (input) {
  "use strict";
  var sizes = input.dataset.grouped.split(" ").map(Number);
  input.addEventListener("input", function () {
    var digits = input.value.replace(/[\s.-]/g, "");
    if (!/^[0-9]{1,16}$/.test(digits) || input.selectionStart !== input.value.length) {
      return;
    }
    var parts = [];
    sizes.forEach(function (size) {
      if (digits) {
        parts.push(digits.slice(0, size));
        digits = digits.slice(size);
      }
    });
    input.value = parts.join(" ");
  });
});
