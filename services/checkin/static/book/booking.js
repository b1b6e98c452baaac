// A new booking, or a new time for one: who, what for, with whom; then a free time, or one that somebody names.

import { html, useEffect, useRef, useState } from "../preact.js";
import { ask, get, newKey, Refusal } from "../kit/api.js";
import { ChoosePatient, register } from "../kit/choose-patient.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

const AGAINST = new Set(["slot-held", "outside-hours", "provider-away", "room-unfit", "room-needed"]); // what a reason overrides
const REASONS = ["urgent", "fits-in", "patient-asked", "clinician-decides"];
const OFFERED = 12;

// `visit`: the booking that is given a new time. `person`: for whom, where that is known.
export function Booking({ book, visit = null, person = null }) {
  const { site } = book.live.desk;
  const row = visit && book.visit(visit);
  const keys = useRef({ person: newKey(), visit: newKey() });
  const [chosen, choose] = useState(person);
  const [same, setSame] = useState([]); // whom a new person could be
  const [wish, setWish] = useState({ visit_type: row?.visit_type ?? "", provider: row?.provider ?? "", from: book.day ?? book.today });
  const [slots, setSlots] = useState(null);
  const [when, setWhen] = useState({ slot: null, time: "", later: "" });
  const [wrong, setWrong] = useState(null); // { words, code }
  const [busy, setBusy] = useState(false);
  const kind = site.visit_types.find(({ code }) => code === wish.visit_type);

  useEffect(() => {
    let current = true;
    const query = new URLSearchParams({ from: wish.from, days: 42, limit: OFFERED, ...(wish.visit_type && { visit_type: wish.visit_type }), ...(wish.provider && { provider: wish.provider }) });
    if (!kind && row) query.set("minutes", row.minutes);
    get(`/v1/sites/${book.site}/book/free?${query}`)
      .then((said) => current && (setSlots(said.slots), setWhen((before) => ({ ...before, slot: said.slots[0] ?? null }))))
      .catch((refusal) => current && refusal instanceof Refusal && setWrong({ words: refusalText(refusal) }));
    return () => { current = false; };
  }, [wish.visit_type, wish.provider, wish.from]);

  async function save(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    setBusy(true);
    setWrong(null);
    try {
      const who = row ? undefined : chosen?.person ?? (await somebody(said));
      await send(who, said);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (!refusal.mayWork) keys.current = { ...keys.current, visit: newKey() };
      if (refusal.code === "possible-duplicate") setSame(refusal.problem.matches ?? []);
      setWrong({ words: refusalText(refusal), code: refusal.code });
    }
    setBusy(false);
  }

  async function somebody(said) {
    const { name, phone, born } = said;
    const person = await register(book.site, { name: name.trim(), phone: phone.trim(), born, new: same.length > 0 || undefined }, keys.current.person);
    book.people.put(person, { person, name: name.trim() });
    return person;
  }

  async function send(who, said) {
    const typed = when.time !== "";
    const body = {
      person: who, visit_type: wish.visit_type || undefined, provider: (typed ? wish.provider : when.slot?.provider) || undefined,
      room: said.room || (typed ? undefined : when.slot?.room ?? undefined), override: said.override || undefined,
      ...(typed ? { local: `${wish.from}T${when.time}`, ...(when.later && { later: when.later === "later" }) } : { scheduled_at: new Date(when.slot.scheduled_at_ms).toISOString() }),
    };
    const path = visit ? `visits/${visit}/reschedule` : "visits";
    const answer = await ask("POST", `/v1/sites/${book.site}/${path}`, { body, key: keys.current.visit });
    const { event: step, visit: made } = answer.body;
    book.close();
    book.steps.toast({ words: text(answer.status === 202 ? "kept_booking" : "booked"), undo: answer.status === 201 ? () => book.steps.undo(made ?? visit, step) : null });
    book.show({ day: wish.from });
    book.load();
  }

  return html`
    <${Dialog} title=${text(visit ? "new_time" : "new_booking")} onClose=${() => book.close()} wide=${true}>
      <form class="form two" onSubmit=${save}>
        <div class="form">
          ${!row && html`<${ChoosePatient} site=${book.site} chosen=${chosen} choose=${choose} />`}
          ${!row && !chosen && html`
            <${Field} id="phone" label=${text("phone")}><input id="phone" name="phone" type="tel" maxlength="40" autocomplete="off" /><//>
            <${Field} id="born" label=${text("born")}><input id="born" name="born" type="date" /><//>`}
          ${row && html`<p><b>${book.name(row) ?? row.ticket ?? text("no_name")}</b></p>`}
          ${same.length > 0 && !chosen && html`<fieldset><legend>${text("same_person")}</legend>
            ${same.map((one) => html`<p key=${one.person}><button type="button" onClick=${() => (choose({ ...one, name: text("this_person") }), setSame([]), setWrong(null))}>${[one.born, one.phone_ends && `…${one.phone_ends}`].filter(Boolean).join(" · ") || text("this_person")}</button></p>`)}
            <p class="hint">${text("somebody_else")}</p></fieldset>`}
          ${site.visit_types.length > 0 && html`
            <${Field} id="visit-type" label=${text("visit_type")}>
              <select id="visit-type" value=${wish.visit_type} onChange=${(event) => setWish({ ...wish, visit_type: event.target.value })}>
                <option value="">${text("no_type")}</option>
                ${site.visit_types.map((one) => html`<option key=${one.code} value=${one.code}>${text("type_takes", { type: one.name, minutes: one.minutes })}</option>`)}
              </select>
            <//>`}
          <${Field} id="provider" label=${text("provider")}>
            <select id="provider" value=${wish.provider} onChange=${(event) => setWish({ ...wish, provider: event.target.value })}>
              <option value="">${text("any_provider")}</option>
              ${site.providers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
            </select>
          <//>
          <${Field} id="from" label=${text("from_day")}>
            <input id="from" type="date" required value=${wish.from} onChange=${(event) => event.target.value && setWish({ ...wish, from: event.target.value })} />
          <//>
        </div>
        <div class="form">
          <${Slots} book=${book} slots=${slots} when=${when} setWhen=${setWhen} />
          <${Field} id="time" label=${text("other_time")} hint=${text("other_time_hint")}>
            <input id="time" type="time" value=${when.time} aria-describedby="time-hint" onInput=${(event) => setWhen({ ...when, time: event.target.value })} />
          <//>
          ${when.time !== "" && kind?.room_is_booked && html`<${Field} id="room" label=${text("room")}>
            <select id="room" name="room">${site.rooms.filter((room) => kind.equipment.every((one) => room.equipment.includes(one))).map((room) => html`<option key=${room.id} value=${room.id}>${room.name}</option>`)}</select><//>`}
          ${wrong?.words && html`<p class="wrong" role="alert">${wrong.words}</p>`}
          ${wrong?.code === "invalid" && when.time !== "" && html`<fieldset><legend>${text("clock_twice")}</legend>
            ${["earlier", "later"].map((which) => html`<label key=${which}><input type="radio" name="later" value=${which} checked=${when.later === which} onChange=${() => setWhen({ ...when, later: which })} /> ${text(`clock_${which}`)}</label>`)}</fieldset>`}
          ${AGAINST.has(wrong?.code) && html`<${Field} id="override" label=${text("all_the_same")}>
            <select id="override" name="override"><option value="">–</option>${REASONS.map((reason) => html`<option key=${reason} value=${reason}>${text(`reason_${reason.replaceAll("-", "_")}`)}</option>`)}</select><//>`}
          <button class="main-button" disabled=${busy || (when.time === "" && !when.slot)}>${text("do_book")}</button>
        </div>
      </form>
    <//>
  `;
}

function Slots({ book, slots, when, setWhen }) {
  const { dates } = book;
  if (slots === null) return html`<p>${text("loading")}</p>`;
  if (slots.length === 0) return html`<p class="lacking">${text("nothing_free")}</p>`;
  const { providers } = book.live.desk.site;
  return html`
    <fieldset class="slots" disabled=${when.time !== ""}><legend>${text("free_times")}</legend>
      ${slots.map((slot) => {
        const day = dates.day(slot.scheduled_at_ms);
        const id = `${slot.scheduled_at_ms} ${slot.provider}`;
        const mine = when.slot && `${when.slot.scheduled_at_ms} ${when.slot.provider}` === id;
        return html`<label key=${id}><input type="radio" name="slot" value=${id} checked=${mine} onChange=${() => setWhen({ ...when, slot })} />
          <b>${dates.short(day)} ${slot.local.slice(11)}</b> <span class="soft">${providers.find((one) => one.id === slot.provider)?.name}</span></label>`;
      })}
    </fieldset>
  `;
}
