// The days as a grid: a column for each provider, or for each day of one; openings lit, absences hatched, bookings as what they are.

import { html } from "../preact.js";
import { text } from "../page.js";
import { missing } from "../kit/model.js";
import { dayColumns, endOf, hoursOf, lanes, placeOf, weekColumns } from "./columns.js";

export function Grid({ book }) {
  const { dates, read } = book;
  const { site } = book.live.desk;
  const week = book.view === "week";
  const columns = week ? weekColumns(read, book.provider, dates) : dayColumns(read, site, book.span.from);
  const hours = hoursOf(columns, dates);
  return html`
    <div class="grid" style=${{ "--columns": columns.length, "--hours": hours.last - hours.first }}>
      <div class="hours" aria-hidden="true">${Array.from({ length: hours.last - hours.first }, (_, at) => html`<span key=${at}>${String(hours.first + at).padStart(2, "0")}:00</span>`)}</div>
      ${columns.map((column) => html`<${Column} key=${column.id} book=${book} column=${column} hours=${hours} week=${week} />`)}
    </div>
  `;
}

function Column({ book, column, hours, week }) {
  const { dates } = book;
  const placed = (from, until) => {
    const { top, length } = placeOf(from, until, hours, dates);
    return { "--top": top, "--length": length };
  };
  const begins = book.read.days.find(({ date }) => date === (week ? column.id : book.span.from));
  const title = column.title ?? text("any_provider");
  const today = week && column.id === book.today;
  return html`
    <section class="column" aria-label=${title}>
      <h3 aria-current=${today ? "date" : undefined}>${title}</h3>
      <div class="day">
        ${column.openings.map((one) => html`<div key=${one.from_ms} class="open" style=${placed(one.from_ms, one.until_ms)}></div>`)}
        ${begins && column.absences.map((one) => html`<${Absence} key=${one.event} book=${book} absence=${one} column=${column} hours=${hours} day=${begins.date} />`)}
        <ul>${lanes(column.visits).map((one) => html`<${Booking} key=${one.visit.visit} book=${book} ...${one} place=${placed(one.visit.scheduled_ms, endOf(one.visit))} />`)}</ul>
        ${column.visits.length === 0 && column.openings.length === 0 && html`<p class="soft closed">${text("closed")}</p>`}
      </div>
    </section>
  `;
}

function Absence({ book, absence, hours, day }) {
  const { dates } = book;
  const from = Math.max(absence.from_ms, dates.at(day, `${String(hours.first).padStart(2, "0")}:00`));
  const last = hours.last === 24 ? dates.at(dates.plus(day, 1), "00:00") : dates.at(day, `${String(hours.last).padStart(2, "0")}:00`);
  const until = Math.min(absence.until_ms, last);
  if (until <= from) return null;
  const { top, length } = placeOf(from, until, hours, dates);
  return html`<p class="away" style=${{ "--top": top, "--length": length }}>${text("away")}</p>`;
}

function Booking({ book, visit, lane, lanes: all, place }) {
  const { dates } = book;
  const { site } = book.live.desk;
  const who = book.name(visit) ?? visit.ticket ?? text("no_name");
  const kind = site.visit_types.find(({ code }) => code === visit.visit_type)?.name;
  const room = site.rooms.find(({ id }) => id === visit.room)?.name;
  const lacking = visit.stage === "expected" && missing(visit, site).length > 0;
  const marks = [
    visit.confirmed && ["✓", text("confirmed")], visit.override && ["⇉", text("on_purpose")], lacking && ["!", text("something_missing")],
    visit.stage !== "expected" && ["●", text(`stage_${visit.stage}`)],
  ].filter(Boolean);
  return html`
    <li class=${`booking ${visit.stage}`} style=${{ ...place, "--lane": lane, "--lanes": all }}>
      <button id=${`booking-${visit.visit}`} onClick=${() => book.open("visit", { visit: visit.visit })}><span class="line">
        <b>${dates.clock(visit.scheduled_ms)}</b> ${marks.map(([sign, words]) => html`<span key=${words} class="mark" title=${words}><span aria-hidden="true">${sign}</span><span class="unseen">${words}</span></span> `)}${who}
        ${" "}<span class="soft">${[kind, room].filter(Boolean).join(" · ")}</span>
      </span></button>
    </li>
  `;
}
