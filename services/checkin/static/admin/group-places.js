// Where patients go and whom they see: rooms, providers, service points, queues; and what should be there before they go in.

import { html } from "../preact.js";
import { text } from "../page.js";
import { Check, Codes, InList, Wrong, idOf } from "./fields.js";
import { occupied } from "./in-use.js";
import { freeLetter } from "./profile.js";
import { Things } from "./things.js";

export function Rooms({ form, admin }) {
  const kept = new Set(form.at("rooms").map((room) => room.id));
  const taken = form.base.rooms.filter((room) => !kept.has(room.id)).map((room) => occupied(room, admin.live.desk)).filter(Boolean);
  const more = (path, name) => html`
    <${Codes} form=${form} path=${`${path}.equipment`} name=${text("equipment_of", { name })} hint=${text("equipment_hint")} />`;
  return html`
    ${taken.map((words) => html`<p key=${words} class="wrong" role="alert">${words}</p>`)}
    <${Things} form=${form} kind="rooms" fresh=${{ equipment: [] }} more=${more} />
    <${Check} form=${form} path="rooms_are_cleaned" label=${text("field_rooms_are_cleaned")} hint=${text("rooms_are_cleaned_hint")} />
  `;
}

export function Providers({ form }) {
  return html`<${Things} form=${form} kind="providers" />`;
}

export function ServicePoints({ form }) {
  return html`<p class="hint">${text("service_points_hint")}</p><${Things} form=${form} kind="service_points" />`;
}

export function Checklist({ form }) {
  return html`<p class="hint">${text("checklist_hint")}</p><${Things} form=${form} kind="checklist" />`;
}

export function OwnCodes({ form }) {
  return html`<p class="hint">${text("codes_hint")}</p><${Codes} form=${form} path="codes" name=${text("field_codes")} hint=${text("codes_example")} />`;
}

export function Queues({ form }) {
  const queues = form.at("queues");
  const letters = Object.keys(queues).sort();
  const letter = freeLetter(queues);
  const add = () => {
    form.set(`queues.${letter}`, "");
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(idOf(`queues.${letter}`))?.focus()));
  };
  const remove = (one) => {
    form.set("areas", form.at("areas").map((area) => ({ ...area, queues: area.queues.filter((other) => other !== one) })));
    form.set(`queues.${one}`, undefined);
  };
  return html`
    <p class="hint">${text("queues_hint")}</p>
    <${Wrong} form=${form} path="queues" />
    <ul class="things">
      ${letters.map((one) => html`
        <li key=${one}>
          <b class="ticket">${one}</b>
          <${InList} form=${form} path=${`queues.${one}`} name=${text("name_of_queue", { letter: one })} maxlength="60" autocomplete="off" />
          <span class="row-buttons"><button type="button" class="quiet" disabled=${letters.length === 1} aria-label=${text("remove", { name: one })} onClick=${() => remove(one)}>×</button></span>
        </li>`)}
    </ul>
    ${letter && html`<p><button type="button" onClick=${add}>${text("add_queue", { letter })}</button></p>`}
  `;
}
