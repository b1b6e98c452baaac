// The end of a visit: what follows, to whom the patient is sent on, what it is billed by, and out.

import { html, useRef, useState } from "../preact.js";
import { newKey, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";
import { InOrder } from "./in-order.js";

const NOON = "12:00";
const codesOf = (typed = "") => typed.split(/[\s,;]+/).filter(Boolean);

export function Checkout({ desk, picture, visit }) {
  const row = picture.visits[visit];
  const { site } = picture.desk;
  const errand = useRef(null);
  const ids = useRef({ referral: newKey(), codes: newKey() });
  const [wrong, setWrong] = useState(null); // { words, codes, recorded }
  const [busy, setBusy] = useState(false);
  const [due, setDue] = useState("");
  errand.current ??= new InOrder(desk.site);
  if (!row) return html`<${Dialog} title=${text("visit")} onClose=${() => desk.close()}><p>${text("visit_gone")}</p><//>`;
  const out = row.stage === "departed";
  const ticket = row.ticket ?? text("no_ticket");

  // Nobody leaves twice; but by whom they left is for this dialog to tell.
  const leaves = (job) => !out || errand.current.recorded([job]).length > 0;

  async function send(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    const here = desk.dialog;
    const jobs = jobsOf({ desk, row, said, ids: ids.current }).filter((job) => job.name !== "check_out" || leaves(job));
    setBusy(true);
    setWrong(null);
    try {
      const answers = await errand.current.send(jobs);
      desk.leave(here);
      tell(desk, { visit, ticket, answers });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong({ words: text("not_recorded_yet", { what: text(`part_${refusal.job}`), why: refusalText(refusal) }), codes: wrongCodes(refusal), recorded: errand.current.recorded(jobs) });
      setBusy(false);
    }
  }

  return html`
    <${Dialog} title=${text(out ? "complete_of" : "checkout_of", { ticket })} onClose=${() => desk.close()}>
      <form class="form" onSubmit=${send}>
        <fieldset><legend>${text("what_follows")}</legend>
          ${site.dispositions.map((one, at) => html`<label key=${one.code}><input type="radio" name="disposition" value=${one.code} required=${due !== ""}
            data-first=${at === 0 ? "" : undefined} /> ${one.name}</label>`)}
        </fieldset>
        <${Field} id="follow-up" label=${text("follow_up_by")} hint=${text("follow_up_hint")}>
          <input id="follow-up" name="follow_up" type="date" min=${desk.dates.day(desk.now)} aria-describedby="follow-up-hint" onInput=${(event) => setDue(event.target.value)} />
        <//>
        ${row.person ? html`<${OfThePerson} wrong=${wrong?.codes ?? {}} today=${desk.dates.day(desk.now)} />` : html`
          <p class="lacking">${text("who_first")}</p>
          <p><button type="button" onClick=${() => desk.open("details", { visit })}>${text("details")}</button></p>`}
        <label class="check"><input type="checkbox" name="complete" value="1" defaultChecked=${true} /> ${text("record_complete")}</label>
        <div role="alert">${wrong && html`
          ${wrong.recorded.length > 0 && html`<p class="good">${text("recorded_so_far", { what: wrong.recorded.map((name) => text(`part_${name}`)).join(", ") })}</p>`}
          <p class="wrong">${wrong.words}</p>`}</div>
        <button class="main-button" disabled=${busy}>${text(wrong ? "try_again" : out ? "save" : "do_check_out")}</button>
      </form>
    <//>
  `;
}

// What names or describes the patient is kept encrypted with the patient; the visit only says where.
function OfThePerson({ wrong, today }) {
  return html`
    <div class="pair">
      <${Field} id="referral" label=${text("referral_to")}><input id="referral" name="referral" maxlength="2000" autocomplete="off" /><//>
      <${Field} id="referral-due" label=${text("referral_by")}><input id="referral-due" name="referral_due" type="date" min=${today} /><//>
    </div>
    <div class="pair">
      ${["diagnoses", "procedures"].map((kind) => html`
        <${Field} key=${kind} id=${kind} label=${text(kind)} hint=${text("codes_hint")} wrong=${wrong[kind]}>
          <input id=${kind} name=${kind} autocomplete="off" spellcheck=${false} aria-invalid=${Boolean(wrong[kind])} aria-describedby=${`${kind}-hint`} /><//>`)}
    </div>
  `;
}

// What is to be recorded, in this order.
function jobsOf({ desk, row, said, ids }) {
  const { dates } = desk;
  const visit = `visits/${row.visit}`;
  const noon = (day) => (day ? new Date(dates.at(day, NOON)).toISOString() : undefined);
  const keep = (name, body) => ({ name, path: `people/${row.person}`, body, method: "PUT" });
  const referral = said.referral?.trim();
  const codes = { diagnoses: codesOf(said.diagnoses), procedures: codesOf(said.procedures) };
  const coded = codes.diagnoses.length + codes.procedures.length > 0;
  return [
    said.disposition && { name: "disposition", path: `${visit}/disposition`, body: { disposition: said.disposition, follow_up_due_at: noon(said.follow_up) } },
    referral && keep("referral", { notes: { [ids.referral]: referral } }),
    referral && { name: "refer", path: `${visit}/refer`, body: { referral: ids.referral, state: "sent", due_at: noon(said.referral_due) } },
    { name: "check_out", path: `${visit}/check-out`, body: {} },
    coded && keep("codes", { codes: { [ids.codes]: codes } }),
    said.complete && { name: "complete", path: `${visit}/complete`, body: { reference: coded ? ids.codes : undefined } },
  ].filter(Boolean);
}

// By field, which of the codes can't be right; the first is number 1.
function wrongCodes({ problem }) {
  const places = (problem.fields ?? []).map(({ field }) => /(diagnoses|procedures)\[(\d+)\]/.exec(field)).filter(Boolean);
  const of = (kind) => places.filter((place) => place[1] === kind).map((place) => Number(place[2]) + 1).join(", ");
  return Object.fromEntries(places.map(([, kind]) => [kind, text("wrong_codes_are", { numbers: of(kind) })]));
}

// Taken back, the visit goes on; then its record is not complete either.
function tell(desk, { visit, ticket, answers }) {
  const last = answers.check_out ?? answers.complete;
  if (!last) return;
  const what = text(answers.check_out ? "did_check_out" : "did_complete");
  const events = [answers.check_out, answers.complete].filter((answer) => answer?.status === 201).map(({ body }) => body.event);
  const undo = async () => {
    for (const event of events) if (!(await desk.steps.undo(visit, event))) return;
  };
  desk.steps.toast({ words: last.status === 202 ? text("kept", { what }) : `${ticket}: ${what}`, undo: events.length > 0 ? undo : null });
}
