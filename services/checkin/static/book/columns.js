// What the grid draws, worked out: columns of openings, absences and bookings. Nothing here touches the page or a clock.

const HOUR = 3600000;
const MINUTE = 60000;
export const SHOWN = new Set(["expected", "waiting", "in_room", "with_provider", "at_service", "departed", "no_show", "left", "unclosed"]);

export const endOf = (visit) => visit.scheduled_ms + visit.minutes * MINUTE;

// A day's columns: one a provider, and one for what is booked with nobody in particular, if there is any.
export function dayColumns(read, site, day) {
  const visits = read.visits.filter((visit) => SHOWN.has(visit.stage));
  const columns = read.providers.map((one) => ({
    id: one.provider,
    title: site.providers.find(({ id }) => id === one.provider)?.name ?? one.provider,
    openings: one.days.find(({ date }) => date === day)?.openings ?? [],
    absences: one.absences,
    visits: visits.filter((visit) => visit.provider === one.provider),
  }));
  const pool = visits.filter((visit) => !read.providers.some((one) => one.provider === visit.provider));
  if (pool.length > 0 || columns.length === 0) columns.push({ id: "", title: null, openings: read.days[0]?.openings ?? [], absences: [], visits: pool });
  return columns;
}

// A week's columns: the days of one provider.
export function weekColumns(read, provider, dates) {
  const known = read.providers.find((one) => one.provider === provider);
  return (known?.days ?? read.days).map(({ date, openings }) => ({
    id: date,
    title: dates.short(date),
    openings,
    absences: known?.absences.filter((absence) => dates.day(absence.from_ms) <= date && dates.day(absence.until_ms - 1) >= date) ?? [],
    visits: read.visits.filter((visit) => SHOWN.has(visit.stage) && (visit.provider ?? null) === provider && dates.day(visit.scheduled_ms) === date),
  }));
}

// From when until when a column's day is drawn, in hours from midnight by the clinic's clock: all that is open or booked, eight to five at least.
export function hoursOf(columns, dates) {
  const minutes = (instant) => dates.clock(instant).split(":").reduce((hours, part) => hours * 60 + Number(part), 0);
  const from = columns.flatMap(({ openings, visits }) => [...openings.map((one) => minutes(one.from_ms)), ...visits.map((visit) => minutes(visit.scheduled_ms))]);
  const until = columns.flatMap(({ openings, visits }) => [
    ...openings.map((one) => minutes(one.from_ms) + (one.until_ms - one.from_ms) / MINUTE),
    ...visits.map((visit) => minutes(visit.scheduled_ms) + visit.minutes),
  ]);
  const first = Math.floor(Math.min(8 * 60, ...from) / 60);
  return { first, last: Math.min(24, Math.ceil(Math.max(17 * 60, ...until) / 60)) };
}

// Where in its column something is, in minutes from the first hour that is drawn: by the clinic's clock, so that every day of a week lines up.
export function placeOf(fromMs, untilMs, hours, dates) {
  const [hour, minute] = dates.clock(fromMs).split(":").map(Number);
  return { top: (hour - hours.first) * 60 + minute, length: (untilMs - fromMs) / MINUTE };
}

// Bookings that meet stand side by side: each with its lane, and how many there are where it stands.
export function lanes(visits) {
  const placed = [];
  let group = [];
  let groupEnd = -Infinity;
  for (const visit of [...visits].sort((one, other) => one.scheduled_ms - other.scheduled_ms || (one.visit < other.visit ? -1 : 1))) {
    if (visit.scheduled_ms >= groupEnd) {
      group = [];
      groupEnd = -Infinity;
    }
    const taken = new Set(group.filter((other) => endOf(other.visit) > visit.scheduled_ms).map((other) => other.lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    const one = { visit, lane, group };
    group.push(one);
    groupEnd = Math.max(groupEnd, endOf(visit));
    placed.push(one);
  }
  return placed.map(({ visit, lane, group: all }) => ({ visit, lane, lanes: Math.max(...all.map((other) => other.lane)) + 1 }));
}

export const WHOLE_HOUR = HOUR;
