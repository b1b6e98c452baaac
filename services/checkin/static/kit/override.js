// Something that should be there first is missing: it is there after all, or this is why the patient goes in without it.

import { html } from "../preact.js";
import { text } from "../page.js";
import { Dialog } from "./dialog.js";
import { blocking } from "./model.js";

export function Override({ desk, visit, step, body }) {
  const { site, visits } = desk.live.desk;
  const row = visits[visit];
  const lacking = row ? blocking(row, site) : [];
  const goOn = (more) => {
    desk.close();
    desk.steps.take(visit, step, { ...body, ...more });
  };
  const without = (event) => {
    event.preventDefault();
    goOn({ override: new FormData(event.target).get("override") });
  };
  const here = async () => {
    desk.close();
    for (const item of lacking) if (!(await desk.steps.take(visit, "checklist", { item: item.id, state: "done" }))) return;
    goOn({});
  };
  return html`
    <${Dialog} title=${text("goes_in_without", { ticket: row?.ticket ?? text("no_ticket") })} onClose=${() => desk.close()}>
      <p class="lacking"><b>${text("missing_of", { what: lacking.map((item) => item.name).join(", ") })}</b></p>
      ${desk.session.mayBook && html`<button onClick=${here}>${text("is_here_now")}</button>`}
      <form class="form" onSubmit=${without}>
        <${Reasons} reasons=${["comes-later", "clinician-decides", "urgent"]} />
        <div class="buttons"><button class="main-button">${text("goes_in_anyway")}</button>
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
