// A provider will not be there: their visits are looked through one by one, and moved, given to somebody else or called off at once.

import { html, useEffect, useRef, useState } from "../preact.js";
import { ask, get, newKey, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { providerName } from "../kit/model.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

const REASONS = ["ill", "on-leave", "elsewhere"];

export function Absence({ book }) {
  const { dates } = book;
  const { site } = book.live.desk;
  const key = useRef(newKey());
  const [who, setWho] = useState(site.providers[0]?.id ?? "");
  const [days, setDays] = useState({ from: book.day, until: book.day });
  const [rows, setRows] = useState(null); // the visits, each with what is to become of it: "move", "cancel", "leave"
  const [done, setDone] = useState(null); // what became of them
  const [wrong, setWrong] = useState("");
  const from = dates.at(days.from, "00:00");
  const until = dates.at(dates.plus(days.until, 1), "00:00");

  useEffect(() => {
    let current = true;
    setRows(null);
    if (!who || until <= from) return undefined;
    get(`/v1/sites/${book.site}/providers/${who}/absences/proposal?from_ms=${from}&until_ms=${until}`)
      .then((said) => current && setRows(said.visits.map((visit) => ({ ...visit, fate: visit.to_ms === null ? "cancel" : "move" }))))
      .catch((refusal) => current && refusal instanceof Refusal && setWrong(refusalText(refusal)));
    return () => { current = false; };
  }, [who, days.from, days.until]);

  async function apply(event) {
    event.preventDefault();
    const visits = rows.filter((row) => row.fate !== "leave").map((row) => row.fate === "cancel"
      ? { visit: row.visit, cancel: true }
      : { visit: row.visit, scheduled_at: new Date(row.to_ms).toISOString(), provider: row.to_provider });
    const body = { from_at: new Date(from).toISOString(), until_at: new Date(until).toISOString(), reason: new FormData(event.target).get("reason"), visits };
    setWrong("");
    try {
      const answer = await ask("POST", `/v1/sites/${book.site}/providers/${who}/absences/plan`, { body, key: key.current });
      setDone(answer.body);
      book.load();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (!refusal.mayWork) key.current = newKey();
      setWrong(refusalText(refusal));
    }
  }

  async function undo() {
    try {
      await ask("POST", `/v1/sites/${book.site}/providers/${who}/absences/undo-plan`, { body: { event: done.absence }, key: newKey() });
      book.close();
      book.steps.toast({ words: text("absence_undone", { provider: providerName(book.live.desk, who) }) });
      book.load();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
    }
  }

  if (done) return html`<${Became} book=${book} rows=${rows} done=${done} undo=${undo} wrong=${wrong} />`;
  return html`
    <${Dialog} title=${text("absence")} onClose=${() => book.close()} wide=${true}>
      <form class="form" onSubmit=${apply}>
        <div class="side">
          <${Field} id="who" label=${text("provider")}><select id="who" data-first value=${who} onChange=${(event) => setWho(event.target.value)}>
            ${site.providers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select><//>
          <${Field} id="first-day" label=${text("first_day")}><input id="first-day" type="date" required value=${days.from}
            onChange=${(event) => event.target.value && setDays({ from: event.target.value, until: event.target.value > days.until ? event.target.value : days.until })} /><//>
          <${Field} id="last-day" label=${text("last_day")}><input id="last-day" type="date" required min=${days.from} value=${days.until}
            onChange=${(event) => event.target.value && setDays({ ...days, until: event.target.value })} /><//>
          <${Field} id="reason" label=${text("reason")}><select id="reason" name="reason">
            ${REASONS.map((reason) => html`<option key=${reason} value=${reason}>${text(`reason_${reason.replaceAll("-", "_")}`)}</option>`)}</select><//>
        </div>
        ${rows === null && !wrong && html`<p>${text("loading")}</p>`}
        ${rows?.length === 0 && html`<p>${text("nobody_concerned")}</p>`}
        ${rows?.length > 0 && html`
          <p class="hint">${text("look_through", { number: rows.length })}</p>
          <div class="scroll"><table>
            <thead><tr>${["patient", "booked_for", "becomes"].map((column) => html`<th key=${column} scope="col">${text(`column_${column}`)}</th>`)}</tr></thead>
            <tbody>${rows.map((row, at) => html`<${Row} key=${row.visit} book=${book} row=${row} change=${(fate) => setRows(rows.map((one, index) => (index === at ? { ...one, fate } : one)))} />`)}</tbody>
          </table></div>`}
        <p class="wrong" role="alert">${wrong}</p>
        <button class="main-button" disabled=${rows === null}>${text("do_absence", { number: rows?.filter((row) => row.fate !== "leave").length ?? 0 })}</button>
      </form>
    <//>
  `;
}

const moment = (book, instant) => `${book.dates.short(book.dates.day(instant))} ${book.dates.clock(instant)}`;

function Row({ book, row, change }) {
  const name = book.name(row) ?? row.ticket ?? text("no_name");
  const where = row.to_ms !== null && text("moved_to", { time: moment(book, row.to_ms), provider: providerName(book.live.desk, row.to_provider) });
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td>${moment(book, row.scheduled_ms)}</td>
      <td><select aria-label=${text("becomes_of", { who: name })} value=${row.fate} onChange=${(event) => change(event.target.value)}>
        ${where && html`<option value="move">${where}</option>`}
        <option value="cancel">${text("is_cancelled")}</option>
        <option value="leave">${text("stays")}</option>
      </select></td>
    </tr>
  `;
}

function Became({ book, rows, done, undo, wrong }) {
  const failed = done.visits.filter((one) => one.status === "refused");
  const of = (visit) => book.name(rows.find((row) => row.visit === visit)) ?? text("no_name");
  return html`
    <${Dialog} title=${text("absence")} onClose=${() => book.close()}>
      <p>${text("absence_done", { number: done.visits.length - failed.length })}</p>
      ${failed.length > 0 && html`<p class="wrong">${text("absence_failed", { number: failed.length })}</p>
        <ul>${failed.map((one) => html`<li key=${one.visit}><b>${of(one.visit)}</b>: ${text(`refusal_${one.code.replaceAll("-", "_")}`, { holder: text("another_patient") })}</li>`)}</ul>`}
      <p class="wrong" role="alert">${wrong}</p>
      <div class="buttons"><button class="main-button" data-first onClick=${() => book.close()}>${text("done")}</button><button onClick=${undo}>${text("undo_all")}</button></div>
    <//>
  `;
}
