// What is wrong with a profile before it is sent, and where the API found something wrong: words by the path of the field.

import { shell, text } from "../page.js";
import { THINGS } from "./profile.js";

// The least and the most that a number may be, as schemas/sites.py has it.
export const RANGES = {
  next_up: [0, 20], retention_hours: [1, 744], closing_grace_minutes: [0, 720], unclosed_after_hours: [1, 744],
  "limits.waiting_warning": [1, 1440], "limits.waiting_critical": [1, 1440], "limits.in_room_warning": [1, 1440],
  "limits.in_room_critical": [1, 1440], "limits.unanswered_call": [1, 1440], "limits.provider_late": [1, 1440],
  "limits.turnover": [1, 1440], "limits.still_here": [1, 1440], "limits.silent": [0, 1440],
  "sound.repeat": [1, 3], "sessions.lock_after_minutes": [1, 60], "sessions.sign_out_after_hours": [1, 24],
};

export const at = (value, path) => path.split(".").reduce((part, key) => part?.[key], value);

export function wrongIn(draft) {
  const wrong = new Map();
  const name = (path, words) => words.trim() === "" && wrong.set(path, text("wrong_missing"));
  name("name", draft.name);
  if (!isZone(draft.timezone)) wrong.set("timezone", text("wrong_zone"));
  for (const kind of THINGS) draft[kind].forEach((thing, number) => name(`${kind}.${number}.name`, thing.name));
  for (const [letter, label] of Object.entries(draft.queues)) name(`queues.${letter}`, label);
  draft.wall_messages.forEach((message, number) => Object.values(message).every((words) => words.trim() === "") && wrong.set(`wall_messages.${number}`, text("wrong_missing")));
  for (const [path, [least, most]] of Object.entries(RANGES)) {
    const value = at(draft, path);
    if (!Number.isInteger(value) || value < least || value > most) wrong.set(path, text("wrong_range", { least, most }));
  }
  hours("hours", draft.hours, wrong);
  hours("sound.quiet", draft.sound.quiet, wrong);
  for (const stage of ["waiting", "in_room"]) {
    if (draft.limits[`${stage}_warning`] > draft.limits[`${stage}_critical`]) wrong.set(`limits.${stage}_warning`, text("wrong_limits"));
  }
  draft.rooms.forEach((room, number) => (room.equipment ?? []).some((code) => !CODE.test(code)) && wrong.set(`rooms.${number}.equipment`, text("wrong_equipment")));
  if (draft.codes.some((code) => !CODE.test(code))) wrong.set("codes", text("wrong_codes"));
  return wrong;
}

const CODE = /^[a-z0-9][a-z0-9-]{0,39}$/;

function isZone(zone) {
  try {
    return Boolean(zone) && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

function hours(path, list, wrong) {
  list.forEach(({ opens, closes }, number) => (!opens || !closes || opens >= closes) && wrong.set(`${path}.${number}`, text("wrong_hours")));
}

const PLACES = [
  /^(name|timezone|phone_region|rooms_are_cleaned|next_up|retention_hours|closing_grace_minutes|unclosed_after_hours|codes)$/,
  /^(limits|sessions)\.\w+$/, /^sound\.(voice|repeat)$/, /^(rooms|providers|service_points|checklist|areas)\.\d+\.(name|equipment)$/,
  /^hours\.\d+$/, /^sound\.quiet\.\d+$/, /^queues\.[A-Z]$/, /^wall_messages\.\d+(\.\w+)?$/,
];

// Where on the page an error of the API is shown: at its field, else at the part of the form that it belongs to.
export function placeOf(field) {
  const parts = field.split(".");
  for (let length = parts.length; length > 1; length -= 1) {
    const path = parts.slice(0, length).join(".");
    if (PLACES.some((place) => place.test(path))) return path;
  }
  return parts[0];
}

const KINDS = {
  missing: "wrong_missing", string_too_short: "wrong_missing", too_short: "wrong_missing", string_too_long: "wrong_long",
  too_long: "wrong_many", string_pattern_mismatch: "wrong_form", int_parsing: "wrong_number", int_type: "wrong_number", int_from_float: "wrong_number",
};

function wordsOf({ field, problem, kind }) {
  const ours = kind !== "value_error" ? KINDS[kind] : field === "timezone" ? "wrong_zone" : /^(hours|sound\.quiet)\./.test(field) ? "wrong_hours" : field === "limits" ? "wrong_limits" : null;
  return shell.texts[ours] ?? problem;
}

export const wrongBy = (fields) => new Map(fields.map((entry) => [placeOf(entry.field), wordsOf(entry)]));
