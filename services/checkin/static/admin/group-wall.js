// What the displays in the waiting rooms show and let hear.

import { html } from "../preact.js";
import { text } from "../page.js";
import { Amount, Choice, Wrong, idOf } from "./fields.js";
import { Week } from "./hours.js";
import { Things } from "./things.js";

const MOST_MESSAGES = 5;

export function Areas({ form }) {
  const queues = Object.keys(form.at("queues")).sort();
  const chosen = (path) => form.at(`${path}.queues`) ?? [];
  const choose = (path, letter, on) => form.set(`${path}.queues`, queues.filter((one) => (one === letter ? on : chosen(path).includes(one))));
  const more = (path, name) => html`
    <fieldset class="letters"><legend>${text("queues_of", { name })}</legend>
      ${queues.map((letter) => html`<label key=${letter}><input type="checkbox" checked=${chosen(path).includes(letter)} onChange=${(event) => choose(path, letter, event.target.checked)} /> ${letter}</label>`)}
      ${chosen(path).length === 0 && html`<span class="soft">${text("all_queues")}</span>`}
    </fieldset>`;
  return html`
    <p class="hint">${text("areas_hint")}</p>
    <${Things} form=${form} kind="areas" fresh=${{ queues: [] }} more=${more} />
    <${Amount} form=${form} path="next_up" label=${text("field_next_up")} hint=${text("next_up_hint")} unit=${text("unit_patients")} />
  `;
}

export function Messages({ form }) {
  const messages = form.at("wall_messages");
  const languages = form.at("languages");
  const add = () => {
    form.set("wall_messages", [...messages, { [languages[0]]: "" }]);
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(idOf(`wall_messages.${messages.length}.${languages[0]}`))?.focus()));
  };
  return html`
    <p class="hint">${text("messages_hint")}</p>
    <${Wrong} form=${form} path="wall_messages" />
    <ol class="things">
      ${messages.map((message, number) => html`
        <li key=${number} class="message">
          ${languages.map((language) => html`<${Words} key=${language} form=${form} number=${number} language=${language} message=${message} />`)}
          <${Wrong} form=${form} path=${`wall_messages.${number}`} />
          <button type="button" class="quiet" onClick=${() => form.set(`wall_messages.${number}`, undefined)}>${text("remove_message", { number: number + 1 })}</button>
        </li>`)}
    </ol>
    ${messages.length < MOST_MESSAGES && html`<p><button type="button" onClick=${add}>${text("add_message")}</button></p>`}
  `;
}

function Words({ form, number, language, message }) {
  const path = `wall_messages.${number}.${language}`;
  const id = idOf(path);
  const wrong = form.wrong.get(path);
  return html`
    <div class="field">
      <label for=${id}>${text("message_in", { number: number + 1, language: text(`language_${language}`) })}</label>
      <textarea id=${id} lang=${language} dir="auto" rows="2" maxlength="160" value=${message[language] ?? ""} aria-invalid=${wrong ? "true" : undefined}
        onInput=${(event) => form.set(path, event.target.value)} />
      ${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
    </div>
  `;
}

export function Sound({ form }) {
  const voices = ["clips", "speech", "off"].map((voice) => [voice, text(`voice_${voice}`)]);
  return html`
    <div class="form">
      <${Choice} form=${form} path="sound.voice" label=${text("sound_voice")} hint=${text("voice_hint")} options=${voices} />
      <${Amount} form=${form} path="sound.repeat" label=${text("sound_repeat")} unit=${text("unit_times")} />
    </div>
    <h4>${text("sound_quiet")}</h4>
    <p class="hint">${text("quiet_hint")}</p>
    <${Week} form=${form} path="sound.quiet" none=${text("never_quiet")} />
  `;
}
