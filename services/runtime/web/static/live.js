// Follows what a server sends of a site: a snapshot, then changes, and a beat each second. Nothing here touches a page, so that
// it runs in a worker, too. Time is the server's: it comes with every message, and only what has passed since is added.

export const STALE_MS = 8000; // so that it is seen before 10 s are over, whatever the timers of a slow television do
const SILENT_MS = 6000;
const AGAIN_MS = 2000;
const DAY_MS = 86400000;
const modulo = (value, by) => ((value % by) + by) % by;

export class ServerTime {
  #time = null;
  #came = { steady: 0, wall: 0 };
  #began = performance.now();

  take(time) {
    this.#time = time;
    this.#came = { steady: performance.now(), wall: Date.now() };
  }

  get known() {
    return this.#time !== null;
  }

  nowMs() {
    return this.#time.server_ms + (performance.now() - this.#came.steady) * this.#time.speed;
  }

  // How old the data are, in real milliseconds; null: nothing is known. A device that slept may have stopped one of its two
  // clocks; the longer time is the safe one.
  ageMs() {
    if (this.#time?.age_ms == null) return null;
    return this.#time.age_ms + Math.max(0, performance.now() - this.#came.steady, Date.now() - this.#came.wall);
  }

  // `shown`: whether there is something on the page that could be out of date.
  stale(shown) {
    const age = this.ageMs();
    return age === null ? shown || performance.now() - this.#began > STALE_MS : age > STALE_MS;
  }

  // When the data were up to date, on the server's clock.
  asOfMs() {
    return this.nowMs() - this.ageMs() * this.#time.speed;
  }

  // The site's own time at an instant: 09:05, or 09:05:30 with seconds.
  clock(instantMs, seconds = false) {
    return new Date(instantMs + this.#time.offset_ms).toISOString().slice(11, seconds ? 19 : 16);
  }

  // When this day began at the site.
  dayBegins() {
    return this.#time.day_began_ms;
  }

  // The instant at which the site's clock shows this time (09:05) on its present day. On a night the clocks change, too.
  at(time) {
    const [hours, minutes] = time.split(":").map(Number);
    const local = this.nowMs() + this.#offsetAt(this.nowMs());
    const wanted = local - modulo(local, DAY_MS) + (hours * 60 + minutes) * 60000;
    return wanted - this.#offsetAt(wanted - this.#offsetAt(wanted - this.#time.offset_ms));
  }

  #offsetAt(instantMs) {
    const second = Math.floor(instantMs / 1000) * 1000;
    const parts = this.#local(this.#time.zone).formatToParts(second);
    const part = (kind) => Number(parts.find(({ type }) => type === kind).value);
    return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - second;
  }

  #formats = new Map();

  #local(zone) {
    if (!this.#formats.has(zone)) {
      const numeric = Object.fromEntries(["year", "month", "day", "hour", "minute", "second"].map((kind) => [kind, "numeric"]));
      this.#formats.set(zone, new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...numeric }));
    }
    return this.#formats.get(zone);
  }

  // The day of the week (0 is Monday) and the time (09:05) at the site now.
  weekday() {
    const local = new Date(this.nowMs() + this.#time.offset_ms);
    return { weekday: (local.getUTCDay() + 6) % 7, time: local.toISOString().slice(11, 16) };
  }
}

// Calls `taken(kind, data, id)` for each message: "snapshot", "change" (which follows on what came before) or "beat".
// `refused(status)` is asked once the server says no; what it returns true for ends the following.
export class Follower {
  #source = null;
  #id = null;

  constructor(address, { taken, refused }) {
    Object.assign(this, { address, taken, refused });
  }

  get following() {
    return this.#source !== null;
  }

  close() {
    this.#source?.close();
    this.#source = null;
  }

  open() {
    this.close();
    const opened = new EventSource(this.address);
    this.#source = opened;
    let heard = performance.now();
    const watchdog = setInterval(() => {
      if (this.#source !== opened) clearInterval(watchdog);
      else if (performance.now() - heard > SILENT_MS) this.open();
    }, 1000);
    for (const kind of ["beat", "snapshot", "change"]) {
      opened.addEventListener(kind, (event) => {
        if (this.#source !== opened) return;
        heard = performance.now();
        this.#take(kind, JSON.parse(event.data), event.lastEventId);
      });
    }
    opened.addEventListener("error", () => {
      if (this.#source === opened && opened.readyState === EventSource.CLOSED) this.#ask();
    });
  }

  #take(kind, data, id) {
    if (kind === "change" && data.before !== this.#id) {
      this.open();
      return;
    }
    if (kind !== "beat") this.#id = id;
    this.taken(kind, data, id);
  }

  // An EventSource doesn't say why it was refused.
  async #ask() {
    this.close();
    let status = 0;
    try {
      const answer = await fetch(this.address, { headers: { accept: "text/event-stream" } });
      status = answer.status;
      await answer.body?.cancel();
    } catch {
      // the server is away; the age of the data says so
    }
    if (status >= 400 && status < 500 && this.refused(status)) return;
    setTimeout(() => this.#source ?? this.open(), AGAIN_MS);
  }
}

// Replaces a part of a list, as a change says.
export function splice(list, { at, remove, insert }) {
  list.splice(at, remove, ...insert);
}
