// Who sits before this screen. Without a touch for as long as the clinic's policy says, the page is covered and asks for a PIN;
// it stays as it is beneath, so that two people can change places without losing it.

import { ask, get, useSession } from "./api.js";

const TOUCH_MS = 60000;

export class Session {
  user = null;
  state = "unknown"; // "open", "locked", "none"
  here = [];
  #touched = performance.now();
  #sent = performance.now();
  #lockAfter = Infinity;

  constructor({ changed }) {
    this.changed = changed;
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.#touch(), { capture: true, passive: true });
    setInterval(() => this.#watch(), 1000);
    addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.state === "open" && this.look());
  }

  async look() {
    try {
      this.#take(await get("/v1/session"));
    } catch {
      if (this.state === "unknown") setTimeout(() => this.look(), 2000);
    }
  }

  // Opens with a PIN. Throws a Refusal.
  async unlock(user, pin) {
    await ask("POST", "/v1/session/unlock", { body: { user, pin } });
    await this.look();
  }

  async lock() {
    this.#cover();
    await ask("POST", "/v1/session/lock").catch(() => {});
    await this.look();
  }

  async leave() {
    this.#cover();
    await ask("DELETE", "/v1/session").catch(() => {});
    await this.look();
  }

  get mayLookAtNames() {
    return ["desk", "clinical", "admin"].includes(this.user?.role);
  }

  // Whether they may write in the book, and see who somebody is in full.
  get mayBook() {
    return ["desk", "admin"].includes(this.user?.role);
  }

  #take(said) {
    const before = this.user?.subject;
    this.state = said.state;
    this.user = said.user;
    this.here = said.users_here;
    this.pinSet = said.pin_set;
    this.oidc = said.oidc;
    this.#lockAfter = (said.lock_after_seconds ?? Infinity) * 1000;
    this.#touched = this.#sent = performance.now();
    useSession({ token: said.csrf ?? "", locked: () => this.#refused() });
    this.changed({ another: said.state === "open" && before !== undefined && before !== said.user?.subject });
  }

  #refused() {
    if (this.state === "open") this.look();
  }

  #cover() {
    this.state = "locked";
    this.changed({ another: false });
  }

  #touch() {
    this.#touched = performance.now();
    if (this.state !== "open" || this.#touched - this.#sent < Math.min(TOUCH_MS, this.#lockAfter / 3)) return;
    this.#sent = this.#touched;
    ask("POST", "/v1/session/touch").catch(() => {});
  }

  #watch() {
    if (this.state === "open" && performance.now() - this.#touched > this.#lockAfter) this.lock();
  }
}
