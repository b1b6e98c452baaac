// Two patients turn out to be one: what differs side by side, and which of the two is right.

import { html, useEffect, useState } from "../preact.js";
import { ask, get, Refusal } from "../kit/api.js";
import { ChoosePatient } from "../kit/choose-patient.js";
import { Dialog } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";

const FIELDS = ["name", "phone", "born", "language", "payer", "member_number"];

// The patient of the visit is the one who was chosen, whose record goes on.
export function SamePerson({ desk, picture, visit, from }) {
  const row = picture.visits[visit];
  const [chosen, choose] = useState(null);
  const [two, setTwo] = useState(null); // { gone, stays }
  const [wrong, setWrong] = useState("");
  const back = () => desk.open("details", { visit, from });
  const failed = (refusal) => {
    if (!(refusal instanceof Refusal)) throw refusal;
    setWrong(refusalText(refusal));
  };
  useEffect(() => {
    let current = true;
    setTwo(null);
    setWrong("");
    if (!chosen || !row?.person) return undefined;
    Promise.all([row.person, chosen.person].map((person) => get(`/v1/sites/${desk.site}/people/${person}`)))
      .then(([gone, stays]) => current && (gone.person === stays.person ? setWrong(text("same_already")) : setTwo({ gone, stays })))
      .catch((refusal) => current && failed(refusal));
    return () => { current = false; };
  }, [chosen, row?.person]);

  async function merge(event) {
    event.preventDefault();
    if (!two) return;
    const said = Object.fromEntries(new FormData(event.target));
    const take = FIELDS.filter((field) => said[`keep-${field}`] === "gone");
    try {
      await ask("POST", `/v1/sites/${desk.site}/people/${two.gone.person}/merge`, { body: { into: two.stays.person, take } });
      desk.people.forget();
      back();
    } catch (refusal) {
      failed(refusal);
    }
  }

  return html`
    <${Dialog} title=${text("same_person_as")} onClose=${back} wide=${true}>
      <form class="form" onSubmit=${merge}>
        <${ChoosePatient} id="other" site=${desk.site} chosen=${chosen} choose=${choose} label=${text("other_record")} nobody=${text("nobody_of_that")} />
        ${chosen && !two && !wrong && html`<p role="status">${text("loading")}</p>`}
        ${two && html`<${SideBySide} two=${two} />`}
        <p class="wrong" role="alert">${wrong}</p>
        <div class="buttons"><button class="main-button" data-next disabled=${!two}>${text("make_one")}</button>
          <button type="button" onClick=${back}>${text("cancel")}</button></div>
      </form>
    <//>
  `;
}

// What only one of them has is kept anyway; where both say something else, somebody has to say which is right.
function SideBySide({ two }) {
  const differ = FIELDS.filter((field) => two.gone[field] !== two.stays[field] && (two.gone[field] || two.stays[field]));
  if (differ.length === 0) return html`<p>${text("nothing_differs")}</p>`;
  return html`
    <p class="hint">${text("which_is_right")}</p>
    <div class="sides">${differ.map((field) => html`
      <fieldset key=${field}><legend>${text(field)}</legend>
        ${["stays", "gone"].map((side) => two[side][field] && html`
          <label key=${side}><input type="radio" name=${`keep-${field}`} value=${side} defaultChecked=${side === "stays" || !two.stays[field]} />
            ${" "}<span class="soft">${text(`of_${side}`)}</span> ${shown(field, two[side][field])}</label>`)}
      </fieldset>`)}</div>
  `;
}

const shown = (field, value) => (field === "language" ? shell.texts[`language_${value}`] ?? value : value);
