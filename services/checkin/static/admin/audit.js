// The audit trail: who looked at a patient, and what somebody saw and did. Patients stand here by their ids, staff by name.

import { html, useState } from "../preact.js";
import { get, Refusal } from "../kit/api.js";
import { Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";
import { useAsked } from "./asked.js";
import { dayBegins, dayEnds } from "./days.js";

const TICKET = /^[A-Z][0-9]{2,6}$/;

export function Audit({ admin }) {
  const address = `/v1/sites/${admin.site}/audit`;
  const { found: staff } = useAsked(`${address}/actors`);
  const [about, setAbout] = useState("patient");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState(null); // { query, records, complete, visits, of }

  const look = async (query, more = {}) => {
    const said = await get(`${address}?${query}`);
    setAnswer({ query, ...said, ...more });
  };
  const asked = async (event) => {
    event.preventDefault();
    const { who, actor, since, until } = Object.fromEntries(new FormData(event.target));
    const { timezone } = admin.entry;
    setWrong("");
    setBusy(true);
    try {
      const query = new URLSearchParams();
      if (since) query.set("since", new Date(dayBegins(since, timezone)).toISOString());
      if (until) query.set("until", new Date(dayEnds(until, timezone)).toISOString());
      if (about === "patient") await ofPatient(who.trim(), query);
      else await of({ actor }, query);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setAnswer(null);
      setWrong(refusal.problem.fields ? text("wrong_patient") : refusalText(refusal));
    }
    setBusy(false);
  };
  const of = (subject, query, more) => {
    for (const [name, value] of Object.entries(subject)) query.set(name, value);
    return look(query, more);
  };
  const ofPatient = async (who, query) => {
    if (who === "") return setWrong(text("wrong_patient"));
    const ticket = who.toUpperCase();
    if (!TICKET.test(ticket)) return of({ person: who }, query);
    const { visits } = await get(`${address}/tickets/${ticket}`);
    return ofVisit(visits[0], query, { visits, ticket });
  };
  const ofVisit = (visit, query, more) => {
    query.delete("person");
    query.delete("visit");
    return of(visit.person ? { person: visit.person } : { visit: visit.visit }, query, { ...more, of: visit });
  };
  const another = (visit) => ofVisit(visit, new URLSearchParams(answer.query), { visits: answer.visits, ticket: answer.ticket });

  return html`
    <p class="hint">${text("audit_hint")}</p>
    <form class="card form" novalidate onSubmit=${asked}>
      <fieldset><legend>${text("audit_about")}</legend>
        ${["patient", "staff"].map((one) => html`
          <label key=${one}><input type="radio" name="about" value=${one} checked=${about === one} onChange=${() => setAbout(one)} /> ${text(`about_${one}`)}</label>`)}
      </fieldset>
      <div class="columns">
        ${about === "patient" && html`<${Field} id="who" label=${text("audit_patient")} hint=${text("audit_patient_hint")}>
          <input id="who" name="who" autocomplete="off" spellcheck="false" maxlength="64" aria-describedby="who-hint" /><//>`}
        ${about === "staff" && html`<${Field} id="actor" label=${text("audit_staff")}>
          <select id="actor" name="actor">${actorsOf(staff).map(({ actor, name }) => html`<option key=${actor} value=${actor}>${name}</option>`)}</select><//>`}
        <${Field} id="since" label=${text("audit_since")} hint=${text("audit_since_hint")}><input id="since" name="since" type="date" aria-describedby="since-hint" /><//>
        <${Field} id="until" label=${text("audit_until")}><input id="until" name="until" type="date" /><//>
      </div>
      <p class="wrong" role="alert">${wrong}</p>
      <div class="buttons"><button class="main-button" disabled=${busy || admin.entry === null}>${text("audit_look")}</button><p role="status">${busy ? text("loading") : answer ? text("audit_found", { count: answer.records.length }) : ""}</p></div>
    </form>
    ${answer && html`<${Answer} admin=${admin} address=${address} answer=${answer} staff=${staff} another=${another} />`}
  `;
}

function Answer({ admin, address, answer, staff, another }) {
  const { records, complete, query, visits, ticket } = answer;
  const csv = new URLSearchParams(query);
  csv.set("format", "csv");
  return html`
    <section aria-label=${text("audit_trail")}>
      ${visits?.length > 1 && html`<p>${text("several_visits", { ticket })}</p>
        <p class="buttons">${visits.map((visit) => html`<button key=${visit.visit} aria-pressed=${visit === answer.of} onClick=${() => another(visit)}>${visit.since_ms ? admin.when(visit.since_ms) : visit.visit}</button>`)}</p>`}
      ${!complete && html`<p class="lacking">${text("audit_more")}</p>`}
      ${records.length === 0
        ? html`<p class="none">${text("audit_none")}</p>`
        : html`
          <p><a class="button" href=${`${address}?${csv}`} download>${text("export")}</a></p>
          <div class="scroll" tabindex="0" role="region" aria-label=${text("audit_trail")}><table class="trail">
            <thead><tr>${["when", "who", "what", "outcome", "subject"].map((column) => html`<th key=${column} scope="col">${text(`trail_${column}`)}</th>`)}</tr></thead>
            <tbody>${records.map((record) => html`<${Row} key=${record.id} admin=${admin} record=${record} staff=${staff} />`)}</tbody>
          </table></div>`}
    </section>
  `;
}

function Row({ admin, record, staff }) {
  return html`
    <tr>
      <td>${admin.when(record.at)}</td>
      <td>${nameOf(record.actor, staff)}</td>
      <th scope="row">${actText(record.action)}</th>
      <td class=${record.outcome === "done" ? "" : "lacking"}>${text(`outcome_${record.outcome}`)}</td>
      <td class="id"><${Subject} record=${record} staff=${staff} /></td>
    </tr>
  `;
}

// Whom or what it is about: a colleague by name, a visit or a patient by the beginning of the id.
function Subject({ record, staff }) {
  if (record.user) return nameOf(record.user, staff);
  const id = record.visit ?? record.person;
  return id ? html`<span title=${id}>${record.visit ? text("trail_visit") : text("trail_person")} ${id.slice(0, 8)}</span>` : null;
}

// What this page has no words for is shown as its code.
const actText = (action) => shell.texts[`act_${action.replaceAll("-", "_")}`] ?? action;

function nameOf(actor, staff) {
  const known = staff?.actors.find((one) => one.actor === actor);
  if (known?.name) return known.name;
  if (actor === "patient") return text("trail_person");
  const [kind, name] = actor.split(":");
  return kind === "token" ? text("program", { name }) : kind === "operator" ? text("operator", { name }) : name ?? actor;
}

function actorsOf(staff) {
  const named = (staff?.actors ?? []).map(({ actor }) => ({ actor, name: nameOf(actor, staff) }));
  return named.sort((one, other) => (one.actor.startsWith("token") ? 1 : 0) - (other.actor.startsWith("token") ? 1 : 0) || one.name.localeCompare(other.name, shell.language));
}
