// A booked visit: when, with whom, what is missing, and what can be done about it from here.

import { html, useState } from "../preact.js";
import { Dialog, Field } from "../kit/dialog.js";
import { missing, providerName } from "../kit/model.js";
import { Toasts } from "../kit/toasts.js";
import { text } from "../page.js";

const TO_COME = new Set(["expected", "no_show"]);
const WHY_NOT = ["patient-asked", "clinic-asked", "ill"];

export function Visit({ book, visit }) {
  const row = book.visit(visit);
  const [asked, ask] = useState(null);
  if (!row) return html`<${Dialog} title=${text("visit")} onClose=${() => book.close()}><p>${text("visit_gone")}</p><${Toasts} steps=${book.steps} /><//>`;
  const { site } = book.live.desk;
  const { dates } = book;
  const kind = site.visit_types.find(({ code }) => code === row.visit_type)?.name;
  const take = (step, body = {}) => book.steps.take(visit, step, body).then(() => book.load());
  const lacking = missing(row, site);
  const when = row.scheduled_ms ? `${dates.long(dates.day(row.scheduled_ms))}, ${dates.clock(row.scheduled_ms)}` : text(`stage_${row.stage}`);
  return html`
    <${Dialog} title=${book.name(row) ?? row.ticket ?? text("no_name")} onClose=${() => book.close()}>
      <p class="where">${when} <span class="soft">${[row.provider && providerName(book.live.desk, row.provider), kind, row.minutes && text("minutes", { minutes: row.minutes })].filter(Boolean).join(" · ")}</span></p>
      <p>${text(`stage_${row.stage}`)}${row.confirmed ? ` · ${text("confirmed")}` : ""}${row.delay_minutes ? ` · ${text("late_by", { minutes: row.delay_minutes })}` : ""}</p>
      ${lacking.length > 0 && html`<p class="lacking">${text("missing_of", { what: lacking.map((item) => item.name).join(", ") })}</p>`}
      ${book.session.mayBook && TO_COME.has(row.stage) && html`<div class="buttons">
        <button class="main-button" data-first onClick=${() => book.open("booking", { visit })}>${text("new_time")}</button>
        ${!row.confirmed && html`<button onClick=${() => take("confirm", { channel: "phone" })}>${text("do_confirm")}</button>`}
        <button onClick=${() => ask("delay")}>${text("do_delay")}</button>
        <button onClick=${() => ask("cancel")}>${text("do_cancel")}</button>
      </div>`}
      ${asked === "cancel" && html`<${Question} label=${text("reason")} go=${text("do_cancel")} onSent=${(reason) => (ask(null), take("cancel", { reason }))}
        options=${WHY_NOT.map((reason) => [reason, text(`reason_${reason.replaceAll("-", "_")}`)])} />`}
      ${asked === "delay" && html`<${Question} label=${text("how_late")} go=${text("save")} onSent=${(minutes) => (ask(null), take("delay", { minutes: Number(minutes), channel: "phone" }))}
        options=${[10, 20, 30, 45, 60].map((minutes) => [minutes, text("minutes", { minutes })])} />`}
      <p><a class="button" href=${`/desk/${book.site}#visit=${visit}`}>${text("open_at_desk")}</a></p>
      <${Toasts} steps=${book.steps} />
    <//>
  `;
}

function Question({ label, go, options, onSent }) {
  const sent = (event) => {
    event.preventDefault();
    onSent(new FormData(event.target).get("answer"));
  };
  return html`
    <form class="form question" onSubmit=${sent}>
      <${Field} id="answer" label=${label}>
        <select id="answer" name="answer">${options.map(([value, words]) => html`<option key=${value} value=${value}>${words}</option>`)}</select>
      <//>
      <button class="main-button">${go}</button>
    </form>
  `;
}
