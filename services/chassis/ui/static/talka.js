// Comfort on top of pages that work without it.
(() => {
  "use strict";
  const first = (selector, within = document) => within.querySelector(selector);
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const on = (type, act) => document.addEventListener(type, act);
  const said = first("#said");
  const say = (text, kind) => {
    said.textContent = text.trim();
    said.className = kind;
  };

  // A success note or an error summary takes the focus, so that it is read first.
  const focusNews = (within) => first("[data-focus]", within)?.focus();
  focusNews(document);

  // How many rows a filter left is told to who cannot see it; a lost connection to everybody.
  on("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target ?? document;
    focusNews(target);
    say(first("caption, .empty h2", target)?.textContent ?? "", "hidden");
  });
  on("htmx:error", (event) => {
    if (event.detail.error instanceof TypeError) say(said.dataset.lost, "note bad");
  });

  // What is being replaced says so.
  const busy = (state) => (event) => event.detail.ctx?.target?.setAttribute?.("aria-busy", state);
  on("htmx:before:request", busy("true"));
  on("htmx:finally:request", busy("false"));

  // Menus close on Escape, which leads back to their button, and on a click elsewhere.
  on("keydown", (event) => {
    if (event.key === "Escape") {
      each("details.menu[open]", (menu) => {
        menu.open = false;
        if (menu.contains(document.activeElement)) first("summary", menu).focus();
      });
    }
    const search = first("form[role=search] input:not([type=hidden])");
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "/" && search && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    }
  });
  on("click", (event) => {
    each("details.menu[open]", (menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const source = event.target.closest("[data-copy]");
    if (source) navigator.clipboard.writeText(first(source.dataset.copy).textContent.trim());
  });

  // A form is sent once; after 400 ms its button says so.
  on("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    if (form.dataset.sent || !button) return;
    form.dataset.sent = "yes";
    button.dataset.label = button.textContent;
    setTimeout(() => {
      button.setAttribute("aria-disabled", "true");
      button.textContent = said.dataset.working;
    }, 400);
  });
  addEventListener("pageshow", () => {
    each("form[data-sent]", (form) => delete form.dataset.sent);
    each("button[data-label]", (button) => {
      button.removeAttribute("aria-disabled");
      button.textContent = button.dataset.label;
    });
  });
})();
