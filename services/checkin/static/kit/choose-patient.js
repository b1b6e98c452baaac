// Who it is: somebody who was here before, found by name, date of birth or telephone; or somebody new, of whom a name is enough.
// The arrows choose among those who were found, and Enter takes the chosen one; without a choice, Enter is the form's.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../preact.js";
import { shell, text } from "../page.js";
import { ask, newKey } from "./api.js";
import { Field } from "./dialog.js";
import { FindPeople } from "./find-people.js";
import { refusalText } from "./words.js";

const SHOWN = 8; // more than that nobody looks through: the search goes on

// `chosen`: { person, name } once somebody is chosen. `choose(found | null)`. `nobody`: what is said where nobody fits.
export function ChoosePatient({ site, chosen, choose, id = "patient", label = text("patient_name"), hint = text("patient_hint"), nobody = text("found_nobody") }) {
  const node = useRef(null);
  const before = useRef(chosen);
  const search = useRef(null);
  const [typed, type] = useState("");
  const [found, setFound] = useState(null);
  const [at, setAt] = useState(-1);
  const [wrong, setWrong] = useState("");
  search.current ??= new FindPeople(site, {
    found: (answer) => (setFound(answer), setAt(-1), setWrong("")),
    failed: (refusal) => (setFound(null), setWrong(refusalText(refusal))),
  });
  useEffect(() => () => search.current.stop(), []);
  useLayoutEffect(() => {
    if (Boolean(before.current) !== Boolean(chosen)) moveOn(node.current, chosen);
    before.current = chosen;
  }, [chosen]);

  useEffect(() => node.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [at]);

  if (chosen) {
    return html`
      <p class="chosen" ref=${node}><b>${chosen.name}</b> <span class="soft">${tellsApart(chosen)}</span>
        <button type="button" class="quiet" onClick=${() => choose(null)}>${text("another_person")}</button></p>
    `;
  }
  const people = found?.people.slice(0, SHOWN) ?? [];
  const take = (one) => {
    search.current.stop();
    setAt(-1);
    choose({ ...one, person: one.same_as ?? one.person });
  };
  const walk = (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && people.length > 0) setAt(Math.min(people.length - 1, Math.max(-1, at + by)));
    else if (event.key === "Enter" && people[at]) take(people[at]);
    else return;
    event.preventDefault();
  };
  const option = (index) => `${id}-found-${index}`;
  return html`
    <div class="choose" ref=${node}>
      <${Field} id=${id} label=${label} hint=${hint} wrong=${wrong}>
        <input id=${id} name="name" data-first maxlength="200" autocomplete="off" spellcheck=${false} value=${typed} aria-describedby=${`${id}-hint`}
          role="combobox" aria-autocomplete="list" aria-expanded=${people.length > 0} aria-controls=${people.length > 0 ? `${id}-found` : undefined}
          aria-activedescendant=${people[at] ? option(at) : undefined} onKeyDown=${walk}
          onInput=${(event) => (type(event.target.value), search.current.look(event.target.value))} />
      <//>
      <p role="status" class="soft">${found && said(found, nobody)}</p>
      ${people.length > 0 && html`<ul class="found" id=${`${id}-found`} role="listbox" aria-label=${text("found_people")}>${people.map((one, index) => html`
        <li key=${one.person} role="presentation"><button type="button" role="option" id=${option(index)} tabindex="-1" aria-selected=${index === at}
          onClick=${() => take(one)}><b>${one.name}</b> <span class="soft">${tellsApart(one)}</span></button></li>`)}</ul>`}
    </div>
  `;
}

function said({ people, more }, nobody) {
  if (people.length === 0) return nobody;
  if (more || people.length > SHOWN) return text("found_more");
  return text("found_patients", { number: people.length });
}

// Chosen, one goes on where the form says so; taken back, one types again.
function moveOn(node, chosen) {
  (chosen ? node.closest("form")?.querySelector("[data-next]") : node.querySelector("input"))?.focus();
}

// What tells somebody from another of the same name.
export function tellsApart({ born, phone_ends: ends, language }) {
  return [born, ends && `…${ends}`, language && (shell.texts[`language_${language}`] ?? language)].filter(Boolean).join(" · ");
}

// Adds somebody new, or throws a Refusal; a `possible-duplicate` names those whom it could be. The same key is the same person.
export async function register(site, said, key = newKey()) {
  const body = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== "" && value !== undefined));
  const answer = await ask("POST", `/v1/sites/${site}/people`, { body, key });
  return answer.body.person;
}
