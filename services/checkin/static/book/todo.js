// What is to be done: before visits to come, and after those that are over. Each stays here until it is done.

import { html } from "../preact.js";
import { text } from "../page.js";

const DONE = {
  "follow-up": { step: "follow-up", words: ["done", "declined", "unreachable"], body: (_item, outcome) => ({ outcome }) },
  referral: { step: "refer", words: ["accepted", "done", "declined"], body: (item, state) => ({ referral: item.item, state }) },
};

export function ToDo({ book }) {
  const items = Object.values(book.live.desk.open_items).flatMap((open) => open.items.map((item) => ({ ...item, visit: open.visit, person: item.person ?? open.person })));
  const of = (kind) => items.filter((item) => item.kind === kind).sort((one, other) => (one.due_ms ?? Infinity) - (other.due_ms ?? Infinity));
  return html`
    <div class="todo">
      <${Missing} book=${book} />
      ${["follow-up", "referral", "concern"].map((kind) => html`<${Open} key=${kind} book=${book} kind=${kind} items=${of(kind)} />`)}
    </div>
  `;
}

function Missing({ book }) {
  const visits = book.missing?.visits ?? [];
  const { dates } = book;
  const { checklist } = book.live.desk.site;
  return html`
    <section><h2>${text("todo_missing")} <b class="count">${visits.length}</b></h2>
      ${visits.length === 0 && html`<p class="soft">${text("none_missing")}</p>`}
      <ul>${visits.map((visit) => html`
        <li key=${visit.visit}>
          <p><button class="quiet who" onClick=${() => book.open("visit", { visit: visit.visit })}>${book.name(visit) ?? text("no_name")}</button>
            ${" "}<span class="soft">${dates.short(dates.day(visit.scheduled_ms))} ${dates.clock(visit.scheduled_ms)}</span></p>
          <ul>${visit.items.map((item) => html`<li key=${item.item} class=${item.overdue ? "overdue" : ""}>
            ${checklist.find(({ id }) => id === item.item)?.name ?? item.item}
            ${" "}<span class="soft">${text(item.overdue ? "was_due" : "is_due", { day: dates.short(item.due_on) })}${item.state === "requested" ? ` · ${text("asked_for")}` : ""}</span></li>`)}</ul>
        </li>`)}</ul>
    </section>
  `;
}

function Open({ book, kind, items }) {
  return html`
    <section><h2>${text(`todo_${kind.replaceAll("-", "_")}`)} <b class="count">${items.length}</b></h2>
      ${items.length === 0 && html`<p class="soft">${text(`none_${kind.replaceAll("-", "_")}`)}</p>`}
      <ul>${items.map((item) => html`<${Item} key=${item.item} book=${book} item=${item} />`)}</ul>
    </section>
  `;
}

function Item({ book, item }) {
  const { dates } = book;
  const late = item.due_ms !== undefined && item.due_ms < book.now;
  const how = DONE[item.kind];
  const name = book.name(item) ?? text("no_name");
  return html`
    <li class=${late ? "overdue" : ""}>
      <p><b>${name}</b> <span class="soft">${[
        item.due_ms !== undefined && text(late ? "was_due" : "is_due", { day: dates.short(dates.day(item.due_ms)) }),
        text(`state_${item.state.replaceAll("-", "_")}`),
      ].filter(Boolean).join(" · ")}</span></p>
      ${book.session.mayBook && html`<div class="buttons">
        ${item.kind === "follow-up" && html`<button class="next" onClick=${() => book.open("booking", { person: item.person ? { person: item.person, name } : null })}>${text("do_book")}</button>`}
        ${item.kind === "follow-up" && html`<button onClick=${() => close(book, item, how, "booked")}>${text("state_booked")}</button>`}
        ${how?.words.map((word) => html`<button key=${word} aria-label=${text("state_of", { who: name, state: text(`state_${word}`) })} onClick=${() => close(book, item, how, word)}>${text(`state_${word}`)}</button>`)}
        ${item.kind === "concern" && html`<button class="next" onClick=${() => book.open("concern", { item })}>${text("look_into")}</button>`}
      </div>`}
    </li>
  `;
}

function close(book, item, how, word) {
  book.steps.take(item.visit, how.step, how.body(item, word));
}
