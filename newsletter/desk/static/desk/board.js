/* Keys for the day board. Every key presses a button or follows a link that is on the page anyway. */
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll(".desk-row"));
  var current = -1;
  function choose(index) {
    if (!rows.length) { return; }
    if (current >= 0) { rows[current].classList.remove("desk-current"); }
    current = Math.max(0, Math.min(index, rows.length - 1));
    rows[current].classList.add("desk-current");
    rows[current].focus();
    rows[current].scrollIntoView({ block: "nearest" });
  }
  var start = rows.findIndex(function (row) { return "#" + row.id === window.location.hash; });
  if (start >= 0) { choose(start); }
  if (window.location.hash === "#desk-words") {
    var panel = document.querySelector("#desk-words input[type=text]");
    // After the browser has moved the focus to the panel itself.
    if (panel) { window.addEventListener("load", function () { setTimeout(function () { panel.focus(); }, 0); }); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    var help = document.getElementById("desk-help");
    if (event.key === "j") { choose(current + 1); }
    else if (event.key === "k") { choose(current < 0 ? 0 : current - 1); }
    else if (event.key === "?") { help.open = !help.open; help.scrollIntoView(); }
    else if (current >= 0 && event.key === "m") {
      var place = rows[current].querySelector("input[name=place]");
      if (!place) { return; }
      place.focus();
      place.select();
    } else if (current >= 0 && ["J", "K", "x", "p", "e"].indexOf(event.key) >= 0) {
      var target = rows[current].querySelector("[data-key='" + event.key + "']");
      if (!target || target.disabled) { return; }
      target.click();
    } else { return; }
    event.preventDefault();
  });
})();
