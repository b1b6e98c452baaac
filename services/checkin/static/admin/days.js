// Days of the clinic, as instants. `zone` is an IANA name.

const DAY_MS = 86400000;

function offsetAt(instantMs, zone) {
  const second = Math.floor(instantMs / 1000) * 1000;
  const numeric = Object.fromEntries(["year", "month", "day", "hour", "minute", "second"].map((kind) => [kind, "numeric"]));
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...numeric }).formatToParts(second);
  const part = (kind) => Number(parts.find(({ type }) => type === kind).value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - second;
}

// When a day (2026-03-08) begins at the clinic; on a night the clocks change, too.
export function dayBegins(day, zone) {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  return wanted - offsetAt(wanted - offsetAt(wanted, zone), zone);
}

// When the day after it begins: no day is longer than 25 hours, nor shorter than 23.
export function dayEnds(day, zone) {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return dayBegins(next, zone);
}
