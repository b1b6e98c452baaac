// The parts of the form, in the order in which a coordinator would set a clinic up.

import { Areas, Messages, Sound } from "./group-wall.js";
import { ClinicItself, Languages, OpeningHours } from "./group-clinic.js";
import { Limits, Retention, Sessions } from "./group-limits.js";
import { Checklist, OwnCodes, Providers, Queues, Rooms, ServicePoints } from "./group-places.js";

export const GROUPS = [
  { name: "clinic", Fields: ClinicItself },
  { name: "languages", Fields: Languages },
  { name: "hours", Fields: OpeningHours },
  { name: "rooms", Fields: Rooms },
  { name: "providers", Fields: Providers },
  { name: "service_points", Fields: ServicePoints },
  { name: "queues", Fields: Queues },
  { name: "checklist", Fields: Checklist },
  { name: "codes", Fields: OwnCodes },
  { name: "limits", Fields: Limits },
  { name: "areas", Fields: Areas },
  { name: "messages", Fields: Messages },
  { name: "sound", Fields: Sound },
  { name: "sessions", Fields: Sessions },
  { name: "retention", Fields: Retention },
];
