// Times of the week: when the clinic is open, or when its walls are quiet. A day may have several, or none.

import { html } from "../preact.js";
import { text } from "../page.js";
import { Wrong, idOf } from "./fields.js";

const DAYS = [0, 1, 2, 3, 4, 5, 6];
const LIKELY = { opens: "08:00", closes: "17:00" };
const order = (one, other) => one.weekday - other.weekday || (one.opens < other.opens ? -1 : 1);

// `none`: what a day without any is called.
export function Week({ form, path, none }) {
  const hours = form.at(path);
  const of = (weekday) => hours.map((one, number) => ({ ...one, number })).filter((one) => one.weekday === weekday);
  const add = (weekday) => {
    const last = of(weekday).at(-1);
    const fresh = last ? { opens: last.closes, closes: "" } : LIKELY;
    form.set(path, [...hours, { weekday, ...fresh }].sort(order));
  };
  const asBefore = (weekday) => form.set(path, [...hours.filter((one) => one.weekday !== weekday), ...of(weekday - 1).map(({ opens, closes }) => ({ weekday, opens, closes }))].sort(order));
  return html`
    <${Wrong} form=${form} path=${path} />
    <ul class="week">
      ${DAYS.map((weekday) => html`
        <li key=${weekday}>
          <b>${text(`day_${weekday}`)}</b>
          <div class="openings">
            ${of(weekday).length === 0 && html`<p class="soft">${none}</p>`}
            ${of(weekday).map((one, at) => html`<${Opening} key=${at} form=${form} path=${`${path}.${one.number}`} day=${text(`day_${weekday}`)} />`)}
          </div>
          <span class="row-buttons">
            <button type="button" class="quiet" aria-label=${text("add_hours_to", { day: text(`day_${weekday}`) })} onClick=${() => add(weekday)}>${text("add_hours")}</button>
            ${weekday > 0 && html`<button type="button" class="quiet" aria-label=${text("as_before_on", { day: text(`day_${weekday}`) })} onClick=${() => asBefore(weekday)}>${text("as_before")}</button>`}
          </span>
        </li>`)}
    </ul>
  `;
}

function Opening({ form, path, day }) {
  const wrong = form.wrong.get(path);
  const id = idOf(path);
  const time = (part) => html`
    <input type="time" required aria-label=${text(part === "opens" ? "opens_on" : "closes_on", { day })} aria-invalid=${wrong ? "true" : undefined} aria-describedby=${wrong ? `${id}-wrong` : undefined}
      value=${form.at(path)[part]} onInput=${(event) => form.set(path, { ...form.at(path), [part]: event.target.value })} />`;
  return html`
    <div class="opening">
      ${time("opens")} – ${time("closes")}
      <button type="button" class="quiet" aria-label=${text("remove_hours", { day })} onClick=${() => form.set(path, undefined)}>×</button>
      ${wrong && html`<p class="wrong" role="alert" id=${`${id}-wrong`}>${wrong}</p>`}
    </div>
  `;
}
