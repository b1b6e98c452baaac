// Things that are recorded one after the other, each once. Sent again after a failure, what was recorded is left out, and what was
// under way keeps its key; what says something else by now is another thing, with a key of its own.

import { ask, newKey } from "../kit/api.js";

export class InOrder {
  #answers = new Map(); // by what was said
  #keys = new Map();

  constructor(site) {
    this.site = site;
  }

  // `jobs`: { name, path, body, method }. The answers by name; throws the first Refusal, as `job` with the name of what failed.
  async send(jobs) {
    const answers = {};
    for (const job of jobs) answers[job.name] = await this.#once(job);
    return answers;
  }

  // The names of those among the jobs that were recorded.
  recorded(jobs) {
    return jobs.filter((job) => this.#answers.has(JSON.stringify(job))).map(({ name }) => name);
  }

  async #once(job) {
    const said = JSON.stringify(job);
    if (!this.#answers.has(said)) this.#answers.set(said, await this.#send(job, said));
    return this.#answers.get(said);
  }

  async #send({ name, path, body, method = "POST" }, said) {
    if (!this.#keys.has(said)) this.#keys.set(said, newKey());
    try {
      return await ask(method, `/v1/sites/${this.site}/${path}`, { body, key: this.#keys.get(said) });
    } catch (refusal) {
      if (!refusal.mayWork) this.#keys.delete(said);
      throw Object.assign(refusal, { job: name });
    }
  }
}
