// What staff should know, and who has taken it on.

import { html } from "../preact.js";
import { Dialog } from "../kit/dialog.js";
import { Toasts } from "../kit/toasts.js";
import { minutesText } from "../kit/words.js";
import { text } from "../page.js";
import { placeName, providerName, staffAlerts } from "../kit/model.js";

export function Alerts({ desk, picture }) {
  const alerts = staffAlerts(picture.desk);
  return html`
    <${Dialog} title=${text("alerts")} onClose=${() => desk.close()} wide=${true}>
      ${alerts.length === 0 && html`<p>${text("no_alerts")}</p>`}
      <ul class="alerts">
        ${alerts.map((alert) => html`
          <li key=${alert.alert} class=${alert.acknowledged_ms ? "taken" : ""}>
            <p><b>${said(picture, alert)}</b> <span class="soft">${minutesText((picture.now - alert.since_ms) / 1000)}</span></p>
            ${alert.acknowledged_ms
              ? html`<span class="soft">${text("alert_taken", { time: desk.live.time.clock(alert.acknowledged_ms) })}</span>`
              : html`<button onClick=${() => desk.steps.send("alerts/acknowledge", { alert: alert.alert })}>${text("take_alert")}</button>`}
            ${alert.visit && picture.visits[alert.visit] && html`<button class="quiet" onClick=${() => desk.open("visit", { visit: alert.visit })}>${text("look")}</button>`}
          </li>`)}
      </ul>
      <${Toasts} steps=${desk.steps} />
    <//>
  `;
}

function said({ desk, visits }, alert) {
  const values = {
    ticket: visits[alert.visit]?.ticket ?? text("no_ticket"),
    room: alert.room ? placeName(desk, alert.room) : visits[alert.visit]?.room ? placeName(desk, visits[alert.visit].room) : "",
    provider: alert.provider ? providerName(desk, alert.provider) : "",
    supply: supplyText(desk, alert),
  };
  return text(`alert_${alert.kind.replaceAll("-", "_")}`, values);
}

// What runs low, and in which room.
function supplyText(desk, { supply, room }) {
  const name = desk.site.supplies.find(({ id }) => id === supply)?.name ?? supply;
  return [name, room && placeName(desk, room)].filter(Boolean).join(", ");
}
