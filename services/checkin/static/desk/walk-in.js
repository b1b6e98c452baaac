// A patient without a booking: a name if there is one, Enter, and the ticket is there.

import { html, useRef, useState } from "../preact.js";
import { ask, newKey, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

export function WalkIn({ desk, picture }) {
  const { site } = picture.desk;
  const keys = useRef({ person: newKey(), visit: newKey() });
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const letters = Object.keys(site.queues).sort();

  async function admit(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    setBusy(true);
    try {
      const person = said.name.trim() ? await register(said) : null;
      const body = { queue: said.queue, language: said.language, person: person ?? undefined, provider: said.provider || undefined, priority: said.first ? 1 : undefined };
      const answer = await ask("POST", `/v1/sites/${desk.site}/check-ins`, { body, key: keys.current.visit });
      desk.open("admitted", { visit: answer.body.visit, ticket: answer.body.ticket, event: answer.body.event, kept: answer.status === 202 });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      // What was refused may be put right and sent again; what may have been recorded keeps its key.
      if (!refusal.mayWork) keys.current = { person: newKey(), visit: newKey() };
      setWrong(refusalText(refusal));
      setBusy(false);
    }
  }

  async function register({ name, phone, language }) {
    const body = { name: name.trim(), language, phone: phone.trim() || undefined };
    const answer = await ask("POST", `/v1/sites/${desk.site}/people`, { body, key: keys.current.person });
    desk.people.put(answer.body.person, { person: answer.body.person, name: body.name, language });
    return answer.body.person;
  }

  return html`
    <${Dialog} title=${text("walk_in")} onClose=${() => desk.close()}>
      <form class="form" onSubmit=${admit}>
        <${Field} id="name" label=${text("name")} hint=${text("name_hint")}>
          <input id="name" name="name" data-first maxlength="200" autocomplete="off" aria-describedby="name-hint" />
        <//>
        ${letters.length > 1 && html`
          <fieldset><legend>${text("queue")}</legend>
            ${letters.map((letter, at) => html`<label key=${letter}><input type="radio" name="queue" value=${letter} defaultChecked=${at === letters.length - 1} />
              <b>${letter}</b> ${site.queues[letter]}</label>`)}
          </fieldset>`}
        ${letters.length === 1 && html`<input type="hidden" name="queue" value=${letters[0]} />`}
        <${Field} id="phone" label=${text("phone")} hint=${text("phone_hint")}>
          <input id="phone" name="phone" type="tel" maxlength="40" autocomplete="off" aria-describedby="phone-hint" />
        <//>
        <${Field} id="language" label=${text("language")}>
          <select id="language" name="language">
            ${site.languages.map((language) => html`<option key=${language} value=${language}>${text(`language_${language}`)}</option>`)}
          </select>
        <//>
        ${site.providers.length > 0 && html`
          <${Field} id="provider" label=${text("provider")}>
            <select id="provider" name="provider">
              <option value="">${text("any_provider")}</option>
              ${site.providers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
            </select>
          <//>`}
        <label class="check"><input type="checkbox" name="first" value="1" /> ${text("goes_first")}</label>
        <p class="wrong" role="alert">${wrong}</p>
        <button class="main-button" disabled=${busy}>${text("do_check_in")}</button>
      </form>
    <//>
  `;
}

// The ticket, large, with the patient's own page as a QR code; Enter goes on.
export function Admitted({ desk, visit, ticket, event, kept }) {
  const again = () => {
    desk.close();
    desk.steps.take(visit, "undo", { event });
  };
  return html`
    <${Dialog} title=${kept ? text("kept_title") : text("checked_in")} onClose=${() => desk.close()}>
      <div class="slip">
        <p class="ticket">${ticket ?? "…"}</p>
        ${kept && html`<p>${text("kept_hint")}</p>`}
        ${!kept && html`<img class="qr" src=${`/v1/sites/${desk.site}/visits/${visit}/qr.svg`} alt=${text("qr")} width="180" height="180" />`}
        <p class="hint">${text("slip_hint")}</p>
      </div>
      <div class="buttons">
        <button class="main-button" data-first onClick=${() => desk.close()}>${text("done")}</button>
        <button onClick=${() => printSlip()}>${text("print_ticket")}</button>
        ${!kept && html`<button onClick=${again}>${text("undo")}</button>`}
      </div>
    <//>
  `;
}

export function printSlip() {
  document.documentElement.dataset.print = "slip";
  print();
  delete document.documentElement.dataset.print;
}

