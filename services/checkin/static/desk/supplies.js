// What is used up: how much of it there is in each place, what runs low, and how it is counted anew.

import { html, useState } from "../preact.js";
import { placeName } from "../kit/model.js";
import { text } from "../page.js";
import { Field } from "../kit/dialog.js";

const NOWHERE = ""; // the clinic, in no room in particular

export function Supplies({ desk, picture }) {
  const { supplies, rooms } = picture.desk.site;
  if (supplies.length === 0) return null;
  return html`
    <section class="supplies"><h2>${text("supplies")}</h2>
      <ul class="cards">${supplies.map((supply) => html`
        <${Supply} key=${supply.id} desk=${desk} picture=${picture} supply=${supply} levels=${picture.desk.supplies?.[supply.id]?.levels ?? {}} rooms=${rooms} />`)}</ul>
    </section>
  `;
}

function Supply({ desk, picture, supply, levels, rooms }) {
  const known = Object.keys(levels);
  const [place, setPlace] = useState(known[0] ?? NOWHERE);
  const nameOf = (room) => (room === NOWHERE ? text("the_clinic") : placeName(picture.desk, room));
  const set = (event) => {
    event.preventDefault();
    const level = Number(new FormData(event.target).get("level"));
    const said = text("supply_said", { supply: supply.name, place: nameOf(place), level });
    desk.steps.send(`supplies/${supply.id}/level`, { level, room: place || undefined }, said);
  };
  const field = `level-${supply.id}`;
  return html`
    <li class="card">
      <h3>${supply.name}</h3>
      ${known.length === 0 && html`<p class="soft">${text("never_counted")}</p>`}
      <ul>${known.map((room) => html`<li key=${room} class="line"><span>${nameOf(room)}</span>
        <span><b>${levels[room]}</b>${levels[room] <= supply.low && html` <b class="lacking">${text("runs_low")}</b>`}</span></li>`)}</ul>
      <form class="counting" onSubmit=${set}>
        <${Field} id=${`place-${supply.id}`} label=${text("place_of_supply")}>
          <select id=${`place-${supply.id}`} value=${place} onChange=${(event) => setPlace(event.target.value)}>
            ${[NOWHERE, ...rooms.map(({ id }) => id)].map((room) => html`<option key=${room} value=${room}>${nameOf(room)}</option>`)}
          </select><//>
        <${Field} id=${field} label=${text("how_many")}>
          <input id=${field} name="level" type="number" inputmode="numeric" min="0" max="1000000" step="1" required key=${place} defaultValue=${levels[place] ?? ""} /><//>
        <button aria-label=${text("of_item", { what: text("save"), item: supply.name })}>${text("save")}</button>
      </form>
    </li>
  `;
}
