// A patient without a booking: a name if there is one, Enter, and the ticket is there. Whoever was here before is found by it.

import { html, useRef, useState } from "../preact.js";
import { ask, newKey, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";
import { canBeName, useWho, Who } from "./who.js";

export function WalkIn({ desk, picture }) {
  const { site } = picture.desk;
  const key = useRef(newKey());
  const who = useWho(desk);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const letters = Object.keys(site.queues).sort();

  async function admit(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    if (!who.chosen && !canBeName(said.name)) return setWrong(text("name_needed"));
    setBusy(true);
    setWrong("");
    try {
      const person = await who.person(said);
      const body = {
        queue: said.queue, language: who.chosen ? who.chosen.language : said.language, person: person ?? undefined,
        visit_type: said.visit_type || undefined, provider: said.provider || undefined, priority: said.first ? 1 : undefined,
      };
      const answer = await ask("POST", `/v1/sites/${desk.site}/check-ins`, { body, key: key.current });
      desk.open("admitted", { visit: answer.body.visit, ticket: answer.body.ticket, event: answer.body.event, kept: answer.status === 202 });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      // What was refused may be put right and sent again; what may have been recorded keeps its key.
      if (!refusal.mayWork) key.current = newKey();
      setWrong(refusal.code === "possible-duplicate" ? "" : refusalText(refusal));
      setBusy(false);
    }
    return undefined;
  }

  return html`
    <${Dialog} title=${text("walk_in")} onClose=${() => desk.close()}>
      <form class="form" onSubmit=${admit}>
        <${Who} desk=${desk} site=${site} who=${who} hint=${text("name_hint")} />
        ${letters.length > 1 && html`
          <fieldset><legend>${text("queue")}</legend>
            ${letters.map((letter, at) => html`<label key=${letter}><input type="radio" name="queue" value=${letter} defaultChecked=${at === letters.length - 1} />
              <b>${letter}</b> ${site.queues[letter]}</label>`)}
          </fieldset>`}
        ${letters.length === 1 && html`<input type="hidden" name="queue" value=${letters[0]} />`}
        <div class="pair">
          ${site.visit_types.length > 0 && html`
            <${Field} id="visit-type" label=${text("visit_type")}>
              <select id="visit-type" name="visit_type">
                <option value="">${text("no_type")}</option>
                ${site.visit_types.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}
              </select>
            <//>`}
          ${site.providers.length > 0 && html`
            <${Field} id="provider" label=${text("provider")}>
              <select id="provider" name="provider">
                <option value="">${text("any_provider")}</option>
                ${site.providers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
              </select>
            <//>`}
        </div>
        <label class="check"><input type="checkbox" name="first" value="1" /> ${text("goes_first")}</label>
        <p class="wrong" role="alert">${wrong}</p>
        <button class="main-button" data-next disabled=${busy}>${text("do_check_in")}</button>
      </form>
    <//>
  `;
}
