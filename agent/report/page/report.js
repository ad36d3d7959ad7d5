"use strict";
(() => {
  const back = document.getElementById("back");
  const bubble = document.getElementById("bubble");
  let origin = null;

  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    target.scrollIntoView({ block: "center" });
  };

  const jump = (link, id) => {
    const target = document.getElementById(id);
    if (!target) return;
    if (location.hash !== "#" + id) location.hash = id;
    reveal(target);
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    if (!origin) origin = link;
    back.hidden = false;
  };

  const explain = (link, id) => {
    const source = document.getElementById(id);
    if (!source || typeof bubble.showPopover !== "function") return false;
    bubble.replaceChildren(...[...source.childNodes].map((node) => node.cloneNode(true)));
    origin = link;
    bubble.showPopover();
    const at = link.getBoundingClientRect();
    const left = Math.min(at.left, innerWidth - bubble.offsetWidth - 12);
    const below = at.bottom + 8 + bubble.offsetHeight < innerHeight;
    bubble.style.left = Math.max(12, left) + "px";
    bubble.style.top = Math.max(12, below ? at.bottom + 8 : at.top - bubble.offsetHeight - 8) + "px";
    const first = bubble.querySelector("a");
    if (first) first.focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = link.getAttribute("href").slice(1);
    const computed = /^C\d+$/.test(id);
    if (computed && explain(link, id)) {
      event.preventDefault();
    } else if (computed || link.classList.contains("fig")) {
      event.preventDefault();
      if (bubble.matches(":popover-open")) bubble.hidePopover();
      else origin = null;
      jump(link, id);
    }
  });

  back.addEventListener("click", () => {
    back.hidden = true;
    if (!origin) return;
    reveal(origin);
    origin.focus({ preventScroll: true });
    origin = null;
  });

  const arrive = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target) reveal(target);
  };
  addEventListener("popstate", arrive);
  if (location.hash) arrive();
})();
