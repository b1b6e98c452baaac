// A list of visits: one row each, with its one obvious next step.

import { Component, html, useEffect, useState } from "../preact.js";
import { minutesText, stepText, timerText } from "../kit/words.js";
import { text } from "../page.js";
import { missing, nextStep, placeName, providerName, timer } from "../kit/model.js";

const AT_ONCE = 40; // what a screen shows is drawn first; the rest of a long list follows, so many at a time

export function VisitList({ desk, picture, visits, none, stages = false }) {
  const [drawn, draw] = useState(AT_ONCE);
  useEffect(() => {
    if (drawn >= visits.length) return undefined;
    const next = setTimeout(() => draw(drawn + AT_ONCE), 0);
    return () => clearTimeout(next);
  }, [drawn, visits.length]);
  if (visits.length === 0) return html`<p class="none">${none}</p>`;
  const { site, estimates } = picture.desk;
  const columns = ["ticket", "name", "timer", "provider", "room", "checklist", "estimate", "next"];
  return html`
    <table class="visits">
      <thead><tr>${columns.map((column) => html`<th key=${column} scope="col" class=${`of-${column}`}>${text(`column_${column}`)}</th>`)}</tr></thead>
      <tbody>
        ${visits.slice(0, drawn).map((visit) => {
          const place = picture.places.get(visit.visit);
          const range = place && estimates[visit.queue ?? "A"]?.[place - 1];
          return html`<${Row} key=${visit.visit} desk=${desk} visit=${visit} site=${site} name=${desk.name(visit)} speaks=${desk.speaks(visit)} stages=${stages}
            known=${desk.session.mayLookAtNames} selected=${desk.selected === visit.visit} place=${place} range=${range && range.join("–")}
            ...${timed(visit, site.limits, picture.now)} stale=${picture.stale} />`;
        })}
      </tbody>
    </table>
  `;
}

function timed(visit, limits, now) {
  const { kind, seconds, level } = timer(visit, limits, now);
  return { kind, level, minutes: seconds === null ? null : Math.floor(seconds / 60) };
}

// Drawn again only when something that it shows is different: there may be hundreds.
class Row extends Component {
  shouldComponentUpdate(next) {
    const now = this.props;
    return ["visit", "site", "name", "speaks", "selected", "place", "range", "kind", "level", "minutes", "stale", "stages", "known"].some(
      (part) => now[part] !== next[part],
    );
  }

  render({ desk, visit, site, name, speaks, selected, place, range, kind, level, minutes, stages, known }) {
    const queues = Object.keys(site.queues).length;
    const step = nextStep(visit);
    const lacking = missing(visit, site);
    const label = visit.ticket ?? text("no_ticket");
    const opened = () => desk.open("visit", { visit: visit.visit });
    return html`
      <tr id=${`row-${visit.visit}`} tabindex="-1" class=${`${level}${visit.pending ? " pending" : ""}`} aria-selected=${selected}
        onFocus=${() => selected || desk.show({ selected: visit.visit })}>
        <th scope="row" class="of-ticket">
          <button class="ticket" onClick=${opened} aria-label=${text("open_visit", { ticket: label })}>${label}</button>
          ${visit.priority < 5 && html`<span class="urgent">${text("priority_first")}</span>`}
          ${visit.priority > 5 && html`<span class="soft">${text("priority_later")}</span>`}
          ${visit.arrived_by === "page" && html`<span class="soft">${text("by_phone")}</span>`}
        </th>
        <td class="of-name">${name ?? html`<span class="soft">${known ? text("no_name") : text("name_hidden")}</span>`}
          ${speaks && html` <b class="speaks">${speaks}</b>`}
          ${stages && html` <span class="soft">${text(`stage_${visit.stage}`)}</span>`}</td>
        <td class="of-timer"><${Timer} desk=${desk} visit=${visit} kind=${kind} level=${level} minutes=${minutes} /></td>
        <td class="of-provider">${visit.provider ? providerName({ site }, visit.provider) : ""}</td>
        <td class="of-room">${visit.service ?? visit.room ? placeName({ site }, visit.service ?? visit.room) : ""}</td>
        <td class="of-checklist">${site.checklist.length > 0 && (lacking.length === 0
          ? html`<span class="good">✓ <span class="unseen">${text("complete")}</span></span>`
          : html`<span class="lacking">${lacking.map((item) => item.name).join(", ")}</span>`)}</td>
        <td class="of-estimate">${place && html`${queues > 1 ? text("place_in", { place, queue: visit.queue ?? "A" }) : text("place", { place })}${range && html`<br />${text("about_minutes", { range })}`}`}</td>
        <td class="of-next"><div>
          ${step && html`<button class="next" disabled=${visit.pending} onClick=${() => desk.nextStep(visit.visit)}>
            ${stepText(step, visit, { site })}</button>`}
          <button class="quiet more" aria-label=${text("more_of", { ticket: label })} onClick=${opened}>⋯</button>
        </div></td>
      </tr>
    `;
  }
}

// Coloured, and worded: the colour alone says nothing.
function Timer({ desk, visit, kind, level, minutes }) {
  const { time } = desk.live;
  if (kind === "due") return html`<span class="timer">${visit.scheduled_ms ? time.clock(visit.scheduled_ms) : ""}</span>`;
  const long = minutes === null ? text("time_unknown") : minutesText(minutes * 60);
  return html`
    <span class=${`timer ${level}`}>${timerText(visit, kind, long, desk.live.desk)}
      ${level !== "fine" && html` <b>${text(`level_${level}`)}</b>`}</span>
    ${visit.faults && html`<span class="fault">${text("times_doubtful")}</span>`}
  `;
}
