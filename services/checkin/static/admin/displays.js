// The wall displays: which there are, which somebody should look after, one more by its code, and one taken back.

import { html, useRef, useState } from "../preact.js";
import { ask, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { trouble } from "../kit/displays.js";
import { minutesText, refusalText } from "../kit/words.js";
import { text } from "../page.js";
import { useAsked } from "./asked.js";

const EVERY_MS = 15000;

export function Displays({ admin }) {
  const address = `/v1/sites/${admin.site}/screens`;
  const { found, problem, again } = useAsked(address, EVERY_MS);
  const [taking, take] = useState(null);
  const areas = admin.live.desk?.site.areas ?? [];
  return html`
    <${Pair} address=${address} areas=${areas} again=${again} />
    <p class="wrong" role="alert">${problem}</p>
    ${found === null && !problem && html`<p>${text("loading")}</p>`}
    ${found?.screens.length === 0 && html`<p class="none">${text("no_displays")}</p>`}
    <ul class="cards">${(found?.screens ?? []).map((screen) => html`<${Display} key=${screen.screen} screen=${screen} areas=${areas} take=${take} />`)}</ul>
    ${taking && html`<${TakeBack} address=${address} screen=${taking} again=${again} close=${() => take(null)} />`}
  `;
}

const nameOf = (screen) => screen.name ?? text("display_by_link");

function Display({ screen, areas, take }) {
  const wrong = trouble(screen);
  const area = screen.area ? areas.find((one) => one.id === screen.area)?.name ?? screen.area : text("whole_clinic");
  return html`
    <li class=${`card ${wrong ? "needs" : ""}`}>
      <h3>${nameOf(screen)}</h3>
      <p class="soft">${area}</p>
      ${wrong && html`<p class="wrong">${text(`display_${wrong}`)}</p>`}
      <p>${screen.hearing ? text(`hearing_${screen.hearing}`) : text("hearing_unknown")}</p>
      <p class="soft">${screen.seen_seconds === null ? text("never_seen") : text("seen", { time: ago(screen.seen_seconds) })}</p>
      ${screen.name !== null && html`<p><button aria-label=${text("take_back_of", { name: nameOf(screen) })} onClick=${() => take(screen)}>${text("take_back")}</button></p>`}
    </li>
  `;
}

const ago = (seconds) => (seconds < 60 ? text("under_a_minute") : minutesText(seconds));

function Pair({ address, areas, again }) {
  const [wrong, setWrong] = useState(new Map());
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef(null);
  const pair = async (event) => {
    event.preventDefault();
    const { code, name, area } = Object.fromEntries(new FormData(form.current));
    const missing = new Map([["code", code], ["name", name]].filter(([, value]) => value.trim() === "").map(([field]) => [field, text("wrong_missing")]));
    setWrong(missing);
    say("");
    if (missing.size > 0) return;
    setBusy(true);
    try {
      await ask("POST", address, { body: { code: code.trim(), name: name.trim(), area: area || undefined } });
      form.current.reset();
      say(text("paired", { name: name.trim() }));
      await again();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const fields = (refusal.problem.fields ?? []).map((entry) => [entry.field, entry.field === "code" ? text("wrong_code") : entry.problem]);
      setWrong(new Map(fields.length > 0 ? fields : [["code", refusalText(refusal)]]));
    }
    setBusy(false);
  };
  const described = (field, hint) => ({ "aria-invalid": wrong.has(field) ? "true" : undefined, "aria-describedby": [hint && `${field}-hint`, wrong.has(field) && `${field}-wrong`].filter(Boolean).join(" ") || undefined });
  return html`
    <form class="card pair" ref=${form} novalidate onSubmit=${pair}>
      <h3>${text("pair_title")}</h3>
      <p class="hint">${text("pair_how")}</p>
      <div class="columns">
        <${Field} id="code" label=${text("code")} hint=${text("code_hint")} wrong=${wrong.get("code")}>
          <input id="code" name="code" class="code" maxlength="7" autocomplete="off" autocapitalize="characters" spellcheck="false" dir="ltr" required ...${described("code", true)} /><//>
        <${Field} id="name" label=${text("display_name")} hint=${text("display_name_hint")} wrong=${wrong.get("name")}>
          <input id="name" name="name" maxlength="60" autocomplete="off" required ...${described("name", true)} /><//>
        ${areas.length > 0 && html`<${Field} id="area" label=${text("display_area")} wrong=${wrong.get("area")}>
          <select id="area" name="area"><option value="">${text("whole_clinic")}</option>${areas.map((area) => html`<option key=${area.id} value=${area.id}>${area.name}</option>`)}</select><//>`}
      </div>
      <div class="buttons"><button class="main-button" disabled=${busy}>${text("pair")}</button><p role="status">${busy ? text("pairing") : said}</p></div>
    </form>
  `;
}

function TakeBack({ address, screen, again, close }) {
  const [problem, setProblem] = useState("");
  const take = async () => {
    try {
      await ask("POST", `${address}/${screen.screen}/revoke`);
      close();
      await again();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setProblem(refusalText(refusal));
    }
  };
  return html`
    <${Dialog} title=${text("take_back_of", { name: nameOf(screen) })} onClose=${close}>
      <p>${text("take_back_hint")}</p>
      <p class="wrong" role="alert">${problem}</p>
      <div class="buttons"><button class="main-button" data-first onClick=${take}>${text("take_back")}</button><button onClick=${close}>${text("cancel")}</button></div>
    <//>
  `;
}
