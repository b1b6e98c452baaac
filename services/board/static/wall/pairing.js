// How a display gets its credential: by the link of the clinic's set-up, or by a code that somebody enters at the desk.

import { byId, say, text } from "../page.js";

const AGAIN_MS = 2000;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Whether the link's key is good. A board that is away is asked until it answers.
export async function connectByLink(site, key) {
  for (;;) {
    try {
      const answer = await fetch("/v1/screens/session", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ site, key }),
      });
      if (answer.status < 500) return answer.ok;
    } catch {
      // the board is away
    }
    await wait(AGAIN_MS);
  }
}

export class Pairing {
  #round = 0;

  constructor({ paired }) {
    this.paired = paired;
  }

  // Shows a code until somebody has entered it; beginning again ends the round before.
  async begin() {
    const round = ++this.#round;
    while (round === this.#round) {
      const state = await this.#look();
      if (round !== this.#round) return;
      if (state?.site) {
        this.#show(null);
        this.paired(state);
        return;
      }
      this.#show(state);
      await wait(AGAIN_MS);
    }
  }

  end() {
    this.#round += 1;
    this.#show(null);
  }

  // The board keeps the code in a cookie of its own; asking again is what tells whether it was entered.
  async #look() {
    try {
      const answer = await fetch("/v1/screens/pairing", { method: "POST" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  #show(state) {
    say(byId("message"), text("unpaired"));
    say(byId("code"), state?.code ?? "");
    say(byId("code-help"), text(state ? "code_help" : "pairing_failed"));
    for (const id of ["code", "press"]) byId(id).hidden = !state?.code;
  }
}
