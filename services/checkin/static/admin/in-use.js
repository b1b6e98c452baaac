// What would be taken away although patients are there: said before it is saved.

import { text } from "../page.js";

export function inUse(form, desk) {
  if (desk === null) return [];
  const kept = new Set(form.draft.rooms.map((room) => room.id));
  const gone = form.base.rooms.filter((room) => !kept.has(room.id));
  return [...gone.map((room) => occupied(room, desk)), ...queues(form, desk)].filter(Boolean);
}

// The words for one room; nothing where nobody is in it.
export function occupied(room, desk) {
  const visits = (desk?.rooms[room.id]?.visits ?? []).map((visit) => desk.visits[visit]?.ticket ?? text("no_ticket"));
  return visits.length > 0 ? text("room_in_use", { room: room.name, tickets: visits.join(", ") }) : null;
}

function queues(form, desk) {
  const gone = Object.keys(form.base.queues).filter((letter) => !(letter in form.draft.queues));
  const waiting = (letter) => Object.values(desk.visits).filter((visit) => visit.stage === "waiting" && (visit.queue ?? "A") === letter).length;
  return gone.map((letter) => (waiting(letter) > 0 ? text("queue_in_use", { queue: letter, count: waiting(letter) }) : null));
}
