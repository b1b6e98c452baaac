// A concern: who raised it, what it is, and by when somebody answers. Its words are kept encrypted with whoever raised it.

import { html, useRef, useState } from "../preact.js";
import { newKey, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";
import { InOrder } from "./in-order.js";
import { canBeName, useWho, Who } from "./who.js";

const NOON = "12:00";
const CHANNELS = ["desk", "phone", "text"];

// `visit`: which it is about, if it is about one.
export function Concern({ desk, picture, visit }) {
  const row = visit && picture.visits[visit];
  const who = useWho(desk, row?.person ? { person: row.person, name: desk.name(row) ?? text("this_patient") } : null);
  const concern = useRef(newKey());
  const errand = useRef(null);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  errand.current ??= new InOrder(desk.site);

  async function record(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    if (!who.chosen && (said.name.trim() === "" || !canBeName(said.name))) return setWrong(text("who_raised_it_first"));
    const here = desk.dialog;
    setBusy(true);
    setWrong("");
    try {
      const { raised } = await errand.current.send(jobs(await who.person(said), said));
      desk.leave(here);
      tell(raised);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusal.code === "possible-duplicate" ? "" : refusalText(refusal));
      setBusy(false);
    }
    return undefined;
  }

  // First the words, so that no concern is without them.
  function jobs(person, said) {
    const due = said.due ? new Date(desk.dates.at(said.due, NOON)).toISOString() : undefined;
    const body = { concern: concern.current, state: "open", due_at: due, person, owner: desk.session.user.subject, channel: said.channel };
    return [
      { name: "words", path: `people/${person}`, body: { notes: { [concern.current]: said.what.trim() } }, method: "PUT" },
      { name: "raised", path: visit ? `visits/${visit}/concern` : "concerns", body },
    ];
  }

  function tell({ status, body }) {
    const what = text("concern_recorded");
    const undo = status === 201 && body.visit ? () => desk.steps.undo(body.visit, body.event) : null;
    desk.steps.toast({ words: status === 202 ? text("kept", { what }) : what, undo });
  }

  return html`
    <${Dialog} title=${text("record_concern")} onClose=${() => desk.leave()}>
      <form class="form" onSubmit=${record}>
        <${Who} desk=${desk} site=${picture.desk.site} who=${who} label=${text("who_raised_it")} hint=${text("who_hint")} />
        <${Field} id="what" label=${text("what_concern")} hint=${text("kept_encrypted")}>
          <textarea id="what" name="what" rows="4" maxlength="2000" required data-next data-first=${who.chosen ? "" : undefined} aria-describedby="what-hint"></textarea>
        <//>
        <fieldset><legend>${text("how_raised")}</legend>
          ${CHANNELS.map((channel, at) => html`<label key=${channel}><input type="radio" name="channel" value=${channel} defaultChecked=${at === 0} /> ${text(`channel_${channel}`)}</label>`)}
        </fieldset>
        <${Field} id="due" label=${text("answer_by")}>
          <input id="due" name="due" type="date" min=${desk.dates.day(desk.now)} />
        <//>
        <p class="wrong" role="alert">${wrong}</p>
        <button class="main-button" disabled=${busy}>${text("record_it")}</button>
      </form>
    <//>
  `;
}
