// Which dialog lies over the book.

import { html } from "../preact.js";
import { Absence } from "./absence.js";
import { Booking } from "./booking.js";
import { Concern } from "./concern.js";
import { Files } from "./files.js";
import { Visit } from "./visit.js";

const KINDS = { absence: Absence, booking: Booking, concern: Concern, files: Files, visit: Visit };

export function Dialogs({ book }) {
  const shown = book.dialog;
  const Kind = shown && KINDS[shown.kind];
  return Kind ? html`<${Kind} key=${`${shown.kind} ${shown.visit ?? ""}`} book=${book} ...${shown} />` : null;
}
