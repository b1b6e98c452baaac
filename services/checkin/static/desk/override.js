// Something that the checklist asks for is missing: it is there after all, or this is why the patient goes in without it.

import { html } from "../preact.js";
import { Dialog, Field } from "../kit/dialog.js";
import { missing } from "../kit/model.js";
import { text } from "../page.js";

const REASONS = ["urgent", "comes-later", "clinician-decides"];

export function Override({ desk, picture, visit, step, body }) {
  const row = picture.visits[visit];
  if (!row) return null;
  const lacking = missing(row, picture.desk.site).filter((item) => item.blocks);
  const goOn = (more) => {
    desk.close();
    desk.steps.take(visit, step, { ...body, ...more });
  };
  const sent = (event) => {
    event.preventDefault();
    goOn({ override: new FormData(event.target).get("override") });
  };
  const here = async () => {
    desk.close();
    for (const item of lacking) if (!(await desk.steps.take(visit, "checklist", { item: item.id, state: "done" }))) return;
    goOn({});
  };
  return html`
    <${Dialog} title=${text("goes_in_without", { ticket: row.ticket ?? text("no_ticket") })} onClose=${() => desk.close()}>
      <p class="lacking">${text("missing_of", { what: lacking.map((item) => item.name).join(", ") })}</p>
      <form class="form" onSubmit=${sent}>
        <button type="button" data-first class="main-button" onClick=${here}>${text("is_here_now")}</button>
        <${Field} id="override" label=${text("goes_in_because")}>
          <select id="override" name="override">${REASONS.map((reason) => html`<option key=${reason} value=${reason}>${text(`reason_${reason.replaceAll("-", "_")}`)}</option>`)}</select>
        <//>
        <button>${text("goes_in_anyway")}</button>
      </form>
    <//>
  `;
}
