// Menus beside a control, and windows in front of the page; both give the focus back when they close.

import { element, iconButton } from "./elements.js";
import { say } from "./words.js";

let closeOpenMenu = null;

/** Opens a menu at `anchor`. Items: {label, act, lang?, danger?, checked?}. Arrow keys move, Esc closes. */
export function openMenu(anchor, items, label) {
  closeOpenMenu?.();
  const buttons = items.map((item) =>
    element(
      "button",
      {
        type: "button",
        role: item.checked === undefined ? "menuitem" : "menuitemradio",
        "aria-checked": item.checked === undefined ? null : String(item.checked),
        class: item.danger ? "danger" : null,
        lang: item.lang,
        tabindex: "-1",
        onclick: () => {
          close();
          item.act();
        },
      },
      item.label,
    ),
  );
  const menu = element("div", { class: "menu", role: "menu", "aria-label": label }, buttons);
  const outside = (event) => menu.contains(event.target) || close();
  const close = () => {
    closeOpenMenu = null;
    const inside = menu.contains(document.activeElement);
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", close);
    if (inside && anchor.isConnected) anchor.focus();
  };
  menu.addEventListener("keydown", (event) => onMenuKey(event, buttons, close));
  document.body.append(menu);
  place(menu, anchor);
  buttons[0]?.focus();
  closeOpenMenu = close;
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", close);
}

function onMenuKey(event, buttons, close) {
  const at = buttons.indexOf(document.activeElement);
  const goTo = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (goTo !== undefined) {
    event.preventDefault();
    buttons.at(goTo % buttons.length).focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
}

/** Below the anchor where there is room, else above it; always inside the window. */
function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + height + 8 <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - height - 4)}px`;
}

/** A window in front of the page with a title; resolves when it is closed. */
export function openWindow(title, content, { className = "" } = {}) {
  const dialog = element(
    "dialog",
    { class: `window ${className}`, "aria-label": title },
    element("header", {}, element("h2", {}, title), iconButton("close", say("close"), () => dialog.close())),
    content,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
