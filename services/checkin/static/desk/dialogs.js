// Which dialog lies over the page.

import { html } from "../preact.js";
import { Alerts } from "./alerts.js";
import { BackEntry } from "./back-entry.js";
import { Checkout } from "./checkout.js";
import { Forgotten } from "./forgotten.js";
import { Keys, Menu } from "./menu.js";
import { Override } from "./override.js";
import { Place } from "./place.js";
import { Visit } from "./visit.js";
import { Admitted, WalkIn } from "./walk-in.js";

const KINDS = {
  "walk-in": WalkIn, admitted: Admitted, place: Place, visit: Visit, alerts: Alerts, menu: Menu, keys: Keys, forgotten: Forgotten,
  "back-entry": BackEntry, override: Override, checkout: Checkout,
};

export function Dialogs({ desk, picture }) {
  const shown = desk.dialog;
  if (shown === null) return null;
  const Kind = KINDS[shown.kind];
  return html`<${Kind} key=${`${shown.kind} ${shown.visit ?? ""} ${shown.step ?? ""}`} desk=${desk} picture=${picture} ...${shown} />`;
}
