// What belongs to whoever sits here, and the pages beyond this one.

import { html } from "../preact.js";
import { Dialog } from "../kit/dialog.js";
import { Languages } from "../kit/languages.js";
import { text } from "../page.js";

export function Menu({ desk }) {
  const { user } = desk.session;
  const act = (done) => () => {
    desk.close();
    done();
  };
  return html`
    <${Dialog} title=${user.name} onClose=${() => desk.close()}>
      <p class="soft">${text(`role_${user.role}`)}</p>
      <div class="stack">
        <button data-first onClick=${act(() => desk.session.lock())}>${text("lock")} <kbd>L</kbd></button>
        <button onClick=${() => desk.open("back-entry")}>${text("back_entry")}</button>
        <button onClick=${act(() => print())}>${text("print_list")}</button>
        <button onClick=${() => desk.open("keys")}>${text("keys")} <kbd>?</kbd></button>
        <a href=${`/book/${desk.site}`}>${text("the_book")}</a>
        <a href=${`/corridor/${desk.site}`}>${text("corridor")}</a>
        ${["admin", "auditor"].includes(user.role) && html`<a href=${`/admin/${desk.site}`}>${text("administration")}</a>`}
        ${user.role === "desk" && html`<a href=${`/admin/${desk.site}#displays`}>${text("displays")}</a>`}
        <button onClick=${act(() => desk.session.leave())}>${text("sign_out")}</button>
      </div>
      <${Languages} />
    <//>
  `;
}

const KEYS = [
  ["1 – 8", "key_lists"], ["/", "key_search"], ["↑ ↓", "key_move"], ["Enter", "key_next"], ["→", "key_open"], ["N", "key_walk_in"],
  ["Z", "key_undo"], ["A", "key_alerts"], ["L", "key_lock"], ["Esc", "key_close"],
];

export function Keys({ desk }) {
  return html`
    <${Dialog} title=${text("keys")} onClose=${() => desk.close()}>
      <dl class="keys">${KEYS.map(([key, said]) => html`<div key=${said}><dt><kbd>${key}</kbd></dt><dd>${text(said)}</dd></div>`)}</dl>
    <//>
  `;
}
