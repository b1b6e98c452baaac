// All that happened to a visit, with who said so and when; each step can be taken back, or given another time.

import { html, useEffect, useState } from "../preact.js";
import { get, Refusal } from "../kit/api.js";
import { placeName } from "../kit/model.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";

// { steps, wrong }: what happened, read anew whenever the visit changes; null until it is there.
export function useHistory(desk, picture, visit) {
  const [read, setRead] = useState({ steps: null, wrong: "" });
  useEffect(() => {
    if (!picture.desk.visits[visit]) return undefined;
    let current = true;
    get(`/v1/sites/${desk.site}/visits/${visit}/history`)
      .then((said) => current && setRead({ steps: said.steps, wrong: "" }))
      .catch((refusal) => current && refusal instanceof Refusal && setRead((before) => ({ ...before, wrong: refusalText(refusal) })));
    return () => { current = false; };
  }, [visit, picture.desk.visits[visit]]);
  return read;
}

export function History({ desk, picture, visit, history: { steps, wrong }, ask }) {
  return html`
    <section><h3>${text("history")}</h3>
      ${wrong && html`<p class="wrong">${wrong}</p>`}
      ${!steps && !wrong && html`<p>${text("loading")}</p>`}
      ${steps && html`<table class="history">
        <thead><tr>${["what", "happened", "recorded", "who", "change"].map((column) => html`<th key=${column} scope="col">${text(`history_${column}`)}</th>`)}</tr></thead>
        <tbody>${steps.map((step) => html`<${Step} key=${step.event} desk=${desk} picture=${picture} visit=${visit} step=${step} ask=${ask} />`)}</tbody>
      </table>`}
    </section>
  `;
}

const FIXED = new Set(["step-undone", "step-corrected", "merged"]);

function Step({ desk, picture, visit, step, ask }) {
  const { time } = desk.live;
  const clock = (instant) => time.clock(Date.parse(instant));
  const what = text(`step_${step.step.replaceAll("-", "_")}`);
  return html`
    <tr class=${step.undone_by ? "undone" : ""}>
      <th scope="row">${what} <span class="soft">${more(picture.desk, step.said)}</span>${step.undone_by && html` <b>${text("undone")}</b>`}</th>
      <td>${clock(step.happened_at)}${step.first_said_at && html` <span class="soft">${text("first_said", { time: clock(step.first_said_at) })}</span>`}</td>
      <td>${clock(step.recorded_at)}</td>
      <td>${step.actor}</td>
      <td>${!step.undone_by && html`
        ${step.step !== "merged" && html`<button class="quiet" onClick=${() => desk.steps.undo(visit, step.event)} aria-label=${text("undo_of", { what })}>${text("undo")}</button>`}
        ${!FIXED.has(step.step) && html`<button class="quiet" aria-label=${text("change_time_of", { what })}
          onClick=${() => ask({ kind: "correct", event: step.event, what, at: step.happened_at })}>${text("change_time")}</button>`}`}</td>
    </tr>
  `;
}

// Where to, which item and where it stands, what follows, and why.
function more(desk, said) {
  const place = said.room ?? said.service;
  const item = desk.site.checklist.find((one) => one.id === said.item);
  const follows = desk.site.dispositions.find((one) => one.code === said.disposition);
  const state = item && text(`item_${said.state}`);
  const reasons = [said.reason, said.override].filter(Boolean).map(reasonText);
  return [place && placeName(desk, place), item?.name, state, follows?.name, ...reasons].filter(Boolean).join(", ");
}

// A reason of a list that this page doesn't know is shown as its code.
function reasonText(reason) {
  return shell.texts[`reason_${reason.replaceAll("-", "_")}`] ?? reason;
}
