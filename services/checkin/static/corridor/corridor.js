// The corridor: my rooms, one tap each for what happens next in them, and who comes next. No more than that.

import { html, render } from "../preact.js";
import { Cover } from "../kit/cover.js";
import { Dialog } from "../kit/dialog.js";
import { Languages } from "../kit/languages.js";
import { fits, missing, roomList, sorted, timer } from "../kit/model.js";
import { People } from "../kit/people.js";
import { Session } from "../kit/session.js";
import { LiveSite } from "../kit/site.js";
import { Stale } from "../kit/stale.js";
import { Steps } from "../kit/steps.js";
import { Toasts } from "../kit/toasts.js";
import { minutesText } from "../kit/words.js";
import { root, shell, text } from "../page.js";

const TICK_MS = 5000;
const SAME_TAP_MS = 700;
const MINE = `clinicflow-rooms-${shell.site}`;

class Corridor {
  mine = new Set(JSON.parse(localStorage.getItem(MINE) ?? "[]"));
  choosing = false;
  resting = new Set(); // rooms in which a step was taken just now
  #drawing = false;

  constructor(site) {
    this.site = site;
    this.session = new Session({ changed: (change) => this.#sessionChanged(change) });
    this.people = new People(site, { changed: () => this.draw() });
    this.live = new LiveSite(site, { refused: () => (this.live.barred ? this.draw() : this.session.look()) });
    this.steps = new Steps(this);
    this.live.subscribe(() => this.draw());
    setInterval(() => this.draw(), TICK_MS);
    this.session.look();
  }

  get now() {
    return this.live.time.nowMs();
  }

  name(visit) {
    return this.session.mayLookAtNames ? this.people.name(visit.person) : undefined;
  }

  choose(room, chosen) {
    this.mine[chosen ? "add" : "delete"](room);
    localStorage.setItem(MINE, JSON.stringify([...this.mine]));
    this.draw();
  }

  // Takes a step in a room, which then rests: a second tap right after is the same finger's, and by then another step stands under it.
  tap(room, step) {
    if (this.resting.has(room)) return;
    this.resting.add(room);
    setTimeout(() => {
      this.resting.delete(room);
      this.draw();
    }, SAME_TAP_MS);
    step();
  }

  show(change) {
    Object.assign(this, change);
    this.draw();
  }

  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      root.toggleAttribute("data-stale", this.live.stale);
      render(html`<${Page} corridor=${this} />`, document.getElementById("app"));
    });
  }

  #sessionChanged({ another }) {
    if (another) this.people.forget();
    if (this.session.state === "open") this.live.open();
    else this.live.close();
    this.draw();
  }
}

function Page({ corridor }) {
  const { live, session } = corridor;
  const open = session.state === "open";
  const ready = open && live.desk !== null && !live.barred;
  const instead = text(live.barred ? "refusal_not_allowed" : "loading");
  return html`
    ${open && html`<header>
      <h1>${live.desk?.site.name ?? text("title")}</h1>
      ${ready && html`<button onClick=${() => corridor.show({ choosing: true })}>${text("my_rooms")}</button>`}
      <button onClick=${() => session.lock()}>${text("lock")}</button>
    </header>`}
    ${open && html`<${Stale} live=${live} />`}
    <main inert=${!open} hidden=${!open}>${ready ? html`<${Rooms} corridor=${corridor} />` : html`<p class="none">${instead}</p>`}</main>
    <${Toasts} steps=${corridor.steps} />
    ${ready && corridor.choosing && html`<${Choice} corridor=${corridor} />`}
    <${Cover} session=${session} />
  `;
}

function Rooms({ corridor }) {
  const { desk } = corridor.live;
  const visits = corridor.steps.over(desk.visits);
  const all = roomList({ ...desk, visits });
  const mine = all.filter((room) => corridor.mine.has(room.id));
  const rooms = mine.length > 0 ? mine : all;
  const { waiting } = sorted(visits, corridor.now, corridor.live.time.dayBegins());
  if (rooms.length === 0) return html`<p class="none">${text("no_rooms")}</p>`;
  const next = (room) => nextFor(room, waiting.filter((visit) => fits(room.id, visit, desk.site)));
  return html`<ul class="rooms">${rooms.map((room) => html`<${Room} key=${room.id} corridor=${corridor} room=${room} visits=${visits} next=${next(room)} />`)}</ul>`;
}

