// The names of patients, asked for once each and kept in the memory of this page only. Each asking is on the record.

import { post } from "./api.js";

const TOGETHER_MS = 30;
const AT_ONCE = 1000;
const AGAIN_MS = 5000;

export class People {
  #names = new Map();
  #wanted = new Set();
  #timer = null;

  constructor(site, { changed }) {
    Object.assign(this, { site, changed });
  }

  // The name, or undefined while it isn't known; then it is asked for.
  name(person) {
    if (!person) return undefined;
    if (!this.#names.has(person)) this.#want(person);
    return this.#names.get(person)?.name;
  }

  language(person) {
    return this.#names.get(person)?.language;
  }

  // Somebody else sits here now: what they see must be on the record as theirs.
  forget() {
    this.#names.clear();
    this.#wanted.clear();
  }

  put(person, known) {
    this.#names.set(person, known);
  }

  #want(person) {
    this.#wanted.add(person);
    this.#timer ??= setTimeout(() => this.#ask(), TOGETHER_MS);
  }

  async #ask() {
    const people = [...this.#wanted].filter((person) => !this.#names.has(person)).slice(0, AT_ONCE);
    this.#timer = null;
    if (people.length === 0) return;
    try {
      const answer = await post(`/v1/sites/${this.site}/people/names`, { people });
      for (const known of answer.people) this.#names.set(known.person, known);
      for (const person of [...answer.unknown, ...answer.closed]) this.#names.set(person, {});
      for (const person of people) this.#wanted.delete(person);
      if (this.#wanted.size > 0) this.#timer = setTimeout(() => this.#ask(), TOGETHER_MS);
      this.changed();
    } catch {
      this.#timer = setTimeout(() => this.#ask(), AGAIN_MS);
    }
  }
}
