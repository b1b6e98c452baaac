// Says that what is shown is old, since when, and what to do; by the age of the data.

import { html } from "../preact.js";
import { text } from "../page.js";

export function Stale({ live, children }) {
  if (!live.stale) return html`<div role="alert"></div>`;
  const since = live.time.ageMs() === null ? null : live.time.clock(live.time.asOfMs(), true);
  return html`<div role="alert" class="notice"><p>${since ? text("stale_since", { time: since }) : text("stale")}</p>${children}</div>`;
}
