// A room that is still held by somebody who has left: say when, and the step goes on.

import { html } from "../preact.js";
import { Dialog, Field } from "../kit/dialog.js";
import { text } from "../page.js";

export function Forgotten({ desk, visit, step, body, offer, words }) {
  const { time } = desk.live;
  const go = (event) => {
    event.preventDefault();
    const leftAt = time.at(new FormData(event.target).get("left_at"));
    desk.close();
    desk.steps.take(visit, step, { ...body, forgotten: { visit: offer.visit, left_at: new Date(leftAt).toISOString() } });
  };
  return html`
    <${Dialog} title=${words} onClose=${() => desk.close()}>
      <form class="form" onSubmit=${go}>
        <${Field} id="left-at" label=${text("forgotten_left_at")}>
          <input id="left-at" name="left_at" type="time" required data-first value=${time.clock(desk.now)} />
        <//>
        <div class="buttons">
          <button class="main-button">${text("forgotten_go_on")}</button>
          <button type="button" onClick=${() => desk.open("place", { visit, step })}>${text("another_room")}</button>
        </div>
      </form>
    <//>
  `;
}
