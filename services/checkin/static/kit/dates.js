// Days and times of a clinic, whatever zone the browser is in, on days when the clocks change, too. A day is written 2026-03-02.

const DAY_MS = 86400000;

export class Dates {
  constructor(zone, language) {
    this.zone = zone;
    this.#clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.#day = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    this.#long = new Intl.DateTimeFormat(language, { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" });
    this.#short = new Intl.DateTimeFormat(language, { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });
  }

  #clock;
  #day;
  #long;
  #short;

  // What the clinic's clock shows at an instant: 09:05.
  clock(instantMs) {
    return this.#clock.format(instantMs);
  }

  // The clinic's day at an instant.
  day(instantMs) {
    return this.#day.format(instantMs);
  }

  // The day so many days later.
  plus(day, days) {
    return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
  }

  // The Monday of the day's week.
  monday(day) {
    return this.plus(day, -((new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7));
  }

  long(day) {
    return this.#long.format(Date.parse(`${day}T00:00Z`));
  }

  short(day) {
    return this.#short.format(Date.parse(`${day}T00:00Z`));
  }

  // The instant at which the clinic's clock shows this time on this day; the first of two, where it shows it twice.
  at(day, time) {
    const wanted = Date.parse(`${day}T${time}Z`);
    let found = wanted;
    for (let tries = 0; tries < 3; tries += 1) found += wanted - Date.parse(`${this.day(found)}T${this.clock(found)}Z`);
    return found;
  }
}
