// The console as it is seen: header, lists, what lies over them.

import { html } from "../preact.js";
import { Cover } from "../kit/cover.js";
import { Stale } from "../kit/stale.js";
import { Toasts } from "../kit/toasts.js";
import { root, text } from "../page.js";
import { Dialogs } from "./dialogs.js";
import { DisplaysBadge, maySeeDisplays } from "./displays.js";
import { Providers } from "./providers.js";
import { Rooms } from "./rooms.js";
import { VisitList } from "./list.js";
import { placeName, staffAlerts, TABS } from "../kit/model.js";

const SAYS_ITSELF = new Set(["visit", "alerts"]); // dialogs in which steps are taken: what lies beneath can't be reached

export function App({ desk, picture }) {
  const open = desk.session.state === "open";
  return html`
    ${open && html`<${Header} desk=${desk} picture=${picture} />`}
    ${open && html`<${Stale} live=${desk.live}>
      ${picture && html`<button onClick=${() => print()}>${text("print_downtime")}</button>`}<//>`}
    <main id="main" inert=${!open} hidden=${!open}>
      ${picture ? html`<${Lists} desk=${desk} picture=${picture} />` : html`<p class="waiting-for">${text(desk.live.barred ? "refusal_not_allowed" : "loading")}</p>`}
    </main>
    ${!SAYS_ITSELF.has(desk.dialog?.kind) && html`<${Toasts} steps=${desk.steps} />`}
    ${open && picture && html`<${Dialogs} desk=${desk} picture=${picture} />`}
    <${Cover} session=${desk.session} onDone=${() => desk.live.open()} />
  `;
}

function Header({ desk, picture }) {
  const alerts = picture ? staffAlerts(picture.desk) : [];
  const open = alerts.filter((alert) => !alert.acknowledged_ms).length;
  return html`
    <header>
      <h1>${picture?.desk.site.name ?? text("title")}</h1>
      <p class="clock">${picture ? desk.live.time.clock(picture.now) : ""}</p>
      <label class="search">
        <span class="unseen">${text("search")}</span>
        <input id="search" type="search" autocomplete="off" spellcheck=${false} placeholder=${text("search_hint")} value=${desk.typed}
          onInput=${(event) => desk.show({ typed: event.target.value })} />
      </label>
      <button class="main-button" onClick=${() => desk.open("walk-in")}>${text("walk_in")} <kbd>N</kbd></button>
      <button aria-label=${text("alerts_count", { count: open })} class=${open ? "alerting" : ""} onClick=${() => desk.open("alerts")}>
        ${text("alerts")} <b class="count">${open}</b>
      </button>
      ${maySeeDisplays(desk.session) && html`<${DisplaysBadge} desk=${desk} />`}
      <button onClick=${() => desk.open("menu")} aria-haspopup="dialog">${desk.session.user?.name}</button>
    </header>
  `;
}

function Lists({ desk, picture }) {
  const counts = { ...Object.fromEntries(TABS.map((tab) => [tab, picture.tabs[tab].length])), rooms: null, providers: null };
  const typed = desk.typed.trim();
  return html`
    <div class="tabs" role="tablist" aria-label=${text("lists")} onKeyDown=${(event) => turn(event, desk, Object.keys(counts))}>
      ${Object.entries(counts).map(([tab, count], at) => html`
        <button key=${tab} id=${`tab-${tab}`} role="tab" aria-selected=${!typed && desk.tab === tab} tabindex=${desk.tab === tab ? 0 : -1}
          aria-controls="list" onClick=${() => desk.show({ tab, selected: null, typed: "" })}>
          <kbd>${at + 1}</kbd> ${text(`tab_${tab}`)} ${count !== null && html`<b class="count">${count}</b>`}
        </button>`)}
    </div>
    <section id="list" role="tabpanel" aria-labelledby=${typed ? undefined : `tab-${desk.tab}`} aria-label=${typed ? text("found") : undefined}>
      <${Shown} desk=${desk} picture=${picture} typed=${typed} />
    </section>
    ${desk.printing && html`<${DowntimeList} desk=${desk} picture=${picture} />`}
  `;
}

// The arrows go from tab to tab, the other way round where one reads from right to left.
function turn(event, desk, tabs) {
  const back = root.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
  const on = root.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const by = event.key === on ? 1 : event.key === back ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const tab = tabs[(tabs.indexOf(desk.tab) + by + tabs.length) % tabs.length];
  desk.show({ tab, selected: null, typed: "" });
  document.getElementById(`tab-${tab}`)?.focus();
}

function Shown({ desk, picture, typed }) {
  if (!typed && desk.tab === "rooms") return html`<${Rooms} desk=${desk} picture=${picture} />`;
  if (!typed && desk.tab === "providers") return html`<${Providers} desk=${desk} picture=${picture} />`;
  const none = typed ? text("none_found") : text(`none_${desk.tab}`);
  return html`<${VisitList} key=${typed ? "found" : desk.tab} desk=${desk} picture=${picture} visits=${desk.listed(picture)} none=${none} stages=${typed !== ""} />`;
}

// On paper: who is here, and empty columns to go on by hand while the system is away.
function DowntimeList({ desk, picture }) {
  const open = ["waiting", "in_room", "with_provider", "late", "expected"].flatMap((tab) => picture.tabs[tab]);
  const columns = ["ticket", "name", "where", "since"];
  const blank = ["roomed_at", "seen_at", "out_at"];
  const { time } = desk.live;
  return html`
    <section class="downtime" aria-hidden="true">
      <h2>${picture.desk.site.name}: ${text("downtime_title", { time: time.clock(time.asOfMs()) })}</h2>
      <table>
        <thead><tr>${[...columns, ...blank].map((column) => html`<th>${text(`column_${column}`)}</th>`)}</tr></thead>
        <tbody>
          ${open.map((visit) => html`
            <tr>
              <td>${visit.ticket ?? ""}</td>
              <td>${desk.name(visit) ?? ""}</td>
              <td>${text(`stage_${visit.stage}`)} ${visit.room ? placeName(picture.desk, visit.room) : ""}</td>
              <td>${visit.since_ms ? time.clock(visit.since_ms) : visit.scheduled_ms ? time.clock(visit.scheduled_ms) : ""}</td>
              ${blank.map(() => html`<td></td>`)}
            </tr>`)}
        </tbody>
      </table>
    </section>
  `;
}
