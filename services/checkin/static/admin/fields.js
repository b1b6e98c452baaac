// The fields of the form, each bound to the path of what it edits, with what is wrong with it beside it.

import { html } from "../preact.js";
import { Field } from "../kit/dialog.js";
import { text } from "../page.js";
import { RANGES } from "./checks.js";

export const idOf = (path) => `f-${path.replaceAll(".", "-")}`;

function described(id, hint, wrong) {
  const by = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return { id, "aria-describedby": by || undefined, "aria-invalid": wrong ? "true" : undefined };
}

export function Text({ form, path, label, hint, ...more }) {
  const wrong = form.wrong.get(path);
  const id = idOf(path);
  return html`
    <${Field} id=${id} label=${label} hint=${hint} wrong=${wrong}>
      <input ...${described(id, hint, wrong)} ...${more} value=${form.at(path) ?? ""} onInput=${(event) => form.set(path, event.target.value)} />
    <//>
  `;
}

// A whole number of something, which is named behind it.
export function Amount({ form, path, label, hint, unit }) {
  const wrong = form.wrong.get(path);
  const id = idOf(path);
  const [least, most] = RANGES[path];
  const typed = ({ target }) => form.set(path, target.value === "" ? "" : Number(target.value));
  return html`
    <${Field} id=${id} label=${label} hint=${hint} wrong=${wrong}>
      <span class="amount"><input ...${described(id, hint, wrong)} type="number" inputmode="numeric" min=${least} max=${most} step="1"
        value=${form.at(path)} onInput=${typed} /> ${unit}</span>
    <//>
  `;
}

export function Check({ form, path, label, hint }) {
  const id = idOf(path);
  return html`
    <div class="field">
      <label class="check"><input ...${described(id, hint)} type="checkbox" checked=${form.at(path)} onChange=${(event) => form.set(path, event.target.checked)} /> ${label}</label>
      ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    </div>
  `;
}

export function Choice({ form, path, label, hint, options }) {
  const wrong = form.wrong.get(path);
  const id = idOf(path);
  return html`
    <${Field} id=${id} label=${label} hint=${hint} wrong=${wrong}>
      <select ...${described(id, hint, wrong)} value=${form.at(path)} onChange=${(event) => form.set(path, event.target.value)}>
        ${options.map(([value, said]) => html`<option key=${value} value=${value} selected=${value === form.at(path)}>${said}</option>`)}
      </select>
    <//>
  `;
}

// A field without a label of its own in a list: it is named for those who can't see where it stands.
export function InList({ form, path, name, ...more }) {
  const wrong = form.wrong.get(path);
  const id = idOf(path);
  return html`
    <span class="in-list">
      <input ...${described(id, false, wrong)} aria-label=${name} ...${more} value=${form.at(path) ?? ""} onInput=${(event) => form.set(path, event.target.value)} />
      ${wrong && html`<span class="wrong" role="alert" id=${`${id}-wrong`}>${wrong}</span>`}
    </span>
  `;
}

// Codes with commas between them, as they are typed.
export function Codes({ form, path, name, hint }) {
  const wrong = form.wrong.get(path);
  const codes = form.at(path) ?? [];
  const typed = ({ target }) => form.set(path, target.value.split(",").map((code) => code.trim().toLowerCase()).filter(Boolean));
  return html`
    <span class="in-list">
      <input key=${codes.join()} ...${described(idOf(path), false, wrong)} aria-label=${name} placeholder=${hint} autocomplete="off"
        defaultValue=${codes.join(", ")} onChange=${typed} />
      ${wrong && html`<span class="wrong" role="alert" id=${`${idOf(path)}-wrong`}>${wrong}</span>`}
    </span>
  `;
}

// What is wrong with a part as a whole.
export function Wrong({ form, path }) {
  const wrong = form.wrong.get(path);
  return wrong ? html`<p class="wrong" role="alert" tabindex="-1" data-wrong>${wrong}</p>` : null;
}

// Moves a row up or down, or takes it away.
export function RowButtons({ list, number, name, change, few = 0 }) {
  const moved = (by) => () => {
    const now = [...list];
    [now[number], now[number + by]] = [now[number + by], now[number]];
    change(now);
  };
  const removed = () => change(list.filter((_, other) => other !== number));
  return html`
    <span class="row-buttons">
      <button type="button" class="quiet" disabled=${number === 0} aria-label=${text("move_up", { name })} onClick=${moved(-1)}>↑</button>
      <button type="button" class="quiet" disabled=${number === list.length - 1} aria-label=${text("move_down", { name })} onClick=${moved(1)}>↓</button>
      <button type="button" class="quiet" disabled=${list.length <= few} aria-label=${text("remove", { name })} onClick=${removed}>×</button>
    </span>
  `;
}
