// One visit: where it stands, what can be done, its checklist, and all that happened, with who said so.

import { html, useLayoutEffect, useRef, useState } from "../preact.js";
import { Dialog, Field } from "../kit/dialog.js";
import { Toasts } from "../kit/toasts.js";
import { minutesText, stepText } from "../kit/words.js";
import { text } from "../page.js";
import { moreSteps, nextStep, placeName, providerName } from "../kit/model.js";
import { Checklist } from "./checklist.js";
import { History, useHistory } from "./history.js";

const DURATIONS = ["waiting_room_seconds", "exam_room_seconds", "provider_seconds", "cycle_seconds"];

export function Visit({ desk, picture, visit }) {
  const row = picture.visits[visit];
  const [asked, ask] = useState(null); // { kind, … }: a question under the buttons
  const history = useHistory(desk, picture, visit);
  if (!row) {
    return html`<${Dialog} title=${text("visit")} onClose=${() => desk.close()}><p>${text("visit_gone")}</p><${Toasts} steps=${desk.steps} /><//>`;
  }
  const step = nextStep(row);
  const name = desk.name(row);
  const title = [row.ticket ?? text("no_ticket"), name].filter(Boolean).join(" · ");
  const go = (which) => () => desk.begin(visit, which, ask);
  return html`
    <${Dialog} title=${title} onClose=${() => desk.close()} wide=${true}>
      <p class="where">${text(`stage_${row.stage}`)}${[...whereText(picture.desk, row), desk.speaks(row)].filter(Boolean).map((one) => ` · ${one}`)}</p>
      <ul class="durations">${DURATIONS.filter((one) => row[one] !== undefined).map((one) => html`<li key=${one}>${text(one)} <b>${minutesText(row[one])}</b></li>`)}</ul>
      <div class="buttons">
        ${step && html`<button class="main-button" data-first onClick=${go(step)}>${stepText(step, row, picture.desk)}</button>`}
        ${moreSteps(row).map((one) => html`<button key=${one} onClick=${go(one)}>${stepText(one, row, picture.desk)}</button>`)}
        ${incomplete(row, picture.desk.site) && html`<button onClick=${go("complete")}>${text("do_complete")}</button>`}
        ${desk.session.mayBook && html`<button onClick=${() => desk.open("details", { visit, from: visit })}>${text("details")}</button>
          <button onClick=${() => desk.open("concern", { visit, from: visit })}>${text("record_concern")}</button>`}
        ${row.ticket && html`<button onClick=${() => desk.open("admitted", { visit, ticket: row.ticket })}>${text("show_ticket")}</button>`}
      </div>
      ${asked && html`<${Question} key=${asked.kind + (asked.event ?? "")} desk=${desk} picture=${picture} visit=${visit} asked=${asked} close=${() => ask(null)} />`}
      <${Checklist} desk=${desk} picture=${picture} row=${row} history=${history} />
      <${History} desk=${desk} picture=${picture} visit=${visit} history=${history} ask=${ask} />
      <${Toasts} steps=${desk.steps} />
    <//>
  `;
}

// At the laboratory, and in the room that is still theirs; with whom, and what for.
function whereText(desk, { stage, service, room, provider, visit_type: code, completed_ms: complete }) {
  const places = [stage === "at_service" && service, room].filter(Boolean).map((place) => placeName(desk, place));
  const kind = desk.site.visit_types.find((one) => one.code === code)?.name;
  return [...places, provider && providerName(desk, provider), kind, complete && text("is_complete")].filter(Boolean);
}

// Whether the patient has left and the record is still to be completed.
const incomplete = (row, site) => row.stage === "departed" && !row.completed_ms && site.dispositions.length > 0;

function Question({ desk, picture, visit, asked, close }) {
  const { site } = picture.desk;
  const { time } = desk.live;
  const form = useRef(null);
  useLayoutEffect(() => form.current.querySelector("input:checked, input, select").focus(), []);
  const sent = (event) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    close();
    if (asked.kind === "priority") desk.steps.take(visit, "priority", { priority: Number(said.priority), reason: said.reason });
    if (asked.kind === "assign") desk.steps.take(visit, "assign", { provider: said.provider || null });
    if (asked.kind === "correct") {
      desk.steps.take(visit, "correct", { event: asked.event, happened_at: new Date(time.at(said.time)).toISOString(), reason: said.reason });
    }
  };
  return html`
    <form class="form question" ref=${form} onSubmit=${sent}>
      ${asked.kind === "priority" && html`
        <fieldset><legend>${text("do_priority")}</legend>
          ${[[1, "priority_first"], [5, "priority_ordinary"], [8, "priority_later"]].map(([value, said]) => html`
            <label key=${value}><input type="radio" name="priority" value=${value} defaultChecked=${value === 1} /> ${text(said)}</label>`)}
        </fieldset>
        <${Reason} reasons=${["urgent", "pain", "child", "appointment", "comfort"]} />`}
      ${asked.kind === "assign" && html`
        <${Field} id="provider" label=${text("provider")}>
          <select id="provider" name="provider">
            <option value="">${text("any_provider")}</option>
            ${site.providers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
          </select>
        <//>`}
      ${asked.kind === "correct" && html`
        <${Field} id="time" label=${text("happened_at", { what: asked.what })}>
          <input id="time" name="time" type="time" required value=${time.clock(Date.parse(asked.at))} />
        <//>
        <${Reason} reasons=${["entered-late", "wrong-time", "system-was-away"]} />`}
      <div class="buttons"><button class="main-button">${text("save")}</button><button type="button" onClick=${close}>${text("cancel")}</button></div>
    </form>
  `;
}

function Reason({ reasons }) {
  return html`
    <${Field} id="reason" label=${text("reason")}>
      <select id="reason" name="reason" required>
        ${reasons.map((reason) => html`<option key=${reason} value=${reason}>${text(`reason_${reason.replaceAll("-", "_")}`)}</option>`)}
      </select>
    <//>
  `;
}
