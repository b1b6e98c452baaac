// Looks patients up while somebody types: nothing before there are three signs, and one question at a time.

import { post, Refusal } from "./api.js";

const PAUSE_MS = 200;
const ENOUGH = 3;

export class FindPeople {
  #words = ""; // what stands in the field now
  #timer = null;
  #asking = false;
  #again = false;

  // `found(answer | null)`: who fits what stands there; null while nobody is looked for. `failed(refusal)`.
  constructor(site, { found, failed }) {
    Object.assign(this, { site, found, failed });
  }

  look(typed) {
    this.#words = typed.trim();
    this.stop();
    if (this.#words.length < ENOUGH) this.found(null);
    else this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#again = false;
  }

  async #ask() {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    const words = this.#words;
    this.#asking = true;
    try {
      const answer = await post(`/v1/sites/${this.site}/people/search`, { text: words });
      if (this.#words === words) this.found(answer);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (this.#words === words) this.failed(refusal);
    } finally {
      this.#asking = false;
      if (this.#again) this.#anew();
    }
  }

  #anew() {
    this.#again = false;
    this.#ask();
  }
}
