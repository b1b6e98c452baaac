// The administration of a clinic: who is here, which part is open, and what is shared by the parts.

import { html, render } from "../preact.js";
import { get } from "../kit/api.js";
import { Session } from "../kit/session.js";
import { LiveSite } from "../kit/site.js";
import { root, shell } from "../page.js";
import { App } from "./app.js";
import { Form } from "./form.js";

// What each role may use here, the first one first.
const PARTS = { admin: ["settings", "displays", "users", "set-aside", "billing", "audit"], auditor: ["audit"], desk: ["displays"] };
const AGAIN_MS = 3000;

export class Admin {
  entry = null; // the clinic as the list of clinics has it: its name and timezone
  sites = [];
  generation = 0; // of who sits here: what one has asked for is not for the next
  #hash = location.hash.slice(1);
  #drawing = false;

  constructor(site) {
    this.site = site;
    this.session = new Session({ changed: (change) => this.#sessionChanged(change) });
    this.live = new LiveSite(site, { refused: () => this.session.look() });
    this.form = new Form(site, { changed: () => this.draw() });
    this.live.subscribe((kind) => kind !== "beat" && this.draw());
    addEventListener("hashchange", () => this.#turn());
    addEventListener("beforeunload", (event) => this.form.dirty && event.preventDefault());
    this.session.look();
  }

  get parts() {
    return PARTS[this.session.user?.role] ?? [];
  }

  get part() {
    const [wanted] = this.#hash.split("/");
    return this.parts.includes(wanted) ? wanted : this.parts[0];
  }

  get mayFollow() {
    return this.parts.includes("displays");
  }

  // An instant in the clinic's own time and in the words of the page.
  when(instant) {
    const language = shell.language === "ar" ? "ar-u-nu-latn" : shell.language;
    return new Intl.DateTimeFormat(language, { timeZone: this.entry?.timezone, dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }).format(new Date(instant));
  }

  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      render(html`<${App} admin=${this} />`, document.getElementById("app"));
    });
  }

  #turn() {
    const before = this.part;
    this.#hash = location.hash.slice(1);
    this.draw();
    const [, below] = this.#hash.split("/");
    const target = below ? `group-${below}` : this.part === before ? null : "part";
    if (target) requestAnimationFrame(() => requestAnimationFrame(() => this.#goTo(document.getElementById(target))));
  }

  #goTo(heading) {
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "start" });
  }

  #sessionChanged({ another }) {
    if (another) this.generation += 1;
    if (this.session.state === "open") this.#begin();
    else this.live.close();
    this.draw();
  }

  #begin() {
    if (this.mayFollow) this.live.open();
    if (this.entry === null) this.#look();
  }

  async #look() {
    try {
      this.sites = (await get("/v1/sites")).sites;
      this.entry = this.sites.find((one) => one.site === this.site) ?? null;
    } catch {
      if (this.session.state === "open") setTimeout(() => this.entry ?? this.#look(), AGAIN_MS);
    }
    this.draw();
  }
}

root.dataset.page = "admin";
new Admin(shell.site).draw();
