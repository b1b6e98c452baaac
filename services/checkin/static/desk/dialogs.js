// Which dialog lies over the page.

import { html } from "../preact.js";
import { Override } from "../kit/override.js";
import { Admitted } from "./admitted.js";
import { Alerts } from "./alerts.js";
import { BackEntry } from "./back-entry.js";
import { Checkout } from "./checkout.js";
import { Concern } from "./concern.js";
import { Details } from "./details.js";
import { Forgotten } from "./forgotten.js";
import { Keys, Menu } from "./menu.js";
import { Place } from "./place.js";
import { SamePerson } from "./same-person.js";
import { Visit } from "./visit.js";
import { WalkIn } from "./walk-in.js";

const KINDS = {
  "walk-in": WalkIn, admitted: Admitted, place: Place, visit: Visit, alerts: Alerts, menu: Menu, keys: Keys, forgotten: Forgotten,
  "back-entry": BackEntry, override: Override, checkout: Checkout, concern: Concern, details: Details, "same-person": SamePerson,
};

export function Dialogs({ desk, picture }) {
  const shown = desk.dialog;
  if (shown === null) return null;
  const Kind = KINDS[shown.kind];
  return html`<${Kind} key=${`${shown.kind} ${shown.visit ?? ""} ${shown.step ?? ""}`} desk=${desk} picture=${picture} ...${shown} />`;
}
