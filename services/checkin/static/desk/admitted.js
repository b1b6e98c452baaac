// The ticket of whoever was checked in, large, with the patient's own page as a QR code; Enter goes on.

import { html } from "../preact.js";
import { Dialog } from "../kit/dialog.js";
import { text } from "../page.js";

export function Admitted({ desk, visit, ticket, event, kept }) {
  const again = () => {
    desk.close();
    desk.steps.take(visit, "undo", { event });
  };
  return html`
    <${Dialog} title=${kept ? text("kept_title") : text("checked_in")} onClose=${() => desk.close()}>
      <div class="slip">
        <p class="ticket">${ticket ?? "…"}</p>
        ${kept && html`<p>${text("kept_hint")}</p>`}
        ${!kept && html`<img class="qr" src=${`/v1/sites/${desk.site}/visits/${visit}/qr.svg`} alt=${text("qr")} width="180" height="180" />`}
        <p class="hint">${text("slip_hint")}</p>
      </div>
      <div class="buttons">
        <button class="main-button" data-first onClick=${() => desk.close()}>${text("done")}</button>
        <button onClick=${() => printSlip()}>${text("print_ticket")}</button>
        ${!kept && html`<button onClick=${again}>${text("undo")}</button>`}
      </div>
    <//>
  `;
}

function printSlip() {
  document.documentElement.dataset.print = "slip";
  print();
  delete document.documentElement.dataset.print;
}

