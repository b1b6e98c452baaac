// One visit: where it stands, what can be done, its checklist, and all that happened, with who said so.

import { html, useEffect, useState } from "../preact.js";
import { get, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { Toasts } from "../kit/toasts.js";
import { minutesText, refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";
import { checklistOf, moreSteps, nextStep, placeName, providerName } from "../kit/model.js";
import { printSlip } from "./walk-in.js";

const DURATIONS = ["waiting_room_seconds", "exam_room_seconds", "provider_seconds", "cycle_seconds"];

export function Visit({ desk, picture, visit }) {
  const row = picture.visits[visit];
  const [asked, ask] = useState(null); // { kind, … }: a question under the buttons
  if (!row) {
    return html`<${Dialog} title=${text("visit")} onClose=${() => desk.close()}><p>${text("visit_gone")}</p><${Toasts} steps=${desk.steps} /><//>`;
  }
  const step = nextStep(row);
  const name = desk.name(row);
  const title = [row.ticket ?? text("no_ticket"), name].filter(Boolean).join(" · ");
  const go = (which) => () => desk.begin(visit, which, ask);
  return html`
    <${Dialog} title=${title} onClose=${() => desk.close()} wide=${true}>
      <p class="where">${text(`stage_${row.stage}`)}${row.room ? ` · ${placeName(picture.desk, row.room)}` : ""}${row.provider ? ` · ${providerName(picture.desk, row.provider)}` : ""}</p>
      <ul class="durations">${DURATIONS.filter((one) => row[one] !== undefined).map((one) => html`<li key=${one}>${text(one)} <b>${minutesText(row[one])}</b></li>`)}</ul>
      <div class="buttons">
        ${step && html`<button class="main-button" data-first onClick=${go(step)}>${text(`do_${step.replaceAll("-", "_")}`)}</button>`}
        ${moreSteps(row).map((one) => html`<button key=${one} onClick=${go(one)}>${text(`do_${one.replaceAll("-", "_")}`)}</button>`)}
        ${row.ticket && html`<button onClick=${() => desk.open("admitted", { visit, ticket: row.ticket })}>${text("show_ticket")}</button>`}
      </div>
      ${asked && html`<${Question} key=${asked.kind + (asked.event ?? "")} desk=${desk} picture=${picture} visit=${visit} asked=${asked} close=${() => ask(null)} />`}
      <${Checklist} desk=${desk} picture=${picture} row=${row} />
      <${History} desk=${desk} picture=${picture} row=${row} ask=${ask} />
      <${Toasts} steps=${desk.steps} />
    <//>
  `;
}

function Question({ desk, picture, visit, asked, close }) {
  const { site } = picture.desk;
  const { time } = desk.live;
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
    <form class="form question" onSubmit=${sent}>
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

// A reason of a list that this page doesn't know is shown as its code.
function reasonText(reason) {
  return shell.texts[`reason_${reason.replaceAll("-", "_")}`] ?? reason;
}

function Checklist({ desk, picture, row }) {
  const checklist = checklistOf(row, picture.desk.site);
  if (checklist.length === 0) return null;
  const mark = (item, done) => desk.steps.take(row.visit, "checklist", { item, state: done ? "done" : "missing" });
  return html`
    <section><h3>${text("checklist")}</h3>
      <ul class="checklist">${checklist.map((item) => html`
        <li key=${item.id}><label class="check"><input type="checkbox" checked=${["done", "waived"].includes(row.checklist?.[item.id])}
          onChange=${(event) => mark(item.id, event.target.checked)} /> ${item.name}</label></li>`)}</ul>
    </section>
  `;
}

function History({ desk, picture, row, ask }) {
  const [steps, setSteps] = useState(null);
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    let current = true;
    get(`/v1/sites/${desk.site}/visits/${row.visit}/history`)
      .then((said) => current && (setSteps(said.steps), setWrong("")))
      .catch((refusal) => current && refusal instanceof Refusal && setWrong(refusalText(refusal)));
    return () => { current = false; };
  }, [row.visit, picture.desk.visits[row.visit]]);
  return html`
    <section><h3>${text("history")}</h3>
      ${wrong && html`<p class="wrong">${wrong}</p>`}
      ${!steps && !wrong && html`<p>${text("loading")}</p>`}
      ${steps && html`<table class="history">
        <thead><tr>${["what", "happened", "recorded", "who", "change"].map((column) => html`<th key=${column} scope="col">${text(`history_${column}`)}</th>`)}</tr></thead>
        <tbody>${steps.map((step) => html`<${Step} key=${step.event} desk=${desk} picture=${picture} visit=${row.visit} step=${step} ask=${ask} />`)}</tbody>
      </table>`}
    </section>
  `;
}

const FIXED = new Set(["step-undone", "step-corrected", "merged"]);

function Step({ desk, picture, visit, step, ask }) {
  const { time } = desk.live;
  const clock = (instant) => time.clock(Date.parse(instant));
  const what = text(`step_${step.step.replaceAll("-", "_")}`);
  const room = step.said.room ?? step.said.service;
  const item = picture.desk.site.checklist.find((one) => one.id === step.said.item);
  const more = [room && placeName(picture.desk, room), item?.name, step.said.reason && reasonText(step.said.reason)];
  return html`
    <tr class=${step.undone_by ? "undone" : ""}>
      <th scope="row">${what} <span class="soft">${more.filter(Boolean).join(", ")}</span>${step.undone_by && html` <b>${text("undone")}</b>`}</th>
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
