// The providers: whether each is in, who is with them, and who waits for them.

import { html } from "../preact.js";
import { text } from "../page.js";

export function Providers({ desk, picture }) {
  const { providers } = picture.desk.site;
  const visits = Object.values(picture.visits);
  const mine = (id, stages) => visits.filter((visit) => (visit.provider ?? "") === id && stages.includes(visit.stage));
  const columns = [...providers, { id: "", name: text("any_provider") }];
  const shown = columns.filter((one) => one.id !== "" || mine("", ["waiting", "in_room", "with_provider"]).length > 0 || providers.length === 0);
  const late = new Map(Object.values(picture.desk.alerts).filter((alert) => alert.kind === "provider-running-late").map((alert) => [alert.provider, alert]));
  return html`
    <ul class="cards">
      ${shown.map((one) => html`
        <li key=${one.id} class="card">
          <h3>${one.name}</h3>
          ${late.has(one.id) && html`<p class="timer warning"><b>${text("runs_late")}</b></p>`}
          ${["with_provider", "in_room", "waiting"].map((stage) => html`<${Line} key=${stage} desk=${desk} stage=${stage} visits=${mine(one.id, [stage])} />`)}
          ${one.id && html`<div class="buttons">
            ${["in", "away"].map((status) => html`<button key=${status} onClick=${() =>
              desk.steps.send(`providers/${one.id}/status`, { status }, text(`provider_is_${status}`, { provider: one.name }))}>${text(`provider_do_${status}`)}</button>`)}
            <button onClick=${() => desk.steps.send(`providers/${one.id}/status`, { status: "delayed", delayed_minutes: 15 }, text("provider_is_delayed", { provider: one.name }))}>${text("provider_do_delayed")}</button>
          </div>`}
        </li>`)}
    </ul>
  `;
}

function Line({ desk, stage, visits }) {
  return html`
    <div class="line"><span>${text(`tab_${stage}`)} <b class="count">${visits.length}</b></span>
      <ul>${visits.slice(0, 8).map((visit) => html`<li key=${visit.visit}><button class="ticket" onClick=${() => desk.open("visit", { visit: visit.visit })}>${visit.ticket ?? text("no_ticket")}</button></li>`)}</ul>
    </div>
  `;
}
