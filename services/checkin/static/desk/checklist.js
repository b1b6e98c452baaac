// The checklist of a visit: what is there, what was asked for, what is not needed, by when, and who said so.

import { html, useEffect, useState } from "../preact.js";
import { ask, get, newKey, Refusal } from "../kit/api.js";
import { Field } from "../kit/dialog.js";
import { checklistOf } from "../kit/model.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

const THERE = new Set(["done", "waived"]);
const TO_COME = new Set(["expected", "no_show"]);

export function Checklist({ desk, picture, row, history }) {
  const items = checklistOf(row, picture.desk.site);
  if (items.length === 0) return null;
  return html`
    <section><h3>${text("checklist")}</h3>
      <ul class="checklist">${items.map((item) => html`
        <${Item} key=${item.id} desk=${desk} row=${row} item=${item} word=${lastWord(history.steps ?? [], item.id)} />`)}</ul>
    </section>
  `;
}

// The step by which an item stands as it does: the last that was not taken back, by when it happened.
function lastWord(steps, item) {
  const words = steps.filter((step) => step.step === "checklist-item-changed" && step.said.item === item && !step.undone_by);
  return words.reduce((last, step) => (last && Date.parse(last.happened_at) > Date.parse(step.happened_at) ? last : step), null);
}

function Item({ desk, row, item, word }) {
  const [noting, note] = useState(false);
  const state = row.checklist?.[item.id] ?? "missing";
  const mark = (now) => desk.steps.take(row.visit, "checklist", { item: item.id, state: now, reference: word?.said.reference });
  const due = THERE.has(state) ? null : dueText(desk, row, item);
  const noteOf = word?.said.reference ? "read_note" : "note";
  const named = (key) => text("of_item", { what: text(key), item: item.name });
  return html`
    <li>
      <label class="check"><input type="checkbox" checked=${state === "done"} disabled=${!desk.session.mayBook}
        onChange=${(event) => mark(event.target.checked ? "done" : "missing")} /> ${item.name}</label>
      <p class="soft"><b class=${THERE.has(state) ? "good" : "lacking"}>${text(`item_${state}`)}</b>${[
        item.blocks && text("item_blocks"), due, word && said(desk, word),
      ].filter(Boolean).map((words) => ` · ${words}`)}</p>
      ${desk.session.mayBook && html`<p class="acts">
        ${["requested", "waived"].map((one) => html`<button key=${one} aria-pressed=${state === one} aria-label=${named(`item_do_${one}`)}
          onClick=${() => mark(state === one ? "missing" : one)}>${text(`item_do_${one}`)}</button>`)}
        <button aria-expanded=${noting} aria-label=${named(noteOf)} onClick=${() => note(!noting)}>${text(noteOf)}</button></p>`}
      ${noting && html`<${Note} desk=${desk} row=${row} item=${item} state=${state} reference=${word?.said.reference} close=${() => note(false)} />`}
    </li>
  `;
}

// By when it should be there; once the patient has come, that is now.
function dueText(desk, row, { due_days: days }) {
  if (!TO_COME.has(row.stage) || row.scheduled_ms === undefined) return text("due_now");
  if (days === 0) return text("due_at_check_in");
  const { dates } = desk;
  const day = dates.plus(dates.day(row.scheduled_ms), -days);
  return text(day < dates.day(desk.now) ? "was_due_on" : "due_before", { day: dates.long(day) });
}

function said(desk, { actor, happened_at: at }) {
  const { dates } = desk;
  const when = Date.parse(at);
  const day = dates.day(when) === dates.day(desk.now) ? "" : `${dates.short(dates.day(when))} `;
  return text("said_by", { who: actor, time: day + dates.clock(when) });
}

// A number, or a few words. They stand among what is known of the patient, encrypted; the item only names where.
function Note({ desk, row, item, state, reference, close }) {
  const [known, setKnown] = useState(reference ? null : "");
  const [wrong, setWrong] = useState("");
  const [key] = useState(newKey);
  const person = `/v1/sites/${desk.site}/people/${row.person}`;
  const trying = async (done) => {
    try {
      await done();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
    }
  };
  useEffect(() => {
    if (reference && row.person) trying(async () => setKnown((await get(person)).notes[reference] ?? ""));
  }, []);
  const save = (event) => {
    event.preventDefault();
    const words = new FormData(event.target).get("note").trim();
    return trying(async () => {
      await ask("PUT", person, { body: { notes: { [reference ?? key]: words || null } } });
      if (reference || (await desk.steps.take(row.visit, "checklist", { item: item.id, state, reference: key }))) close();
    });
  };
  if (!row.person) return html`<p class="lacking">${text("who_first")}</p>`;
  return html`
    <form class="form question" onSubmit=${save}>
      ${known === null && !wrong && html`<p>${text("loading")}</p>`}
      ${known !== null && html`<${Field} id=${`note-${item.id}`} label=${text("note_of", { item: item.name })} hint=${text("kept_encrypted")}>
        <input id=${`note-${item.id}`} name="note" maxlength="2000" autocomplete="off" defaultValue=${known} aria-describedby=${`note-${item.id}-hint`} /><//>`}
      <p class="wrong" role="alert">${wrong}</p>
      <div class="buttons"><button class="main-button" disabled=${known === null}>${text("save")}</button><button type="button" onClick=${close}>${text("cancel")}</button></div>
    </form>
  `;
}
