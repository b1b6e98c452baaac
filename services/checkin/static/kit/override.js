// Something that should be there first is missing: what it is, and why the patient goes in all the same.

import { html } from "../preact.js";
import { text } from "../page.js";
import { Dialog } from "./dialog.js";
import { blocking } from "./model.js";

export function Override({ desk, visit, step, body }) {
  const { site, visits } = desk.live.desk;
  const row = visits[visit];
  const go = (event) => {
    event.preventDefault();
    const override = new FormData(event.target).get("override");
    desk.close();
    desk.steps.take(visit, step, { ...body, override });
  };
  return html`
    <${Dialog} title=${text("missing_first", { ticket: row?.ticket ?? text("no_ticket") })} onClose=${() => desk.close()}>
      <ul class="lacking">${(row ? blocking(row, site) : []).map((item) => html`<li key=${item.id}><b>${item.name}</b></li>`)}</ul>
      <form class="form" onSubmit=${go}>
        <${Reasons} reasons=${["comes-later", "clinician-decides", "urgent"]} />
        <div class="buttons"><button class="main-button">${text("go_on")}</button>
          <button type="button" onClick=${() => desk.close()}>${text("cancel")}</button></div>
      </form>
    <//>
  `;
}

// None is chosen beforehand: a second Enter, or a second tap, must not be taken for a reason.
function Reasons({ reasons }) {
  return html`
    <fieldset class="reasons"><legend>${text("goes_in_because")}</legend>
      ${reasons.map((reason, at) => html`<label key=${reason}><input type="radio" name="override" value=${reason} required data-first=${at === 0 ? "" : undefined} />
        ${" "}${text(`reason_${reason.replaceAll("-", "_")}`)}</label>`)}
    </fieldset>
  `;
}
