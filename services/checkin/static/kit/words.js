// Words for what is shown more than once: refusals, times, stages.

import { shell, text } from "../page.js";
import { placeName } from "./model.js";

// What somebody at a desk reads of a refusal: in their language where there are words for it, else as the API put it.
export function refusalText(refusal) {
  const wrong = [...new Set(Object.values(wrongFields(refusal)))];
  if (wrong.length > 0) return wrong.join(" ");
  if (refusal.code === "invalid") return text("wrong_anything");
  const words = shell.texts[`refusal_${refusal.code.replaceAll("-", "_")}`];
  const holder = refusal.problem.held_by ? text("patient", { ticket: refusal.problem.held_by }) : text("another_patient");
  if (words) return words.replaceAll("{holder}", holder);
  return [refusal.problem.title, refusal.problem.detail].filter(Boolean).join(". ") || text("refusal_error");
}

// What is wrong, by field, in words that the reader understands; a field without such words is left out.
export function wrongFields(refusal) {
  const known = (refusal.problem.fields ?? []).map(({ field }) => [field, shell.texts[`wrong_${field.split(/[.[]/)[0]}`]]);
  return Object.fromEntries(known.filter(([, words]) => words));
}

// A step as it is offered for a visit.
export const stepText = (step, visit, desk) => text(`do_${step.replaceAll("-", "_")}`, { place: visit.room ? placeName(desk, visit.room) : "" });

// How long a visit is where it is; with the place, where the stage doesn't tell it.
export function timerText(visit, kind, time, desk) {
  if (kind === "called" && visit.called_to) return text("called_to", { time, place: placeName(desk, visit.called_to) });
  if (kind === "at_service" && visit.service) return text("at_place", { time, place: placeName(desk, visit.service) });
  return text(`timer_${kind}`, { time });
}

export function minutesText(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes < 60) return text("minutes", { minutes });
  return text("hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