// Who was called to this room, else the first who was called to none and waits for anybody.
function nextFor(room, waiting) {
  return waiting.find((visit) => visit.called_to === room.id) ?? waiting.find((visit) => !visit.called_ms) ?? null;
}

function Room({ corridor, room, visits, next }) {
  const inside = room.visits.map((visit) => visits[visit.visit]).filter((visit) => visit && visit.room === room.id);
  return html`
    <li class=${`room ${room.word}`}>
      <h2>${room.name}</h2>
      <p class="word">${text(`room_${room.word.replaceAll("-", "_")}`)}</p>
      ${inside.map((visit) => html`<${Inside} key=${visit.visit} corridor=${corridor} room=${room.id} visit=${visit} />`)}
      ${inside.length === 0 && room.word === "cleaning" && html`<${Clean} corridor=${corridor} room=${room} />`}
      ${inside.length === 0 && room.free && next && html`<${Next} corridor=${corridor} room=${room} visit=${next} />`}
    </li>
  `;
}

function Patient({ corridor, visit }) {
  const { kind, seconds, level } = timer(visit, corridor.live.desk.site.limits, corridor.now);
  return html`
    <p class="patient"><b>${visit.ticket ?? text("no_ticket")}</b> ${corridor.name(visit) ?? ""}</p>
    <p class=${`timer ${level}`}>${text(`timer_${kind}`, { time: seconds === null ? text("time_unknown") : minutesText(seconds) })}
      ${level !== "fine" && html` <b>${text(`level_${level}`)}</b>`}</p>
  `;
}

const AFTER = { in_room: ["provider-seen", "left-room"], with_provider: ["left-room"] };

function Inside({ corridor, room, visit }) {
  return html`
    <${Patient} corridor=${corridor} visit=${visit} />
    <div class="taps">${(AFTER[visit.stage] ?? ["left-room"]).map((step, at) => html`
      <button key=${step} class=${at === 0 ? "tap" : "second"} disabled=${visit.pending || corridor.resting.has(room)} onClick=${() => corridor.tap(room, () => corridor.steps.take(visit.visit, step))}>
        ${text(`do_${step.replaceAll("-", "_")}`)}</button>`)}</div>
  `;
}

function Clean({ corridor, room }) {
  const clean = () => corridor.steps.send(`rooms/${room.id}/status`, { status: "ready" }, text("room_said", { room: room.name, what: text("room_ready") }),
    ({ body }) => () => corridor.steps.send(`rooms/${room.id}/undo`, { event: body.event }));
  return html`<div class="taps"><button class="tap" disabled=${corridor.resting.has(room.id)} onClick=${() => corridor.tap(room.id, clean)}>${text("room_do_ready")}</button></div>`;
}

// What the next patient needs, so that it can be brought along.
function Next({ corridor, room, visit }) {
  const { site } = corridor.live.desk;
  const language = visit.language && visit.language !== site.languages[0] ? text(`language_${visit.language}`) : null;
  const needs = [...missing(visit, site).map((item) => item.name), language].filter(Boolean);
  return html`
    <p class="soft">${text("next")}</p>
    <${Patient} corridor=${corridor} visit=${visit} />
    ${needs.length > 0 && html`<p class="lacking">${text("needs", { what: needs.join(", ") })}</p>`}
    <div class="taps"><button class="tap" disabled=${visit.pending || corridor.resting.has(room.id)} onClick=${() => corridor.tap(room.id, () => corridor.steps.take(visit.visit, "room", { room: room.id }))}>
      ${text("is_roomed", { ticket: visit.ticket ?? text("no_ticket") })}</button></div>
  `;
}

function Choice({ corridor }) {
  return html`
    <${Dialog} title=${text("my_rooms")} onClose=${() => corridor.show({ choosing: false })}>
      <p class="hint">${text("my_rooms_hint")}</p>
      <ul class="stack">${roomList(corridor.live.desk).map((room) => html`
        <li key=${room.id}><label class="check"><input type="checkbox" checked=${corridor.mine.has(room.id)}
          onChange=${(event) => corridor.choose(room.id, event.target.checked)} /> ${room.name}</label></li>`)}</ul>
      <${Languages} />
      <button class="main-button" data-first onClick=${() => corridor.show({ choosing: false })}>${text("done")}</button>
    <//>
  `;
}

const corridor = new Corridor(shell.site);
corridor.draw();
