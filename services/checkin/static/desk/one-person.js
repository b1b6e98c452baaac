// Records that were found to be of one and the same patient, and how two of them become two again.

import { html, useState } from "../preact.js";
import { ask, Refusal } from "../kit/api.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

// `person`: the one who stays. `parted()` is called once two are two again.
export function OnePerson({ desk, row, person, parted }) {
  const [said, say] = useState("");
  const [wrong, setWrong] = useState("");
  const others = Object.entries(person.absorbed);
  const part = (gone) => async () => {
    setWrong("");
    try {
      const { body } = await ask("POST", `/v1/sites/${desk.site}/people/${gone}/unmerge`, { body: { into: person.person } });
      say(body.kept.length > 0 ? text("parted_but", { what: body.kept.map(fieldName).join(", ") }) : text("parted"));
      desk.people.forget();
      await parted();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
    }
  };
  return html`
    ${others.length > 0 && html`<section><h3>${text("one_person")}</h3>
      <ul class="stack">${others.map(([gone, { taken }]) => html`
        <li key=${gone} class="buttons"><span>${gone === row.person ? text("one_of_this_visit") : text("one_of_another")} <span class="soft">${whatWasTaken(taken)}</span></span>
          <button onClick=${part(gone)}>${text("part")}</button></li>`)}</ul></section>`}
    <p role="status" class="good">${said}</p>
    <p role="alert" class="wrong">${wrong}</p>
  `;
}

const NAMED = new Set(["name", "phone", "language", "born", "payer", "member_number", "notes", "codes"]);

// "notes.<id>" is one of the notes.
function fieldName(field) {
  const [whole] = field.split(".");
  return NAMED.has(whole) ? text(whole) : whole;
}

function whatWasTaken(taken) {
  const fields = [...new Set(Object.keys(taken).map(fieldName))];
  return fields.length > 0 ? text("taken_over", { what: fields.join(", ") }) : "";
}
