// What was written on paper while the system was away, entered by keyboard: one row a step, with the time it happened.
// Every row keeps its key, so that sending the grid again counts nothing twice.

import { html, useRef, useState } from "../preact.js";
import { ask, newKey, Refusal } from "../kit/api.js";
import { Dialog } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";
import { matches } from "../kit/model.js";

const STEPS = ["walk-in", "check-in", "call", "room", "provider-seen", "left-room", "check-out", "left"];
const WITH_ROOM = new Set(["room", "call"]);
const blank = () => ({ id: newKey(), who: "", step: "check-in", time: "", room: "", state: "new", said: "" });

export function BackEntry({ desk, picture }) {
  const [rows, setRows] = useState([blank(), blank(), blank()]);
  const [busy, setBusy] = useState(false);
  const grid = useRef(null);
  const { time } = desk.live;

  const change = (at, part) => {
    const now = rows.map((row, index) => (index === at ? { ...row, ...part, state: row.state === "done" ? "done" : "new", said: "" } : row));
    if (at === rows.length - 1) now.push(blank());
    setRows(now);
  };

  async function send() {
    setBusy(true);
    const now = [...rows];
    const made = new Map(now.filter((row) => row.visit && row.step === "walk-in").map((row) => [row.who.trim().toLowerCase(), row.visit]));
    for (const [at, row] of now.entries()) {
      if (row.state === "done" || (row.who.trim() === "" && row.time === "")) continue;
      now[at] = { ...row, ...(await enter(row, made)) };
      setRows([...now]);
    }
    setBusy(false);
  }

  async function enter(row, made) {
    const wrong = row.who.trim() === "" ? "back_entry_who" : !/^\d\d:\d\d$/.test(row.time) ? "back_entry_time" : null;
    if (wrong) return { state: "wrong", said: text(wrong) };
    const happened = time.at(row.time);
    if (happened > desk.now) return { state: "wrong", said: text("back_entry_future") };
    const body = { happened_at: new Date(happened).toISOString(), room: WITH_ROOM.has(row.step) && row.room ? row.room : undefined };
    try {
      if (row.step === "walk-in") return await enterWalkIn(row, body, made);
      const visit = made.get(row.who.trim().toLowerCase()) ?? find(row.who);
      if (!visit) return { state: "wrong", said: text("back_entry_unknown") };
      await ask("POST", `/v1/sites/${desk.site}/visits/${visit}/${row.step}`, { body, key: row.id });
      return { state: "done", said: text("recorded") };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return { state: "wrong", said: refusalText(refusal) };
    }
  }

  async function enterWalkIn(row, body, made) {
    const person = await ask("POST", `/v1/sites/${desk.site}/people`, { body: { name: row.who.trim() }, key: `${row.id}-person` });
    const answer = await ask("POST", `/v1/sites/${desk.site}/check-ins`, { body: { ...body, person: person.body.person }, key: row.id });
    made.set(row.who.trim().toLowerCase(), answer.body.visit);
    return { state: "done", said: text("recorded_as", { ticket: answer.body.ticket ?? "…" }), visit: answer.body.visit };
  }

  // One visit, and only one, must fit: by its whole ticket, or by the name.
  function find(who) {
    const visits = Object.values(picture.desk.visits);
    const byTicket = visits.filter((visit) => visit.ticket?.toLowerCase() === who.trim().toLowerCase());
    const found = byTicket.length > 0 ? byTicket : visits.filter((visit) => matches(visit, desk.name(visit), who));
    return found.length === 1 ? found[0].visit : null;
  }

  const done = rows.filter((row) => row.state === "done").length;
  return html`
    <${Dialog} title=${text("back_entry")} onClose=${() => desk.close()} wide=${true}>
      <p class="hint">${text("back_entry_hint")}</p>
      <div class="scroll"><table class="grid" ref=${grid} onKeyDown=${(event) => walk(event, grid.current)}>
        <thead><tr>${["who", "step", "time", "room", "result"].map((column) => html`<th key=${column} scope="col">${text(`back_entry_column_${column}`)}</th>`)}</tr></thead>
        <tbody>${rows.map((row, at) => html`
          <tr key=${row.id} class=${row.state}>
            <td><input aria-label=${text("back_entry_column_who")} data-first=${at === 0 ? "" : undefined} value=${row.who} disabled=${row.state === "done"}
              onInput=${(event) => change(at, { who: event.target.value })} /></td>
            <td><select aria-label=${text("back_entry_column_step")} value=${row.step} disabled=${row.state === "done"} onChange=${(event) => change(at, { step: event.target.value })}>
              ${STEPS.map((step) => html`<option key=${step} value=${step}>${text(`do_${step.replaceAll("-", "_")}`)}</option>`)}</select></td>
            <td><input class="time" aria-label=${text("back_entry_column_time")} inputmode="numeric" placeholder="09:05" value=${row.time} disabled=${row.state === "done"}
              onInput=${(event) => change(at, { time: asTime(event.target.value) })} /></td>
            <td><select aria-label=${text("back_entry_column_room")} value=${row.room} disabled=${row.state === "done" || !WITH_ROOM.has(row.step)} onChange=${(event) => change(at, { room: event.target.value })}>
              <option value=""></option>
              ${picture.desk.site.rooms.map((room) => html`<option key=${room.id} value=${room.id}>${room.name}</option>`)}</select></td>
            <td class="result">${row.said}</td>
          </tr>`)}</tbody>
      </table></div>
      <div class="buttons">
        <button class="main-button" disabled=${busy} onClick=${send}>${text("back_entry_send")}</button>
        <p role="status">${text("back_entry_done", { count: done })}</p>
      </div>
    <//>
  `;
}

// 905 and 0905 are 09:05.
function asTime(typed) {
  const digits = typed.replace(/[^\d]/g, "");
  if (typed.includes(":")) return typed;
  if (digits.length === 4) return `${digits.slice(0, 2)}:${digits.slice(2)}`;
  return typed;
}

// Enter goes to the row below, in its first field; so the grid is filled like a list on paper.
function walk(event, grid) {
  if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
  event.preventDefault();
  const rows = [...grid.tBodies[0].rows];
  const at = rows.indexOf(event.target.closest("tr"));
  rows[Math.min(at + 1, rows.length - 1)].querySelector("input:not(:disabled)")?.focus();
}
