// The book: days and weeks, what is to be done about visits to come and gone. It is read anew whenever the live site says it changed.

import { html, render } from "../preact.js";
import { get, Refusal } from "../kit/api.js";
import { Dates } from "../kit/dates.js";
import { People } from "../kit/people.js";
import { Session } from "../kit/session.js";
import { LiveSite } from "../kit/site.js";
import { Steps } from "../kit/steps.js";
import { refusalText } from "../kit/words.js";
import { root, shell } from "../page.js";
import { App } from "./app.js";
import { listenForKeys } from "./keys.js";

const AHEAD_DAYS = 14; // as far is looked for a day that is open
const TOGETHER_MS = 150; // several changes of one moment are read once

export class Book {
  view = "day"; // "day", "week", "list", "todo"
  day = null; // the day that is shown, or that the week is of
  provider = null; // whose week
  read = null; // what was read last: days, providers, visits
  missing = null;
  wrong = "";
  dialog = null; // { kind, … }
  #stamp = null;
  #timer = null;
  #drawing = false;

  constructor(site) {
    this.site = site;
    this.session = new Session({ changed: (change) => this.#sessionChanged(change) });
    this.people = new People(site, { changed: () => this.draw() });
    this.live = new LiveSite(site, { refused: () => (this.live.barred ? this.draw() : this.session.look()) });
    this.steps = new Steps(this);
    this.live.subscribe((kind) => this.#heard(kind));
    this.session.look();
  }

  get now() {
    return this.live.time.nowMs();
  }

  get dates() {
    this.dates_ ??= new Dates(this.live.desk.site.timezone, shell.language);
    return this.dates_;
  }

  get today() {
    return this.dates.day(this.now);
  }

  // The days that are shown: the first, and how many.
  get span() {
    return this.view === "week" ? { from: this.dates.monday(this.day), days: 7 } : { from: this.day, days: 1 };
  }

  name(visit) {
    return this.session.mayLookAtNames ? this.people.name(visit.person) : undefined;
  }

  // A visit of the days that are shown; else of the live site.
  visit(id) {
    return this.read?.visits.find((visit) => visit.visit === id) ?? this.live.desk?.visits[id];
  }

  show(change) {
    const before = JSON.stringify([this.view, this.day]);
    Object.assign(this, change);
    if (JSON.stringify([this.view, this.day]) !== before) this.load();
    this.#drawNow();
  }

  // Shows the day another way. The list is that of the next open day, whose patients are rung up today, unless another day was gone to.
  turnTo(view) {
    this.show({ view });
    if (view === "list" && this.day === this.today) this.#toNextOpenDay();
  }

  open(kind, more = {}) {
    this.show({ dialog: { kind, ...more } });
  }

  close() {
    this.show({ dialog: null });
  }

  // Reads the days that are shown. What was asked for before and comes later is left aside.
  async load() {
    const { from, days } = this.span;
    const asked = `${this.view} ${from}`;
    this.asked = asked;
    try {
      const [read, missing] = await Promise.all([
        get(`/v1/sites/${this.site}/book?from=${from}&days=${days}`),
        this.view === "todo" ? get(`/v1/sites/${this.site}/book/missing`) : this.missing,
      ]);
      if (this.asked !== asked) return;
      Object.assign(this, { read, missing, wrong: "" });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.wrong = refusalText(refusal);
    }
    this.draw();
  }

  async #toNextOpenDay() {
    const tomorrow = this.dates.plus(this.today, 1);
    const ahead = await get(`/v1/sites/${this.site}/book?from=${tomorrow}&days=${AHEAD_DAYS}`).catch(() => null);
    const day = ahead?.days.find(({ openings }) => openings.length > 0)?.date ?? tomorrow;
    if (this.view === "list" && this.day === this.today) this.show({ day });
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
    render(html`<${App} book=${this} />`, document.getElementById("app"));
  }

  #heard(kind) {
    const { desk } = this.live;
    if (desk && this.live.time.known) {
      this.day ??= this.today;
      this.provider ??= desk.site.providers[0]?.id ?? null;
      const stamp = JSON.stringify([desk.book, desk.providers]);
      if (stamp !== this.#stamp) {
        this.#stamp = stamp;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.load(), this.read === null ? 0 : TOGETHER_MS);
      }
    }
    if (kind !== "beat" || root.hasAttribute("data-stale") !== this.live.stale) this.draw();
  }

  #sessionChanged({ another }) {
    if (another) this.people.forget();
    if (this.session.state === "open") this.live.open();
    else this.live.close();
    this.draw();
  }
}

const book = new Book(shell.site);
listenForKeys(book);
book.draw();
