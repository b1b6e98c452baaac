// The end of a visit: what follows, what it is billed by, and out. Each part is sent under a key of its own, and what was taken is not
// sent again, so that going on after a failure counts nothing twice.

import { html, useRef, useState } from "../preact.js";
import { ask, newKey, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

const listOf = (typed) => typed.split(/[\s,;]+/).filter(Boolean);

export function Checkout({ desk, picture, visit }) {
  const row = picture.visits[visit];
  const { site } = picture.desk;
  const made = useRef({ referral: newKey(), reference: newKey(), sent: {} }); // sent: by part, what was said, its key, its answer
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  if (!row) return null;
  const known = desk.session.mayBook && row.person;

  async function send(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    setBusy(true);
    setWrong("");
    try {
      const out = await all(said);
      desk.close();
      const what = text("did_check_out");
      desk.steps.toast({ words: row.ticket ? `${row.ticket}: ${what}` : what, undo: () => desk.steps.undo(visit, out.event) });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
      setBusy(false);
    }
  }

  async function all(said) {
    const codes = { diagnoses: listOf(said.diagnoses ?? ""), procedures: listOf(said.procedures ?? "") };
    const given = codes.diagnoses.length + codes.procedures.length > 0;
    if (given) await tell({ codes: { [made.current.reference]: codes } });
    const due = said.follow_up ? new Date(desk.live.time.at("12:00") + Number(said.follow_up) * 86400000).toISOString() : undefined;
    if (said.disposition) await take("disposition", { disposition: said.disposition, follow_up_due_at: due });
    if (said.referral?.trim()) {
      await tell({ notes: { [made.current.referral]: said.referral.trim() } });
      await take("refer", { referral: made.current.referral, state: "sent" });
    }
    const out = await take("check-out", {});
    if (said.complete) await take("complete", { reference: given ? made.current.reference : undefined });
    return out;
  }

  // Takes a step, unless just that was taken already. A repeat of what may have been recorded has the key that it had.
  async function take(step, body) {
    const words = JSON.stringify(body);
    const before = made.current.sent[step];
    const now = before?.words === words ? before : { words, key: newKey() };
    made.current.sent[step] = now;
    try {
      now.answer ??= (await ask("POST", `/v1/sites/${desk.site}/visits/${visit}/${step}`, { body, key: now.key })).body;
    } catch (refusal) {
      if (!refusal.mayWork) delete made.current.sent[step];
      throw refusal;
    }
    return now.answer;
  }

  const tell = (body) => ask("PUT", `/v1/sites/${desk.site}/people/${row.person}`, { body });

  return html`
    <${Dialog} title=${text("checkout_of", { ticket: row.ticket ?? text("no_ticket") })} onClose=${() => desk.close()}>
      <form class="form" onSubmit=${send}>
        <${Field} id="disposition" label=${text("what_follows")}>
          <select id="disposition" name="disposition" data-first><option value="">–</option>
            ${site.dispositions.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}</select>
        <//>
        <${Field} id="follow-up" label=${text("follow_up_in")} hint=${text("follow_up_hint")}>
          <select id="follow-up" name="follow_up" aria-describedby="follow-up-hint"><option value="">–</option>
            ${[7, 14, 28, 90, 180].map((days) => html`<option key=${days} value=${days}>${text("in_days", { days })}</option>`)}</select>
        <//>
        ${known && html`
          <${Field} id="referral" label=${text("referral_to")}><input id="referral" name="referral" maxlength="500" autocomplete="off" /><//>
          <${Field} id="diagnoses" label=${text("diagnoses")} hint=${text("codes_hint")}><input id="diagnoses" name="diagnoses" autocomplete="off" aria-describedby="diagnoses-hint" /><//>
          <${Field} id="procedures" label=${text("procedures")}><input id="procedures" name="procedures" autocomplete="off" /><//>`}
        <label class="check"><input type="checkbox" name="complete" value="1" defaultChecked=${true} /> ${text("record_complete")}</label>
        <p class="wrong" role="alert">${wrong}</p>
        <button class="main-button" disabled=${busy}>${text("do_check_out")}</button>
      </form>
    <//>
  `;
}
