// Comfort only: every action of the portal works without this file.
(function () {
  "use strict";
  var root = document.documentElement;

  function remembered() { try { return localStorage.getItem("theme"); } catch (_e) { return null; } }
  function remember(theme) { try { localStorage.setItem("theme", theme); } catch (_e) { /* private window */ } }
  if (remembered()) root.dataset.theme = remembered();

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-switch]").forEach(function (button) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(dark()));
      button.addEventListener("click", function () {
        root.dataset.theme = dark() ? "light" : "dark";
        button.setAttribute("aria-pressed", String(dark()));
        remember(root.dataset.theme);
      });
    });
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
    // A select that narrows a list sends its form at once.
    document.querySelectorAll("form[data-instant]").forEach(function (form) {
      form.addEventListener("change", function (event) {
        if (event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
      });
    });
    // A deadline counts down by the server's clock: what this machine thinks the time is does not matter.
    document.querySelectorAll("[data-until]").forEach(function (place) {
      var left = Date.parse(place.dataset.until) - Date.parse(place.dataset.now);
      var began = performance.now();
      function two(n) { return (n < 10 ? "0" : "") + n; }
      function show() {
        var seconds = Math.max(0, Math.ceil((left - (performance.now() - began)) / 1000));
        if (!seconds) { place.textContent = place.dataset.over; return; }
        var clock = two(Math.floor(seconds / 3600) % 24) + ":" + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
        place.textContent = place.dataset.form.replace("{d}", Math.floor(seconds / 86400)).replace("{clock}", clock);
        setTimeout(show, 1000);
      }
      if (left > 0) show();
    });
    // What is folded up on the screen is read on paper.
    window.addEventListener("beforeprint", function () {
      document.querySelectorAll("main details:not([open])").forEach(function (one) { one.open = one.printing = true; });
    });
    window.addEventListener("afterprint", function () {
      document.querySelectorAll("main details[open]").forEach(function (one) { if (one.printing) one.open = one.printing = false; });
    });
    // The first field that was refused gets the focus.
    var bad = document.querySelector(".bad input, .bad select, .bad textarea");
    if (bad) bad.focus();
  });

  document.addEventListener("keydown", function (event) {
    var typing = /^(input|select|textarea)$/i.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      var box = document.getElementById("q");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach(function (one) { one.open = false; });
    }
    // Arrow keys walk the results of a search.
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (!typing || event.target.id === "q" || event.target.id === "sq")) {
      var links = Array.prototype.slice.call(document.querySelectorAll(".hits a"));
      if (!links.length) return;
      var at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (at >= 0 && at < links.length) { event.preventDefault(); links[at].focus(); }
    }
  });

  // A form is sent once; the token on it would make a second time harmless anyway.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
  });
})();
