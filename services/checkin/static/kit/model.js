// What a coordinator sees in a site's state: which list a visit is in, in which order, how long it takes, and what comes next.
// Nothing here touches the page or a clock: `now` is an argument, in the server's milliseconds.

export const TABS = ["expected", "late", "waiting", "in_room", "with_provider", "done"];
const MINUTE = 60000;
const ENDED = new Set(["departed", "left", "unclosed", "cancelled"]);

export function tabOf(visit, now) {
  if (visit.stage === "expected") return (visit.scheduled_ms ?? Infinity) < now ? "late" : "expected";
  if (visit.stage === "no_show") return "late";
  if (visit.stage === "at_service") return "in_room";
  return ENDED.has(visit.stage) ? "done" : visit.stage;
}

const arrived = (visit) => visit.checked_in_ms ?? visit.since_ms ?? 0;
const byId = (one, other) => (one.visit < other.visit ? -1 : 1);
const ORDER = {
  expected: (one, other) => (one.scheduled_ms ?? 0) - (other.scheduled_ms ?? 0) || byId(one, other),
  late: (one, other) => (one.scheduled_ms ?? 0) - (other.scheduled_ms ?? 0) || byId(one, other),
  // Who was called comes first; the others as the queue has them.
  waiting: (one, other) => (other.called_ms ? 1 : 0) - (one.called_ms ? 1 : 0) || one.priority - other.priority
    || arrived(one) - arrived(other) || byId(one, other),
  in_room: (one, other) => (one.since_ms ?? 0) - (other.since_ms ?? 0) || byId(one, other),
  with_provider: (one, other) => (one.since_ms ?? 0) - (other.since_ms ?? 0) || byId(one, other),
  done: (one, other) => (other.since_ms ?? 0) - (one.since_ms ?? 0) || byId(one, other),
};

// Every visit by its tab, in order. `today`: from when on an ended or booked visit belongs to this day.
export function sorted(visits, now, today) {
  const tabs = Object.fromEntries(TABS.map((tab) => [tab, []]));
  for (const visit of Object.values(visits)) {
    const tab = tabOf(visit, now);
    const old = (visit.since_ms ?? visit.scheduled_ms ?? now) < today;
    if ((tab === "done" || visit.stage === "no_show") && old) continue;
    if (tab === "expected" && visit.scheduled_ms >= today + 24 * 60 * MINUTE) continue;
    tabs[tab].push(visit);
  }
  for (const tab of TABS) tabs[tab].sort(ORDER[tab]);
  return tabs;
}

// The place in its queue of everybody who waits to be called, from 1.
export function places(waiting) {
  const counts = {};
  const found = new Map();
  for (const visit of waiting) {
    if (visit.called_ms) continue;
    const letter = visit.queue ?? "A";
    counts[letter] = (counts[letter] ?? 0) + 1;
    found.set(visit.visit, counts[letter]);
  }
  return found;
}

// How long a visit is where it is, and whether that is long: { seconds, level: "fine" | "warning" | "critical", kind }.
export function timer(visit, limits, now) {
  const since = (from) => (from === undefined ? null : Math.max(0, now - from) / 1000);
  const level = (seconds, warning, critical) => {
    if (seconds === null || warning === undefined) return "fine";
    if (seconds >= critical * 60) return "critical";
    return seconds >= warning * 60 ? "warning" : "fine";
  };
  if (visit.stage === "expected") {
    const seconds = visit.scheduled_ms === undefined ? null : (now - visit.scheduled_ms) / 1000;
    return seconds !== null && seconds > 0 ? { kind: "late", seconds, level: level(seconds, 5, 15) } : { kind: "due", seconds, level: "fine" };
  }
  if (visit.stage === "waiting" && visit.called_ms) {
    const seconds = since(visit.called_ms);
    return { kind: "called", seconds, level: level(seconds, limits.unanswered_call / 2, limits.unanswered_call) };
  }
  if (visit.stage === "waiting") {
    const seconds = since(visit.since_ms);
    return { kind: "waiting", seconds, level: level(seconds, limits.waiting_warning, limits.waiting_critical) };
  }
  if (visit.stage === "in_room") {
    const seconds = since(visit.since_ms);
    return { kind: "in_room", seconds, level: level(seconds, limits.in_room_warning, limits.in_room_critical) };
  }
  return { kind: visit.stage, seconds: since(visit.since_ms), level: "fine" };
}

const NEXT = {
  expected: "check-in",
  no_show: "check-in",
  waiting: "call",
  in_room: "provider-seen",
  with_provider: "check-out",
  at_service: "check-out",
  left: "check-in",
};

// The one obvious next step; null where there is none. "back": to the room that is still theirs while they are at the laboratory.
export function nextStep(visit) {
  if (visit.stage === "waiting" && visit.called_ms) return "room";
  if (visit.stage === "at_service" && visit.room) return "back";
  return NEXT[visit.stage] ?? null;
}

// What else can be done with a visit where it stands.
const MORE = {
  expected: ["no-show", "cancel", "assign"],
  no_show: ["cancel"],
  waiting: ["room", "call", "priority", "assign", "still-here", "left"],
  in_room: ["move", "left-room", "check-out", "assign", "left"],
  with_provider: ["left-room", "move", "check-out", "assign"],
  at_service: ["room", "call", "move", "check-out", "left"],
};
const MORE_WHILE_ROOM_IS_HELD = ["move", "left-room", "check-out", "left"];

