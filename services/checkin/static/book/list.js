// A day as a list, by the time: whom to ring up, who has said that they will come, and what they still have to bring.

import { html, useState } from "../preact.js";
import { get, Refusal } from "../kit/api.js";
import { missing, providerName } from "../kit/model.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";
import { SHOWN } from "./columns.js";

const COLUMNS = ["time", "patient", "provider", "missing", "says"];

export function List({ book }) {
  const visits = book.read.visits.filter((visit) => SHOWN.has(visit.stage)).sort((one, other) => one.scheduled_ms - other.scheduled_ms || (one.visit < other.visit ? -1 : 1));
  if (visits.length === 0) return html`<p class="none">${text("nobody_booked")}</p>`;
  const coming = visits.filter((visit) => visit.confirmed).length;
  return html`
    <div class="list">
      <p class="soft">${text("will_come", { number: coming, all: visits.length })} <button class="quiet" onClick=${() => print()}>${text("print")}</button></p>
      <div class="scroll"><table>
        <thead><tr>${COLUMNS.map((column) => html`<th key=${column} scope="col">${text(`column_${column}`)}</th>`)}</tr></thead>
        <tbody>${visits.map((visit) => html`<${Row} key=${visit.visit} book=${book} visit=${visit} />`)}</tbody>
      </table></div>
    </div>
  `;
}

function Row({ book, visit }) {
  const { desk } = book.live;
  const who = book.name(visit) ?? visit.ticket ?? text("no_name");
  const kind = desk.site.visit_types.find(({ code }) => code === visit.visit_type)?.name;
  const to_come = visit.stage === "expected";
  const lacking = to_come ? missing(visit, desk.site) : [];
  return html`
    <tr>
      <td>${book.dates.clock(visit.scheduled_ms)}</td>
      <th scope="row"><button class="quiet who" onClick=${() => book.open("visit", { visit: visit.visit })}>${who}</button>
        ${to_come && visit.person && book.session.mayBook && html`<${Telephone} book=${book} person=${visit.person} who=${who} />`}</th>
      <td>${[visit.provider && providerName(desk, visit.provider), kind].filter(Boolean).join(" · ")}</td>
      <td class="lacking">${lacking.map((item) => item.name).join(", ")}</td>
      <td>${said(visit)}
        ${to_come && !visit.confirmed && book.session.mayBook && html`
          <button class="next" aria-label=${text("state_of", { who, state: text("do_confirm") })} onClick=${() => book.steps.take(visit.visit, "confirm", { channel: "phone" })}>${text("do_confirm")}</button>`}</td>
    </tr>
  `;
}

function said({ stage, confirmed, delay_minutes: minutes }) {
  const words = [stage !== "expected" && text(`stage_${stage}`), stage === "expected" && confirmed && text("confirmed"), minutes && text("late_by", { minutes })];
  return words.filter(Boolean).join(" · ");
}

// The number is read only when somebody is to be rung up: each look at a patient's details is on the record.
function Telephone({ book, person, who }) {
  const [number, setNumber] = useState(null);
  const look = async () => {
    try {
      setNumber((await get(`/v1/sites/${book.site}/people/${person}`)).phone ?? text("no_telephone"));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setNumber(refusalText(refusal));
    }
  };
  if (number === null) return html`<button aria-label=${text("state_of", { who, state: text("phone") })} onClick=${look}>${text("phone")}</button>`;
  return html`<span role="status"><bdi>${number}</bdi></span>`;
}
