// Steps under way: shown at once, sent under a key, kept or taken back by what the server says. The last one can be undone.

import { ask, newKey, Refusal } from "./api.js";
import { refusalText } from "./words.js";
import { text } from "../page.js";
import { foreseen } from "./model.js";

const UNDO_MS = 10000;
const ERROR_MS = 15000;
const SETTLE_MS = 2500; // so long after its answer a step is still shown as foreseen, where the live site lags behind

export class Steps {
  toasts = []; // { id, words, bad, undo, again }
  #pending = new Map(); // visit -> { over, from }
  #under = new Map(); // visit -> the step that is on its way
  #count = 0;

  constructor(desk) {
    this.desk = desk;
  }

  over(visits) {
    if (this.#pending.size === 0) return visits;
    const now = { ...visits };
    for (const [visit, { over, from }] of this.#pending) {
      if (visits[visit] !== from.row) this.#pending.delete(visit);
      else now[visit] = { ...visits[visit], ...over, pending: true };
    }
    return now;
  }

  // Takes a step of a visit. `body` is what the API takes; `key` is kept over repeats. Says whether it was recorded.
  async take(visit, step, body = {}, key = newKey()) {
    const row = this.desk.live.desk.visits[visit];
    if (row && !body.happened_at) this.#pending.set(visit, { over: foreseen(row, step, body, this.desk.now), from: { row } });
    this.desk.draw();
    const sent = this.#send(`visits/${visit}/${step}`, body, key, {
      done: (said) => this.#done(visit, step, said, row),
      failed: () => this.#pending.delete(visit),
      again: () => this.take(visit, step, body, key),
      visit, step, body,
    });
    this.#under.set(visit, sent);
    return sent;
  }

  // Does something once what is on its way for a visit has been recorded: whoever types fast is not made to wait.
  async after(visit, next) {
    if (await this.#under.get(visit)) next();
  }

  // Begins the question that a refusal offers; a page without such a question shows the words alone.
  #offers(refusal, { visit, step, body }) {
    const { offer } = refusal.problem;
    if (!visit || !this.desk.asks) return false;
    if (offer) this.desk.open("forgotten", { visit, step, body, offer, words: refusalText(refusal) });
    else if (refusal.code === "checklist-missing") this.desk.open("override", { visit, step, body });
    else return false;
    return true;
  }

  // Sends anything else of the site: rooms, providers, alerts.
  send(path, body, words, undo = null) {
    const key = newKey();
    return this.#send(path, body, key, {
      done: (said) => words && this.toast({ words, undo: undo?.(said) }),
      failed: () => {},
      again: () => this.#send(path, body, key, { done: () => {}, failed: () => {}, again: () => {} }),
    });
  }

  async #send(path, body, key, { done, failed, again, visit, step }) {
    try {
      const answer = await ask("POST", `/v1/sites/${this.desk.site}/${path}`, { body, key });
      done(answer);
      setTimeout(() => this.#settle(visit), SETTLE_MS);
      return answer.body;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      failed();
      this.#failed(refusal, { again, visit, step, body });
      return null;
    } finally {
      this.desk.draw();
    }
  }

  #settle(visit) {
    if (this.#pending.delete(visit)) this.desk.draw();
  }

  #done(visit, step, { status, body }, row) {
    const ticket = body.ticket ?? row?.ticket;
    const what = text(`did_${step.replaceAll("-", "_")}`);
    const words = status === 202 ? text("kept", { what }) : ticket ? `${ticket}: ${what}` : what;
    this.toast({ words, undo: status === 201 && step !== "undo" ? () => this.undo(visit, body.event) : null });
  }

  #failed(refusal, { again, visit, step, body }) {
    if (this.#offers(refusal, { visit, step, body })) return;
    this.toast({ words: refusalText(refusal), bad: true, again: refusal.mayWork ? again : null });
  }

  undo(visit, event) {
    return this.take(visit, "undo", { event });
  }

  undoLast() {
    const last = this.toasts.findLast((toast) => toast.undo);
    if (!last) return;
    this.drop(last.id);
    last.undo();
  }

  toast({ words, bad = false, undo = null, again = null }) {
    const id = ++this.#count;
    this.toasts = [...this.toasts.slice(-2), { id, words, bad, undo, again }];
    setTimeout(() => this.drop(id), bad ? ERROR_MS : UNDO_MS);
    this.desk.draw();
  }

  drop(id) {
    const left = this.toasts.filter((toast) => toast.id !== id);
    if (left.length === this.toasts.length) return;
    this.toasts = left;
    this.desk.draw();
  }
}