export function moreSteps(visit) {
  const more = visit.stage === "at_service" && visit.room ? MORE_WHILE_ROOM_IS_HELD : MORE[visit.stage] ?? [];
  const steps = more.filter((step) => step !== nextStep(visit));
  return visit.stage === "waiting" && visit.called_ms ? steps.map((step) => (step === "call" ? "recall" : step)) : steps;
}

// Rooms with who is in them. Whoever is on the way in by a step that was just taken is in already: nobody else is offered that room.
export function roomList(desk) {
  const declared = desk.site.rooms.map((room) => room.id);
  const coming = Object.values(desk.visits).filter((visit) => visit.pending && visit.room);
  const known = [...declared, ...Object.keys(desk.rooms).filter((room) => !declared.includes(room)).sort()];
  return known.map((id) => {
    const state = desk.rooms[id] ?? { room: id, status: "ready" };
    const recorded = (state.visits ?? []).map((visit) => desk.visits[visit]).filter(Boolean);
    const visits = [...recorded, ...coming.filter((visit) => visit.room === id && !recorded.includes(visit))];
    const name = desk.site.rooms.find((room) => room.id === id)?.name ?? id;
    const word = visits.length > 1 ? "clash" : visits.length === 1 ? "occupied" : state.status;
    return { id, name, visits, word, since: state.since_ms, free: visits.length === 0 && state.status === "ready" };
  });
}

export const placeName = (desk, id) =>
  [...desk.site.rooms, ...desk.site.service_points].find((thing) => thing.id === id)?.name ?? id;
export const providerName = (desk, id) => desk.site.providers.find((one) => one.id === id)?.name ?? id;

const plain = (said) => said.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// Whether what was typed finds the visit: by the beginning of its ticket or of any word of the name.
export function matches(visit, name, typed) {
  const wanted = plain(typed.trim());
  if (wanted === "") return true;
  if (visit.ticket && plain(visit.ticket).startsWith(wanted)) return true;
  if (!name) return false;
  const words = plain(name);
  return words.startsWith(wanted) || words.split(/[\s'-]+/).some((word) => word.startsWith(wanted)) || words.includes(` ${wanted}`);
}

// The visits of the list that is open; while somebody types, those of every list that are found.
export function listed(picture, tab, typed, nameOf) {
  if (typed.trim() === "") return picture.tabs[tab] ?? [];
  return TABS.flatMap((one) => picture.tabs[one]).filter((visit) => matches(visit, nameOf(visit), typed));
}

// Items of the checklist that are for a visit of this kind.
export function checklistOf(visit, site) {
  return site.checklist.filter(({ visit_types: kinds }) => kinds.length === 0 || kinds.includes(visit.visit_type));
}

// Those of them that are not there yet.
export function missing(visit, site) {
  const states = visit.checklist ?? {};
  return checklistOf(visit, site).filter((item) => !["done", "waived"].includes(states[item.id]));
}

// Those without which the patient goes in for a reason alone.
export const blocking = (visit, site) => missing(visit, site).filter((item) => item.blocks);

// Whether a room has what a visit of this kind needs.
export function fits(room, visit, site) {
  const needed = site.visit_types.find((kind) => kind.code === visit.visit_type)?.equipment ?? [];
  const there = site.rooms.find((one) => one.id === room)?.equipment ?? [];
  return needed.every((thing) => there.includes(thing));
}

// What a visit would look like once a step has been taken: shown at once, and taken back if it is refused.
export function foreseen(visit, step, body, now) {
  const gone = { called_ms: undefined, called_to: undefined };
  switch (step) {
    case "check-in":
      return { stage: "waiting", since_ms: now, checked_in_ms: now };
    case "call":
    case "recall":
      return { called_ms: now, called_to: body.room };
    case "room":
      return { ...gone, stage: "in_room", since_ms: now, roomed_ms: now, room: body.room };
    case "move":
      return body.service
        ? { ...gone, stage: "at_service", since_ms: now, service: body.service }
        : { ...gone, stage: "in_room", since_ms: now, room: body.room, service: undefined };
    case "provider-seen":
      return { ...gone, stage: "with_provider", since_ms: now, seen_ms: now };
    case "left-room":
      if (visit.stage === "at_service") return { room: undefined };
      return { stage: visit.stage === "with_provider" ? "at_service" : "waiting", since_ms: now, room: undefined };
    case "check-out":
      return { ...gone, stage: "departed", since_ms: now, room: undefined };
    case "left":
      return { ...gone, stage: "left", since_ms: now, room: undefined };
    case "no-show":
      return { stage: "no_show", since_ms: now };
    case "cancel":
      return { stage: "cancelled", since_ms: now };
    case "priority":
      return { priority: body.priority };
    case "assign":
      return { provider: body.provider ?? undefined };
    case "identify":
      return { person: body.person };
    case "checklist":
      return { checklist: { ...visit.checklist, [body.item]: body.state } };
    default:
      return {};
  }
}

const FOR_PATIENTS = new Set(["next-up", "called", "checked-in"]);

// What staff should know, the oldest first.
export const staffAlerts = (desk) =>
  Object.values(desk.alerts).filter((alert) => !FOR_PATIENTS.has(alert.kind)).sort((one, other) => one.since_ms - other.since_ms);
