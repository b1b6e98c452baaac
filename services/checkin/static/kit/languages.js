// The language of this device, kept in a cookie that says nothing else.

import { html } from "../preact.js";
import { shell } from "../page.js";

const NAMES = { en: "English", es: "Español", ar: "العربية" };
const YEAR_SECONDS = 31536000;

export function Languages() {
  const speak = (language) => () => {
    document.cookie = `clinicflow_language=${language}; path=/; max-age=${YEAR_SECONDS}; samesite=strict`;
    location.reload();
  };
  return html`
    <p class="languages">${shell.languages.map((language) => html`
      <button key=${language} lang=${language} class="quiet" aria-pressed=${language === shell.language} onClick=${speak(language)}>${NAMES[language]}</button>`)}
    </p>
  `;
}
