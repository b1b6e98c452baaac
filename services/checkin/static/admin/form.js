// The profile while it is edited: as it was, as it is to be, what is wrong with it, and what somebody else has changed meanwhile.

import { ask, newKey, Refusal } from "../kit/api.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";
import { at, wrongBy, wrongIn } from "./checks.js";
import { differences, merged, put, same } from "./merge.js";
import { settled, tidy } from "./profile.js";

const LOOK_MS = 1000;
const LOOKS = 30;

export class Form {
  base = null;
  draft = null;
  wrong = new Map(); // by the path of a field
  problem = "";
  said = "";
  busy = false;
  others = []; // what somebody else has changed since
  conflicts = []; // of that, what was changed here, too
  #version = null;
  #sent = { key: null, words: null };

  constructor(site, { changed }) {
    Object.assign(this, { address: `/v1/sites/${site}/profile`, changed });
  }

  get dirty() {
    return this.base !== null && !same(this.base, this.draft);
  }

  get changes() {
    return differences(this.base, this.draft);
  }

  at(path) {
    return at(this.draft, path);
  }

  // `undefined` takes a part away.
  set(path, value) {
    this.draft = withPart(this.draft, path.split("."), value);
    const part = value === undefined ? path.split(".").slice(0, -1).join(".") : path; // in a list, those behind it move up
    for (const known of this.wrong.keys()) if (known === part || known.startsWith(`${part}.`)) this.wrong.delete(known);
    this.said = "";
    this.changed();
  }

  async load() {
    try {
      this.#take(await this.#look());
      this.problem = "";
    } catch (refusal) {
      this.#failed(refusal);
    }
    this.changed();
  }

  // What was typed is gone, and what is in force is shown.
  discard() {
    Object.assign(this, { draft: this.base, wrong: new Map(), others: [], conflicts: [], problem: "", said: "" });
    this.changed();
  }

  takeTheirs(conflict) {
    this.draft = put(this.draft, conflict.keys, conflict.after);
    this.conflicts = this.conflicts.filter((one) => one !== conflict);
    this.changed();
  }

  // Says whether it is saved.
  async save() {
    this.wrong = wrongIn(this.draft);
    this.problem = this.wrong.size > 0 ? text("please_correct") : "";
    if (this.wrong.size > 0 || this.busy) return this.changed();
    this.busy = true;
    this.changed();
    try {
      await this.#send();
    } catch (refusal) {
      this.#failed(refusal);
    }
    this.busy = false;
    return this.changed();
  }

  async #send(again = true) {
    const body = (this.draft = settled(this.draft, this.base));
    try {
      const { status } = await ask("PUT", this.address, { body, key: this.#keyOf(body), match: this.#version });
      await (status === 201 ? this.#saved(body) : this.#kept(body));
    } catch (refusal) {
      if (refusal.code !== "changed-meanwhile") throw refusal;
      await this.#meet();
      // Somebody said again what was so: there is nothing to look at.
      if (again && this.others.length === 0) return this.#send(false);
      this.problem = refusalText(refusal);
    }
    return undefined;
  }

  // The same words are sent under the same key, so that they count once however often they are sent.
  #keyOf(body) {
    const words = JSON.stringify([body, this.#version]);
    if (words !== this.#sent.words) this.#sent = { key: newKey(), words };
    return this.#sent.key;
  }

  async #saved(sent) {
    this.#arrived(await this.#look(), sent);
    Object.assign(this, { problem: "", said: text("saved"), others: [], conflicts: [] });
  }

  // It is recorded, and comes into force once the system gets to it.
  async #kept(sent) {
    Object.assign(this, { problem: "", said: text("saved_later"), others: [], conflicts: [] });
    this.changed();
    const before = this.#version;
    for (let look = 0; look < LOOKS; look += 1) {
      await new Promise((go) => setTimeout(go, LOOK_MS));
      const found = await this.#look().catch(() => null);
      if (found && found.version !== before) {
        this.#arrived(found, sent);
        this.said = text("saved");
        return;
      }
    }
  }

  // Puts what was typed here onto what somebody else has saved meanwhile.
  async #meet() {
    const { body, version } = await this.#look();
    const theirs = tidy(body);
    const together = merged(this.base, this.draft, theirs);
    this.others = differences(this.base, theirs);
    this.conflicts = together.conflicts;
    Object.assign(this, { base: theirs, draft: together.value });
    this.#version = version;
  }

  #look() {
    return ask("GET", this.address);
  }

  #take({ body, version }) {
    this.base = this.draft = tidy(body);
    this.#version = version;
    this.wrong = new Map();
  }

  // What was typed since it was sent stays.
  #arrived(found, sent) {
    const typed = this.draft;
    this.#take(found);
    this.draft = merged(sent, typed, this.base).value;
  }

  #failed(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const { fields } = refusal.problem;
    this.wrong = wrongBy(fields ?? []);
    this.problem = fields ? text("please_correct") : refusalText(refusal);
  }
}

function withPart(value, [key, ...rest], part) {
  if (key === undefined) return part;
  const now = withPart(value?.[key], rest, part);
  if (Array.isArray(value)) return value.map((one, number) => (number === Number(key) ? now : one)).filter((one) => one !== undefined);
  const { [key]: _before, ...others } = value ?? {};
  return now === undefined ? others : { ...value, [key]: now };
}
