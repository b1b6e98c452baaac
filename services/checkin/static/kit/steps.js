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

  // Begins the question that a refusal raises. A page without such a question shows the words alone, and so does one on which
  // somebody is in the midst of something else by now.
  #asks(refusal, { visit, step, body }) {
    const question = questionOf(refusal);
    if (!question || !visit || !this.desk.questions?.has(question) || this.desk.dialog !== null) return false;
    this.desk.open(question, { visit, step, body, offer: refusal.problem.offer, words: refusalText(refusal) });
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
    if (this.#asks(refusal, { visit, step, body })) return;
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

// What a page may ask so that the step goes on all the same; null where there is nothing to ask.
function questionOf({ code, problem }) {
  if (problem.offer) return "forgotten";
  return code === "checklist-missing" ? "override" : null;
}
