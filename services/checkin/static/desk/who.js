// Who it is, where somebody may be new: found or typed, and never added twice unawares.

import { html, useEffect, useRef, useState } from "../preact.js";
import { ask, newKey } from "../kit/api.js";
import { ChoosePatient, register, tellsApart } from "../kit/choose-patient.js";
import { Field } from "../kit/dialog.js";
import { text } from "../page.js";

const LETTER = /\p{L}/u; // a date or a number alone finds somebody, and names nobody

// What a dialog knows of who it is: { person, name } that are known beforehand, or nobody yet.
export function useWho(desk, known = null) {
  const [chosen, setChosen] = useState(known);
  const [same, setSame] = useState([]);
  const made = useRef({ key: newKey(), person: null, said: "" });
  const anew = useRef(false); // it is nobody of those who could be meant
  const choose = (one) => {
    setSame([]);
    setChosen(one);
  };

  // Adds who was typed; typed otherwise after that, they are set right. Throws a Refusal.
  async function add(said) {
    const body = { name: said.name.trim(), phone: said.phone.trim(), born: said.born, language: said.language };
    if (made.current.said === JSON.stringify(body)) return made.current.person;
    if (made.current.person) await correct(made.current.person, body);
    else made.current.person = await register(desk.site, { ...body, new: anew.current || undefined }, made.current.key);
    made.current.said = JSON.stringify(body);
    desk.people.put(made.current.person, { person: made.current.person, name: body.name, language: body.language });
    return made.current.person;
  }

  async function correct(person, body) {
    const fields = Object.fromEntries(Object.entries(body).map(([field, value]) => [field, value || null]));
    await ask("PUT", `/v1/sites/${desk.site}/people/${person}`, { body: fields });
  }

  // The id of whoever was chosen or typed into the form's fields; null: nobody was. Throws a Refusal.
  async function person(said) {
    if (chosen) return chosen.person;
    if (!said.name.trim()) return null;
    try {
      return await add(said);
    } catch (refusal) {
      if (!refusal.mayWork) made.current.key = newKey();
      setSame(refusal.problem?.matches ?? []);
      throw refusal;
    } finally {
      anew.current = false;
    }
  }

  return { chosen, choose, same, person, insist: () => { anew.current = true; } };
}

// Whether what was typed can be a name, as far as a page can tell.
export const canBeName = (typed) => typed.trim() === "" || LETTER.test(typed);

// The fields of somebody who may be new. Whoever was here before is known already: nothing is typed again.
export function Who({ desk, site, who, hint, label = text("name"), nobody }) {
  return html`
    <${ChoosePatient} id="name" site=${desk.site} chosen=${who.chosen} choose=${who.choose} label=${label} hint=${hint} nobody=${nobody} />
    ${!who.chosen && who.same.length > 0 && html`<${Same} who=${who} />`}
    ${!who.chosen && html`
      <div class="pair">
        <${Field} id="phone" label=${text("phone")} hint=${text("phone_hint")}>
          <input id="phone" name="phone" type="tel" maxlength="40" autocomplete="off" aria-describedby="phone-hint" />
        <//>
        <${Field} id="born" label=${text("born")}>
          <input id="born" name="born" type="date" min="1880-01-01" />
        <//>
      </div>
      <${Field} id="language" label=${text("language")}>
        <select id="language" name="language">
          ${site.languages.map((language) => html`<option key=${language} value=${language}>${text(`language_${language}`)}</option>`)}
        </select>
      <//>`}
  `;
}

// Somebody of this name and date of birth is known. Which of them it is, or that it is nobody of them, is for the desk to say.
function Same({ who }) {
  const first = useRef(null);
  useEffect(() => first.current?.focus(), [who.same]);
  const typed = () => document.getElementById("name").value.trim();
  const another = (event) => {
    who.insist();
    event.currentTarget.form.requestSubmit();
  };
  return html`
    <div class="same" role="group" aria-labelledby="same-title"><p id="same-title" role="alert"><b>${text("refusal_possible_duplicate")}</b></p>
      <div class="stack">${who.same.map((one, at) => html`
        <button type="button" key=${one.person} ref=${at === 0 ? first : undefined} onClick=${() => who.choose({ name: typed(), ...one })}>
          ${text("it_is_this_one", { who: tellsApart(one) })}</button>`)}
        <button type="button" onClick=${another}>${text("somebody_else")}</button></div>
    </div>
  `;
}
