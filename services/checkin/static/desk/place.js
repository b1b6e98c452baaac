// Where a patient goes: the rooms, free ones first; digits choose, Enter takes the first.

import { html } from "../preact.js";
import { Dialog } from "../kit/dialog.js";
import { text } from "../page.js";
import { fits, roomList } from "../kit/model.js";

export function Place({ desk, picture, visit, step }) {
  const row = picture.visits[visit];
  if (!row) return null;
  const rooms = roomList(picture.desk).filter((room) => step === "call" || step === "recall" || fits(room.id, row, picture.desk.site)).sort((one, other) => other.free - one.free);
  const choices = rooms.map((room) => ({ id: room.id, name: room.name, note: text(`room_${room.word.replaceAll("-", "_")}`), body: { room: room.id }, free: room.free }));
  if (step === "call" || step === "recall") choices.splice(choices.filter((choice) => choice.free).length, 0, { id: "", name: text("the_desk"), note: "", body: {}, free: true });
  if (step === "move") choices.push(...picture.desk.site.service_points.map((point) => ({ id: point.id, name: point.name, note: text("service_point"), body: { service: point.id }, free: true })));
  const take = (choice) => {
    desk.close();
    desk.steps.take(visit, step, choice.body);
  };
  const byDigit = (event) => {
    const choice = choices[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    take(choice);
  };
  return html`
    <${Dialog} title=${text(`where_${step.replaceAll("-", "_")}`, { ticket: row.ticket ?? text("no_ticket") })} onClose=${() => desk.close()}>
      <ol class="choices" onKeyDown=${byDigit}>
        ${choices.map((choice, at) => html`
          <li key=${choice.id}><button data-first=${at === 0 ? "" : undefined} onClick=${() => take(choice)} onKeyDown=${walk}>
            ${at < 9 && html`<kbd>${at + 1}</kbd>`} <b>${choice.name}</b> <span class="soft">${choice.note}</span></button></li>`)}
      </ol>
      ${choices.length === 0 && html`<p>${text(picture.desk.site.rooms.length === 0 ? "no_rooms" : "no_room_fits")}</p>`}
    <//>
  `;
}

function walk(event) {
  const by = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!by) return;
  event.preventDefault();
  event.currentTarget.parentElement[by]?.querySelector("button").focus();
}
