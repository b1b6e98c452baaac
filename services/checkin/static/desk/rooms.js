// The rooms: who is in each, since when, and what it is fit for; and what is used up in them.

import { html } from "../preact.js";
import { minutesText, stepText, timerText } from "../kit/words.js";
import { text } from "../page.js";
import { nextStep, roomList, timer } from "../kit/model.js";
import { Supplies } from "./supplies.js";

export function Rooms({ desk, picture }) {
  const rooms = roomList(picture.desk);
  return html`
    ${rooms.length === 0 && html`<p class="none">${text("no_rooms")}</p>`}
    <ul class="cards">${rooms.map((room) => html`<${Room} key=${room.id} desk=${desk} picture=${picture} room=${room} />`)}</ul>
    <${Supplies} desk=${desk} picture=${picture} />
  `;
}

function Room({ desk, picture, room }) {
  const say = (status) => () =>
    desk.steps.send(`rooms/${room.id}/status`, { status }, text("room_said", { room: room.name, what: text(`room_${status.replaceAll("-", "_")}`) }),
      ({ body }) => () => desk.steps.send(`rooms/${room.id}/undo`, { event: body.event }));
  return html`
    <li class=${`card room ${room.word}`}>
      <h3>${room.name}</h3>
      <p><b>${text(`room_${room.word.replaceAll("-", "_")}`)}</b>
        ${room.visits.length === 0 && room.since && html` <span class="soft">${minutesText((picture.now - room.since) / 1000)}</span>`}</p>
      ${room.visits.map((found) => html`<${InRoom} key=${found.visit} desk=${desk} picture=${picture} visit=${picture.visits[found.visit] ?? found} />`)}
      ${room.visits.length === 0 && html`<div class="buttons">
        ${room.word !== "ready" && html`<button class="next" onClick=${say("ready")}>${text("room_do_ready")}</button>`}
        ${room.word === "ready" && html`<button onClick=${say("cleaning")}>${text("room_do_cleaning")}</button>`}
        ${room.word !== "out-of-service" && html`<button onClick=${say("out-of-service")}>${text("room_do_out_of_service")}</button>`}
      </div>`}
    </li>
  `;
}

function InRoom({ desk, picture, visit }) {
  const { kind, seconds, level } = timer(visit, picture.desk.site.limits, picture.now);
  const step = nextStep(visit);
  return html`
    <div class="in-room">
      <p><button class="ticket" onClick=${() => desk.open("visit", { visit: visit.visit })}>${visit.ticket ?? text("no_ticket")}</button> ${desk.name(visit) ?? ""}</p>
      <p class=${`timer ${level}`}>${timerText(visit, kind, seconds === null ? text("time_unknown") : minutesText(seconds), picture.desk)}
        ${level !== "fine" && html` <b>${text(`level_${level}`)}</b>`}</p>
      ${step && html`<button class="next" disabled=${visit.pending} onClick=${() => desk.nextStep(visit.visit)}>${stepText(step, visit, picture.desk)}</button>`}
    </div>
  `;
}
