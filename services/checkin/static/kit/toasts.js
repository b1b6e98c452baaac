// What became of the last steps: read out, and each can be undone for a while.

import { html } from "../preact.js";
import { text } from "../page.js";

export function Toasts({ steps }) {
  const shown = (bad) => steps.toasts.filter((toast) => toast.bad === bad).map((toast) => html`<${Toast} key=${toast.id} steps=${steps} toast=${toast} />`);
  return html`<div class="toasts"><div role="status">${shown(false)}</div><div role="alert">${shown(true)}</div></div>`;
}

function Toast({ steps, toast }) {
  const act = (done) => () => {
    steps.drop(toast.id);
    done();
  };
  return html`
    <div class=${toast.bad ? "toast bad" : "toast"}>
      <p>${toast.words}</p>
      ${toast.undo && html`<button onClick=${act(toast.undo)}>${text("undo")} <kbd>Z</kbd></button>`}
      ${toast.again && html`<button onClick=${act(toast.again)}>${text("try_again")}</button>`}
      <button class="quiet" aria-label=${text("close")} onClick=${() => steps.drop(toast.id)}>×</button>
    </div>
  `;
}
