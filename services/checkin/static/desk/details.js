// What is known of a patient: looked at, set right, and said where nobody knew who they are.

import { html, useEffect, useLayoutEffect, useState } from "../preact.js";
import { ask, get, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText, wrongFields } from "../kit/words.js";
import { text } from "../page.js";
import { OnePerson } from "./one-person.js";
import { canBeName, useWho, Who } from "./who.js";

const INPUTS = { name: { required: true, maxlength: 200 }, phone: { type: "tel", maxlength: 40 }, born: { type: "date", min: "1880-01-01" }, payer: { maxlength: 120 }, member_number: { maxlength: 60 } };

export function Details({ desk, picture, visit }) {
  const row = picture.visits[visit];
  const title = [row?.ticket, text("details")].filter(Boolean).join(" · ");
  return html`
    <${Dialog} title=${title} onClose=${() => desk.leave()}>
      ${!row && html`<p>${text("visit_gone")}</p>`}
      ${row && (row.person ? html`<${Known} key=${row.person} desk=${desk} site=${picture.desk.site} row=${row} />` : html`<${Unknown} desk=${desk} site=${picture.desk.site} row=${row} />`)}
    <//>
  `;
}

function Known({ desk, site, row }) {
  const [person, setPerson] = useState(null);
  const [wrong, setWrong] = useState({ words: "", fields: {} });
  const path = `/v1/sites/${desk.site}/people/${row.person}`;
  const failed = (refusal) => {
    if (!(refusal instanceof Refusal)) throw refusal;
    const fields = wrongFields(refusal);
    setWrong({ fields, words: Object.keys(fields).length > 0 ? "" : refusalText(refusal) });
  };
  const load = () => get(path).then((found) => (setPerson(found), setWrong({ words: "", fields: {} }))).catch(failed);
  useEffect(() => { load(); }, []);
  useLayoutEffect(() => document.getElementById("of-name")?.focus(), [person !== null]);

  async function save(event) {
    event.preventDefault();
    const here = desk.dialog;
    const body = changed(person, row.visit, Object.fromEntries(new FormData(event.target)));
    try {
      if (Object.keys(body).length > 0) {
        await ask("PUT", path, { body });
        desk.people.put(row.person, { person: row.person, name: body.name ?? person.name, language: body.language ?? person.language });
        desk.steps.toast({ words: text("details_saved") });
      }
      desk.leave(here);
    } catch (refusal) {
      failed(refusal);
    }
  }

  if (!person) return html`<p role="status">${wrong.words ? "" : text("loading")}</p><p class="wrong" role="alert">${wrong.words}</p>`;
  return html`
    <form class="form" onSubmit=${save} key=${JSON.stringify(person)}>
      <div class="pair">
        ${Object.entries(INPUTS).map(([field, more]) => html`
          <${Field} key=${field} id=${`of-${field}`} label=${text(field)} wrong=${wrong.fields[field]}>
            <input id=${`of-${field}`} name=${field} autocomplete="off" defaultValue=${person[field] ?? ""} aria-invalid=${Boolean(wrong.fields[field])} ...${more} /><//>`)}
        <${Field} id="of-language" label=${text("language")}>
          <select id="of-language" name="language">
            ${languages(site, person).map(([code, words]) => html`<option key=${code} value=${code} selected=${code === person.language}>${words}</option>`)}
          </select><//>
      </div>
      <${Field} id="note" label=${text("note_of_visit")} hint=${text("kept_encrypted")}>
        <textarea id="note" name="note" rows="3" maxlength="2000" aria-describedby="note-hint" defaultValue=${person.notes[row.visit] ?? ""}></textarea><//>
      <p class="wrong" role="alert">${wrong.words}</p>
      <div class="buttons"><button class="main-button">${text("save")}</button>
        <button type="button" onClick=${() => desk.open("same-person", { visit: row.visit, from: desk.dialog.from })}>${text("same_person_as")}</button></div>
    </form>
    <${OnePerson} desk=${desk} row=${row} person=${person} parted=${load} />
  `;
}

// The clinic's languages, and the one that is theirs if it is another.
function languages(site, { language }) {
  const codes = site.languages.includes(language) ? site.languages : [...site.languages, language];
  return codes.map((code) => [code, ["en", "es", "ar"].includes(code) ? text(`language_${code}`) : code]);
}

// Only what was changed is sent: somebody else may have changed the rest meanwhile.
function changed(person, visit, { note, ...said }) {
  const fields = Object.entries(said).map(([field, value]) => [field, value.trim()]).filter(([field, value]) => value !== (person[field] ?? ""));
  const body = Object.fromEntries(fields.map(([field, value]) => [field, value || null]));
  return note.trim() === (person.notes[visit] ?? "") ? body : { ...body, notes: { [visit]: note.trim() || null } };
}

// Nobody said yet who this is: somebody who was here before, or somebody new.
function Unknown({ desk, site, row }) {
  const who = useWho(desk);
  const [wrong, setWrong] = useState("");
  async function identify(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    if (!who.chosen && (said.name.trim() === "" || !canBeName(said.name))) return setWrong(text("name_needed"));
    const here = desk.dialog;
    setWrong("");
    try {
      const person = await who.person(said);
      desk.leave(here);
      desk.steps.take(row.visit, "identify", { person });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusal.code === "possible-duplicate" ? "" : refusalText(refusal));
    }
    return undefined;
  }
  return html`
    <form class="form" onSubmit=${identify}>
      <${Who} desk=${desk} site=${site} who=${who} hint=${text("who_hint")} />
      <p class="wrong" role="alert">${wrong}</p>
      <button class="main-button" data-next>${text("say_who")}</button>
    </form>
  `;
}
