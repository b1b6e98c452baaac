// The book as a file, and from one: what is wrong with a file is seen before anything of it is booked.

import { html, useState } from "../preact.js";
import { ask, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

const KINDS = { csv: "text/csv", ics: "text/calendar" };
const DAYS = 28;
const SHOWN = 100; // so many rows are listed; who has more to mend begins with these
const COUNTS = ["booked", "already", "repeated", "kept", "failed"];

export function Files({ book }) {
  return html`
    <${Dialog} title=${text("files")} onClose=${() => book.close()} wide=${true}>
      <div class="two">
        <${GiveOut} book=${book} />
        <${TakeIn} book=${book} />
      </div>
    <//>
  `;
}

function GiveOut({ book }) {
  const [from, setFrom] = useState(book.day);
  const path = (kind) => `/v1/sites/${book.site}/book.${kind}?from=${from}&days=${DAYS}`;
  return html`
    <section class="form"><h3>${text("give_out")}</h3>
      <p class="hint">${text("give_out_hint")}</p>
      <${Field} id="files-from" label=${text("first_day")} hint=${text("weeks_from")}>
        <input id="files-from" type="date" data-first value=${from} aria-describedby="files-from-hint" onInput=${(event) => event.target.value && setFrom(event.target.value)} /><//>
      <div class="buttons">${Object.keys(KINDS).map((kind) => html`<a key=${kind} class="button" download href=${path(kind)}>${text(`as_${kind}`)}</a>`)}</div>
    </section>
  `;
}

function TakeIn({ book }) {
  const { site } = book.live.desk;
  const [file, setFile] = useState(null);
  const [provider, setProvider] = useState("");
  const [answer, setAnswer] = useState(null); // what became of the file, or would
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const kind = file && KINDS[file.name.split(".").pop().toLowerCase()];

  const change = (set) => (value) => (set(value), setAnswer(null), setWrong(""));
  // Chosen again, a file that was mended under the same name is another one.
  const choose = (field) => {
    field.value = "";
    change(setFile)(null);
  };
  async function send(event) {
    event.preventDefault();
    const dry = answer === null;
    const asked = new URLSearchParams({ dry, ...(provider && { provider }) });
    setBusy(true);
    setWrong("");
    try {
      if (!kind) return setWrong(text("refusal_unknown_file"));
      setAnswer((await ask("POST", `/v1/sites/${book.site}/book/import?${asked}`, { file: new Blob([file], { type: kind }) })).body);
      if (!dry) book.load();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
    } finally {
      setBusy(false);
    }
    return undefined;
  }

  const done = answer !== null && !answer.dry;
  const next = answer ? text("book_rows", { number: answer.booked }) : text("check_file");
  return html`
    <form class="form" onSubmit=${send}><h3>${text("take_in")}</h3>
      <p class="hint">${text("take_in_hint")}</p>
      <${Field} id="file" label=${text("file")}>
        <input id="file" type="file" required accept=".csv,.ics,text/csv,text/calendar" onClick=${(event) => choose(event.target)} onChange=${(event) => change(setFile)(event.target.files[0] ?? null)} /><//>
      <${Field} id="file-provider" label=${text("provider")} hint=${text("file_provider_hint")}>
        <select id="file-provider" value=${provider} aria-describedby="file-provider-hint" required=${kind === KINDS.ics && site.providers.length > 0} onChange=${(event) => change(setProvider)(event.target.value)}>
          <option value="">${text("as_the_file_says")}</option>
          ${site.providers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select><//>
      <p class="wrong" role="alert">${wrong}</p>
      <div role="status">${busy ? text("reading_file") : answer && html`<${Became} answer=${answer} />`}</div>
      ${!done && answer?.booked !== 0 && html`<button class="main-button" disabled=${busy}>${next}</button>`}
      ${answer && html`<${Rows} answer=${answer} />`}
    </form>
  `;
}

function Became({ answer }) {
  const counts = COUNTS.filter((count) => answer[count] > 0).map((count) => text(`rows_${answer.dry && count === "booked" ? "good" : count}`, { number: answer[count] }));
  return html`<p><b>${text(answer.dry ? "file_checked" : "file_taken")}</b> ${counts.length > 0 ? counts.join(" · ") : text("file_empty")}</p>`;
}

// The reasons are the API's own, which speaks English.
function Rows({ answer }) {
  const rows = [...answer.not_taken.map((one) => ({ ...one, words: one.reason, bad: true })), ...answer.notes.map((one) => ({ ...one, words: one.note }))];
  if (rows.length === 0) return null;
  return html`
    <div class="scroll rows"><table>
      <thead><tr>${["row", "field", "why"].map((column) => html`<th key=${column} scope="col">${text(`column_${column}`)}</th>`)}</tr></thead>
      <tbody>${rows.slice(0, SHOWN).map((row, at) => html`
        <tr key=${at} class=${row.bad ? "lacking" : ""}><th scope="row">${row.row}</th><td><bdi>${row.field}</bdi></td><td lang="en" dir="ltr">${row.words}</td></tr>`)}</tbody>
    </table></div>
    ${rows.length > SHOWN && html`<p class="soft">${text("more_rows", { number: rows.length - SHOWN })}</p>`}
  `;
}
