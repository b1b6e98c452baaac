// What the billing system could not be told: of which visit, why, when it is tried again, and a way to have it tried at once.

import { html, useState } from "../preact.js";
import { ask, Refusal } from "../kit/api.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";
import { useAsked } from "./asked.js";

const EVERY_MS = 5000;
const STATES = ["failed", "pending"];

export function Billing({ admin }) {
  return html`<p class="hint">${text("billing_hint")}</p>${STATES.map((state) => html`<${Deliveries} key=${state} admin=${admin} state=${state} />`)}`;
}

function Deliveries({ admin, state }) {
  const { found, problem, again } = useAsked(`/v1/sites/${admin.site}/deliveries?state=${state}`, EVERY_MS);
  return html`
    <section aria-labelledby=${`billing-${state}`}>
      <h3 id=${`billing-${state}`}>${text(`billing_${state}`)}</h3>
      <p class="wrong" role="alert">${problem}</p>
      ${found === null && !problem && html`<p>${text("loading")}</p>`}
      ${found?.deliveries.length === 0 && html`<p class="none">${text(`none_${state}`)}</p>`}
      ${found && !found.complete && html`<p class="soft">${text("more_deliveries")}</p>`}
      <ul class="stack">${(found?.deliveries ?? []).map((one) => html`<${Delivery} key=${one.delivery} admin=${admin} delivery=${one} again=${again} />`)}</ul>
    </section>
  `;
}

function Delivery({ admin, delivery, again }) {
  const { visit, kind, problem, status, attempts, attempted_at: tried, next_attempt_at: next } = delivery;
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const ticket = admin.live.desk?.visits[visit]?.ticket ?? visit.slice(0, 8);
  const retry = async () => {
    setBusy(true);
    setWrong("");
    try {
      await ask("POST", `/v1/sites/${admin.site}/deliveries/${visit}/retry`);
      setAsked(true);
      await again();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
    }
    setBusy(false);
  };
  const when = [tried && text("tried_at", { time: admin.when(tried), number: attempts }), next && text("again_at", { time: admin.when(next) })];
  return html`
    <li class="aside-line">
      <p><b class="ticket">${ticket}</b> <b>${text(`delivery_${kind}`)}</b> <span class="soft">${admin.when(delivery.completed_at)}</span></p>
      ${problem && html`<p>${shell.texts[`billing_${problem.replaceAll("-", "_")}`] ?? `${delivery.means} ${delivery.remedy}`}${status ? html` <span class="soft">(${status})</span>` : ""}</p>`}
      <p class="soft">${when.filter(Boolean).join(" · ")}</p>
      <p role="status">${busy ? text("trying") : asked && text("asked_again")}</p>
      <p class="wrong" role="alert">${wrong}</p>
      <div class="buttons"><button disabled=${busy || asked} aria-label=${text("try_again_of", { what: text(`delivery_${kind}`), letter: ticket })} onClick=${retry}>${text("try_again")}</button>
        <a class="button" href=${`/desk/${admin.site}#visit=${encodeURIComponent(visit)}`} aria-label=${text("open_at_desk_of", { ticket })}>${text("open_at_desk")}</a></div>
    </li>
  `;
}
