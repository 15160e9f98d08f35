// Comfort on top of pages that work without it.
(() => {
  "use strict";
  const first = (selector, within = document) => within.querySelector(selector);

  // A success note or an error summary takes the focus, so that it is read first.
  const focusNews = (within) => first("[data-focus]", within)?.focus();
  focusNews(document);
  document.addEventListener("htmx:after:swap", (event) => focusNews(event.detail.ctx?.target ?? document));

  // Open menus close on Escape and on a click elsewhere; the focus goes back to their button.
  const close = (menu, refocus) => {
    menu.open = false;
    if (refocus) first("summary", menu).focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => close(menu, menu.contains(document.activeElement)));
    }
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const search = first("form[role=search] input");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) close(menu, false);
    });
  });

  // A form is sent once; after 400 ms its button says so.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) setTimeout(() => button.setAttribute("aria-disabled", "true"), 400);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });

  // What is being replaced says so to those who cannot see it.
  const busy = (on) => (event) => event.detail.ctx?.target?.setAttribute?.("aria-busy", on);
  document.addEventListener("htmx:before:request", busy("true"));
  document.addEventListener("htmx:finally:request", busy("false"));

  // "Copy" puts the text of the element it names on the clipboard.
  document.addEventListener("click", (event) => {
    const source = event.target.closest("[data-copy]");
    if (source) navigator.clipboard.writeText(first(source.dataset.copy).textContent.trim());
  });
})();
