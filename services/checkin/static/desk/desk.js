// The coordinator's console: its state, and how it is drawn. What is shown follows from the live site and from what is under way.

import { html, render } from "../preact.js";
import { Dates } from "../kit/dates.js";
import { People } from "../kit/people.js";
import { Session } from "../kit/session.js";
import { LiveSite } from "../kit/site.js";
import { root, shell } from "../page.js";
import { App } from "./app.js";
import { listenForKeys } from "./keys.js";
import { Steps } from "../kit/steps.js";
import { listed, nextStep, places, roomList, sorted } from "../kit/model.js";

const TICK_MS = 5000; // timers are worded in minutes

export class Desk {
  tab = "waiting";
  typed = "";
  selected = null; // a visit's id
  dialog = null; // { kind, … }
  printing = false;
  questions = new Set(["forgotten", "override"]); // what may be asked so that a refused step goes on
  #drawing = false;
  #dates = null;

  constructor(site) {
    this.site = site;
    this.session = new Session({ changed: (change) => this.#sessionChanged(change) });
    this.people = new People(site, { changed: () => this.draw() });
    this.live = new LiveSite(site, { refused: () => (this.live.barred ? this.draw() : this.session.look()) });
    this.steps = new Steps(this);
    this.live.subscribe((kind) => kind === "beat" ? this.#beat() : this.draw());
    setInterval(() => this.draw(), TICK_MS);
    addEventListener("beforeprint", () => this.show({ printing: true }));
    addEventListener("afterprint", () => this.show({ printing: false }));
    this.session.look();
  }

  get now() {
    return this.live.time.nowMs();
  }

  get dates() {
    this.#dates ??= new Dates(this.live.desk.site.timezone, shell.language);
    return this.#dates;
  }

  // The visits as they will be once what is under way has been recorded.
  get visits() {
    return this.steps.over(this.live.desk.visits);
  }

  name(visit) {
    return this.session.mayLookAtNames ? this.people.name(visit.person) : undefined;
  }

  // In which language somebody has to be spoken to, where it isn't the clinic's own; "" else, or while it isn't known.
  speaks(visit) {
    const spoken = visit.language ?? (this.session.mayLookAtNames ? this.people.language(visit.person) : undefined);
    return !spoken || spoken === this.live.desk.site.languages[0] ? "" : shell.texts[`language_${spoken}`] ?? spoken;
  }

  // Changes what this screen shows, and draws it at once: whoever types fast must find what the last key made.
  show(change) {
    Object.assign(this, change);
    this.#drawNow();
  }

  // The visits that are listed now, in order.
  get shown() {
    const picture = this.picture();
    return picture === null ? [] : this.listed(picture);
  }

  listed(picture) {
    return listed(picture, this.tab, this.typed, (visit) => this.name(visit));
  }

  open(kind, more = {}) {
    this.show({ dialog: { kind, ...more } });
  }

  close() {
    this.show({ dialog: null });
  }

  // Leaves a dialog; where it was opened from a visit (`from`), that is there again. Whoever has gone on meanwhile is not disturbed.
  leave(dialog = this.dialog) {
    if (this.dialog !== dialog) return;
    this.show({ dialog: dialog.from ? { kind: "visit", visit: dialog.from } : null });
  }

  // The one next step of a visit, at once where nothing is to be asked.
  nextStep(visit, answered = false) {
    const row = this.visits[visit];
    if (row?.pending && !answered) {
      this.steps.after(visit, () => this.nextStep(visit, true));
      return;
    }
    const step = row && nextStep(row);
    if (step) this.begin(visit, step);
  }

  // Begins a step: takes it, or asks what it needs to know. `ask` shows a question where the visit is open already.
  begin(visit, step, ask = null) {
    const row = this.visits[visit];
    if (step === "back") {
      this.#go(visit, "move", { room: row.room });
    } else if (step === "room" && row.called_to && roomList(this.live.desk).some((room) => room.id === row.called_to && room.free)) {
      this.#go(visit, step, { room: row.called_to });
    } else if (["call", "recall", "room", "move"].includes(step)) {
      this.open("place", { visit, step });
    } else if (step === "complete" || (step === "check-out" && this.live.desk.site.dispositions.length > 0)) {
      this.open("checkout", { visit });
    } else if (["priority", "assign"].includes(step) && ask) {
      ask({ kind: step });
    } else {
      this.#go(visit, step, {});
    }
  }

  #go(visit, step, body) {
    this.show({ dialog: null });
    this.steps.take(visit, step, body);
  }

  // Everything that is drawn, worked out once.
  picture() {
    const { desk, time, barred } = this.live;
    if (desk === null || !time.known || barred) return null;
    const { now } = this;
    const today = time.dayBegins();
    const visits = this.visits;
    const tabs = sorted(visits, now, today);
    return { desk, visits, tabs, places: places(tabs.waiting), now, stale: this.live.stale, today };
  }

  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    root.toggleAttribute("data-locked", this.session.state !== "open");
    root.toggleAttribute("data-stale", this.live.stale);
    render(html`<${App} desk=${this} picture=${this.picture()} />`, document.getElementById("app"));
  }

  // Opens the visit that the address names, as other pages lead here: #visit=<id>. The address is then the page's own again.
  openFromAddress() {
    const visit = new URLSearchParams(location.hash.slice(1)).get("visit");
    if (!visit) return;
    history.replaceState(null, "", location.pathname);
    this.open("visit", { visit });
  }

  #beat() {
    if (root.hasAttribute("data-stale") !== this.live.stale) this.draw();
  }

  #sessionChanged({ another }) {
    if (another) this.people.forget();
    if (this.session.state === "open") this.live.open();
    else this.live.close();
    this.draw();
  }
}

if (document.getElementById("app")) {
  const desk = new Desk(shell.site);
  listenForKeys(desk);
  desk.openFromAddress();
  addEventListener("hashchange", () => desk.openFromAddress());
  desk.draw();
  // Loading the page anew needs the server: while it is away, that would lose the list that can still be read.
  addEventListener("beforeunload", (event) => desk.live.stale && desk.live.desk && event.preventDefault());
}
