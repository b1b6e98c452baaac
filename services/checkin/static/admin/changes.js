// What has changed in a profile, in words: before it is saved, or where somebody else was first.

import { html } from "../preact.js";
import { shell, text } from "../page.js";
import { THINGS } from "./profile.js";

export function Changes({ profile, before, changes }) {
  return html`<ul class="changes">${changes.map((change) => html`<li key=${change.keys.join(" ")}>${sentence(change, profile, before)}</li>`)}</ul>`;
}

export function Conflicts({ form }) {
  const { others, conflicts } = form;
  if (others.length === 0) return null;
  return html`
    <section class="met" role="alert">
      <h3>${text("met_title")}</h3>
      <p>${text("met_hint")}</p>
      <${Changes} profile=${form.base} before=${form.draft} changes=${others} />
      ${conflicts.length > 0 && html`
        <h4>${text("both_title")}</h4>
        <ul class="stack">${conflicts.map((conflict) => html`
          <li key=${conflict.keys.join(" ")}>
            <p>${labelOf(conflict.keys, form.draft, form.base)}: ${text("yours_theirs", { yours: valueOf(conflict.before), theirs: valueOf(conflict.after) })}</p>
            <button type="button" onClick=${() => form.takeTheirs(conflict)}>${text("take_theirs")}</button>
          </li>`)}</ul>`}
    </section>
  `;
}

function sentence({ keys, before, after }, profile, other) {
  const what = labelOf(keys, profile, other);
  if (before === undefined) return text("change_added", { what, value: valueOf(after) });
  if (after === undefined) return text("change_removed", { what, value: valueOf(before) });
  if (sameIds(before, after)) return text("change_order", { what });
  return text("change_made", { what, before: valueOf(before), after: valueOf(after) });
}

const sameIds = (before, after) => Array.isArray(before) && before.some((one) => one?.id) && after.length === before.length;

// Where it is: the name of its field, and of the room or queue that it belongs to.
function labelOf([part, key, field], profile, other) {
  const label = shell.texts[`field_${part}`] ?? part;
  if (key === undefined) return label;
  if (["limits", "sound", "sessions"].includes(part)) return shell.texts[`${part}_${key}`] ?? label;
  if (!THINGS.includes(part)) return `${label} ${key}`;
  if (field === undefined) return label;
  const thing = profile[part].find((one) => one.id === key) ?? other[part].find((one) => one.id === key);
  const more = field === "name" ? "" : ` · ${shell.texts[`field_${field}`] ?? field}`;
  return `${label}: ${thing?.name ?? key}${more}`;
}

function valueOf(value) {
  if (value === undefined || value === "" || value === null) return text("nothing");
  if (typeof value === "boolean") return text(value ? "yes" : "no");
  if (Array.isArray(value)) return value.length === 0 ? text("nothing") : value.map(valueOf).join(", ");
  if (typeof value !== "object") return shell.texts[`language_${value}`] ?? String(value);
  if ("weekday" in value) return `${text(`day_${value.weekday}`)} ${value.opens}–${value.closes}`;
  return value.name ?? Object.values(value).map(valueOf).join(" / ");
}
