// Lists of what the clinic has: rooms, providers, service points, items of the checklist, waiting areas.

import { html } from "../preact.js";
import { text } from "../page.js";
import { InList, RowButtons, Wrong, idOf } from "./fields.js";
import { newThing } from "./profile.js";

// `fresh`: what a new thing has besides its name. `more(path, name)`: what else of it is edited.
export function Things({ form, kind, fresh, more }) {
  const things = form.at(kind);
  const add = () => {
    form.set(kind, [...things, newThing(fresh)]);
    const id = idOf(`${kind}.${things.length}.name`);
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.focus()));
  };
  return html`
    <${Wrong} form=${form} path=${kind} />
    ${things.length === 0 && html`<p class="soft">${text("none_yet")}</p>`}
    <ul class="things">
      ${things.map((thing, number) => {
        const name = thing.name || text("unnamed");
        return html`
          <li key=${thing.id}>
            <${InList} form=${form} path=${`${kind}.${number}.name`} name=${text(`name_of_${kind}`, { number: number + 1 })} maxlength="60" autocomplete="off" />
            ${more?.(`${kind}.${number}`, name)}
            <${RowButtons} list=${things} number=${number} name=${name} change=${(now) => form.set(kind, now)} />
          </li>`;
      })}
    </ul>
    <p><button type="button" onClick=${add}>${text(`add_${kind}`)}</button></p>
  `;
}
