// After how long somebody is told, when a screen asks again who is there, and how long things are kept.

import { html } from "../preact.js";
import { text } from "../page.js";
import { Amount, Wrong } from "./fields.js";

const LIMITS = ["waiting_warning", "waiting_critical", "in_room_warning", "in_room_critical", "unanswered_call", "provider_late", "turnover", "still_here", "silent"];

export function Limits({ form }) {
  return html`
    <p class="hint">${text("limits_hint")}</p>
    <${Wrong} form=${form} path="limits" />
    <div class="columns">${LIMITS.map((limit) => html`
      <${Amount} key=${limit} form=${form} path=${`limits.${limit}`} label=${text(`limits_${limit}`)} hint=${text(`limit_means_${limit}`)} unit=${text("unit_minutes")} />`)}</div>
  `;
}

export function Sessions({ form }) {
  return html`
    <div class="columns">
      <${Amount} form=${form} path="sessions.lock_after_minutes" label=${text("sessions_lock_after_minutes")} hint=${text("lock_after_hint")} unit=${text("unit_minutes")} />
      <${Amount} form=${form} path="sessions.sign_out_after_hours" label=${text("sessions_sign_out_after_hours")} hint=${text("sign_out_after_hint")} unit=${text("unit_hours")} />
    </div>
  `;
}

export function Retention({ form }) {
  return html`<${Amount} form=${form} path="retention_hours" label=${text("field_retention_hours")} hint=${text("retention_hint")} unit=${text("unit_hours")} />`;
}
