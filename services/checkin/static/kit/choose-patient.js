// Who it is: somebody who was here before, found by name, date of birth or telephone; or somebody new, of whom a name is enough.

import { html, useEffect, useRef, useState } from "../preact.js";
import { text } from "../page.js";
import { ask, newKey, post, Refusal } from "./api.js";
import { Field } from "./dialog.js";
import { refusalText } from "./words.js";

const SEARCH_MS = 200;
const ENOUGH = 3;

// `chosen`: { person, name } once somebody is chosen. `choose(found | null)`.
export function ChoosePatient({ site, chosen, choose, id = "patient" }) {
  const [typed, type] = useState("");
  const [found, setFound] = useState(null);
  const [wrong, setWrong] = useState("");
  const asked = useRef("");
  useEffect(() => {
    const words = typed.trim();
    asked.current = words;
    if (words.length < ENOUGH) {
      setFound(null);
      return undefined;
    }
    const timer = setTimeout(async () => {
      try {
        const answer = await post(`/v1/sites/${site}/people/search`, { text: words });
        if (asked.current === words) setFound(answer);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        if (asked.current === words) setWrong(refusalText(refusal));
      }
    }, SEARCH_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  if (chosen) {
    return html`
      <p class="chosen"><b>${chosen.name}</b> <span class="soft">${details(chosen)}</span>
        <button type="button" class="quiet" onClick=${() => choose(null)}>${text("another_person")}</button></p>
    `;
  }
  const walk = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll("input[name=name], .found button")];
    all[Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + by))]?.focus();
  };
  return html`
    <div class="choose" onKeyDown=${walk}>
      <${Field} id=${id} label=${text("patient_name")} hint=${text("patient_hint")} wrong=${wrong}>
        <input id=${id} name="name" data-first maxlength="200" autocomplete="off" value=${typed} aria-describedby=${`${id}-hint`}
          onInput=${(event) => (setWrong(""), type(event.target.value))} />
      <//>
      <div role="status">${found && (found.people.length > 0
        ? html`<p class="soft">${text("found_patients")}</p>`
        : html`<p class="soft">${text("found_nobody")}</p>`)}</div>
      ${found?.people.length > 0 && html`<ul class="found">${found.people.map((one) => html`
        <li key=${one.person}><button type="button" onClick=${() => choose(one)}><b>${one.name}</b> <span class="soft">${details(one)}</span></button></li>`)}</ul>`}
    </div>
  `;
}

function details({ born, phone_ends: ends, language }) {
  return [born, ends && `…${ends}`, language && language !== "en" ? language : null].filter(Boolean).join(" · ");
}

// Adds somebody new, or throws a Refusal; a `possible-duplicate` names those whom it could be. The same key is the same person.
export async function register(site, said, key = newKey()) {
  const body = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== "" && value !== undefined));
  const answer = await ask("POST", `/v1/sites/${site}/people`, { body, key });
  return answer.body.person;
}
