// Words for what is shown more than once: refusals, times, stages.

import { shell, text } from "../page.js";

// What somebody at a desk reads of a refusal: in their language where there are words for it, else as the API put it.
export function refusalText(refusal) {
  const wrong = (refusal.problem.fields ?? []).map(({ field }) => shell.texts[`wrong_${field.split(/[.[]/)[0]}`]).filter(Boolean);
  if (wrong.length > 0) return wrong.join(" ");
  if (refusal.code === "invalid") return text("wrong_anything");
  const words = shell.texts[`refusal_${refusal.code.replaceAll("-", "_")}`];
  const holder = refusal.problem.held_by ? text("patient", { ticket: refusal.problem.held_by }) : text("another_patient");
  if (words) return words.replaceAll("{holder}", holder);
  return [refusal.problem.title, refusal.problem.detail].filter(Boolean).join(". ") || text("refusal_error");
}

export function minutesText(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes < 60) return text("minutes", { minutes });
  return text("hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
