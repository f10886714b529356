// Passkeys: joins our buttons to django-allauth's scripts. All data comes from attributes; nothing is evaluated.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    var forms = window.allauth && window.allauth.webauthn && window.allauth.webauthn.forms;
    document.querySelectorAll("[data-passkey]").forEach(function (button) {
      if (!forms || !window.PublicKeyCredential) return;
      button.hidden = false;
      var kind = button.dataset.passkey;
      var options = { ids: { credential: button.dataset.credential }, data: JSON.parse(button.dataset.options || "{}") };
      if (kind === "add") {
        options.ids.add = button.id;
        options.ids.passwordless = button.dataset.passwordless;
        forms.addForm(options);
      } else if (kind === "login") {
        options.ids.login = button.id;
        forms.loginForm(options);
      } else {
        options.ids.authenticate = button.id;
        forms.authenticateForm(options);
      }
    });
    document.querySelectorAll("[data-needs-script]").forEach(function (one) { one.hidden = true; });
  });
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    var box = document.getElementById("passkey-error");
    if (box) { box.hidden = false; box.focus(); }
  });
})();
