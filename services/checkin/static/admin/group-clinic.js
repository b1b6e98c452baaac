// The clinic itself: its name, where it is, what it speaks, when it is open.

import { html } from "../preact.js";
import { shell, text } from "../page.js";
import { Amount, Choice, RowButtons, Text, Wrong } from "./fields.js";
import { Week } from "./hours.js";

const ZONES = Intl.supportedValuesOf("timeZone");
const NO_COUNTRY = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"]);

export function ClinicItself({ form }) {
  return html`
    <div class="form">
      <${Text} form=${form} path="name" label=${text("field_name")} hint=${text("name_hint")} maxlength="60" autocomplete="off" required />
      <${Text} form=${form} path="timezone" label=${text("field_timezone")} hint=${text("timezone_hint")} list="zones" autocomplete="off" spellcheck="false" required dir="ltr" />
      <datalist id="zones">${ZONES.map((zone) => html`<option key=${zone} value=${zone} />`)}</datalist>
      <${Choice} form=${form} path="phone_region" label=${text("field_phone_region")} hint=${text("phone_region_hint")} options=${regions(form.at("phone_region"))} />
      ${form.at("clock") === "log" && html`<p class="soft">${text("clock_log")}</p>`}
    </div>
  `;
}

let known = null;

// Every country by its name in the language of the page; what stands there already is among them in any case.
function regions(chosen) {
  if (known === null) {
    const names = new Intl.DisplayNames([shell.language], { type: "region", fallback: "none" });
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => !NO_COUNTRY.has(code) && names.of(code));
    known = codes.map((code) => [code, `${names.of(code)} (${code})`]).sort(([, one], [, other]) => one.localeCompare(other, shell.language));
  }
  return known.some(([code]) => code === chosen) ? known : [[chosen, chosen], ...known];
}

export function Languages({ form }) {
  const chosen = form.at("languages");
  const left = shell.languages.filter((language) => !chosen.includes(language));
  return html`
    <p class="hint">${text("languages_hint")}</p>
    <${Wrong} form=${form} path="languages" />
    <ol class="things">
      ${chosen.map((language, number) => html`
        <li key=${language}><span class="in-list">${number + 1}. ${text(`language_${language}`)}</span>
          <${RowButtons} list=${chosen} number=${number} name=${text(`language_${language}`)} few=${1} change=${(now) => form.set("languages", now)} /></li>`)}
    </ol>
    <p class="buttons">${left.map((language) => html`
      <button key=${language} type="button" onClick=${() => form.set("languages", [...chosen, language])}>${text("add_language", { language: text(`language_${language}`) })}</button>`)}</p>
  `;
}

export function OpeningHours({ form }) {
  return html`
    <p class="hint">${text("hours_hint")}</p>
    <${Week} form=${form} path="hours" none=${text("closed")} />
    ${form.at("hours").length > 0
      ? html`<${Amount} form=${form} path="closing_grace_minutes" label=${text("field_closing_grace_minutes")} hint=${text("closing_grace_hint")} unit=${text("unit_minutes")} />`
      : html`<${Amount} form=${form} path="unclosed_after_hours" label=${text("field_unclosed_after_hours")} hint=${text("unclosed_after_hint")} unit=${text("unit_hours")} />`}
  `;
}
