// The book as it is seen: which days, the days themselves, what lies over them.

import { html } from "../preact.js";
import { Cover } from "../kit/cover.js";
import { Stale } from "../kit/stale.js";
import { Toasts } from "../kit/toasts.js";
import { text } from "../page.js";
import { Dialogs } from "./dialogs.js";
import { Grid } from "./grid.js";
import { List } from "./list.js";
import { ToDo } from "./todo.js";

export const VIEWS = ["day", "week", "list", "todo"];

export function App({ book }) {
  const { live, session } = book;
  const open = session.state === "open";
  const ready = open && live.desk !== null && live.time.known && !live.barred && book.read !== null;
  return html`
    ${open && html`<${Header} book=${book} ready=${ready} />`}
    ${open && html`<${Stale} live=${live} />`}
    <main id="main" inert=${!open} hidden=${!open}>
      ${book.wrong && html`<p class="wrong" role="alert">${book.wrong}</p>`}
      ${ready ? html`<${Shown} book=${book} />` : html`<p class="none">${text(live.barred ? "refusal_not_allowed" : "loading")}</p>`}
    </main>
    ${book.dialog === null && html`<${Toasts} steps=${book.steps} />`}
    ${ready && html`<${Dialogs} book=${book} />`}
    <${Cover} session=${session} />
  `;
}

function Header({ book, ready }) {
  const { session } = book;
  return html`
    <header>
      <h1>${book.live.desk?.site.name ?? text("title")}</h1>
      <nav class="views" aria-label=${text("views")}>${VIEWS.map((view) => html`
        <button key=${view} aria-pressed=${book.view === view} onClick=${() => book.turnTo(view)}>${text(`view_${view}`)}</button>`)}</nav>
      ${session.mayBook && ready && html`<button class="main-button" onClick=${() => book.open("booking")}>${text("new_booking")} <kbd>N</kbd></button>`}
      ${session.mayBook && ready && html`<button onClick=${() => book.open("absence")}>${text("absence")}</button>`}
      ${session.mayBook && ready && html`<button onClick=${() => book.open("files")}>${text("files")}</button>`}
      <a class="button" href=${`/desk/${book.site}`}>${text("to_desk")}</a>
      <button onClick=${() => session.lock()}>${text("lock")}</button>
    </header>
  `;
}

function Shown({ book }) {
  if (book.view === "todo") return html`<${ToDo} book=${book} />`;
  const { dates } = book;
  const by = book.view === "week" ? 7 : 1;
  const { from, days } = book.span;
  const title = days === 1 ? dates.long(from) : `${dates.short(from)} – ${dates.short(dates.plus(from, 6))}`;
  return html`
    <div class="days">
      <button aria-label=${text("earlier")} onClick=${() => book.show({ day: dates.plus(book.day, -by) })}><span class="turn" aria-hidden="true">‹</span></button>
      <button aria-label=${text("later")} onClick=${() => book.show({ day: dates.plus(book.day, by) })}><span class="turn" aria-hidden="true">›</span></button>
      <button onClick=${() => book.show({ day: book.today })}>${text("today")}</button>
      <h2 aria-live="polite">${title}</h2>
      <label><span class="unseen">${text("go_to_day")}</span><input type="date" value=${book.day} onChange=${(event) => event.target.value && book.show({ day: event.target.value })} /></label>
      ${book.view === "week" && html`
        <label><span class="unseen">${text("whose_week")}</span><select value=${book.provider ?? ""} onChange=${(event) => book.show({ provider: event.target.value || null })}>
          ${book.live.desk.site.providers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
          <option value="">${text("any_provider")}</option></select></label>`}
    </div>
    ${book.view === "list" ? html`<${List} book=${book} />` : html`<${Grid} book=${book} />`}
  `;
}
