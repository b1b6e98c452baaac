// A dialog over the page: the browser keeps the focus in it, and Escape closes it.

import { html, useLayoutEffect, useRef } from "../preact.js";
import { text } from "../page.js";

export function Dialog({ title, onClose, wide = false, children }) {
  const node = useRef(null);
  useLayoutEffect(() => {
    const dialog = node.current;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector("[data-first]")?.focus();
    return () => {
      if (dialog.open) dialog.close();
      if (before?.isConnected) before.focus();
    };
  }, []);
  return html`
    <dialog ref=${node} class=${wide ? "wide" : ""} aria-labelledby="dialog-title" onCancel=${(event) => { event.preventDefault(); onClose(); }}
      onClick=${(event) => event.target === node.current && onClose()}>
      <div class="inside">
        <header><h2 id="dialog-title">${title}</h2>
          <button class="quiet" aria-label=${text("close")} onClick=${onClose}>×</button></header>
        ${children}
      </div>
    </dialog>
  `;
}

// A label, its field, and what is wrong with it.
export function Field({ label, hint, wrong, id, children }) {
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${children}
      ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
      ${wrong && html`<p class="wrong" role="alert" id=${`${id}-wrong`}>${wrong}</p>`}
    </div>
  `;
}
