// The clinic's settings: one form, part by part, saved as a whole.

import { html, useEffect, useState } from "../preact.js";
import { Dialog } from "../kit/dialog.js";
import { text } from "../page.js";
import { Changes, Conflicts } from "./changes.js";
import { inUse } from "./in-use.js";
import { GROUPS } from "./groups.js";

export function Settings({ admin }) {
  const { form } = admin;
  const [asking, ask] = useState(null); // what is in use and would be taken away
  useEffect(() => {
    if (form.base === null) form.load();
  }, []);
  if (form.base === null) return html`<p class="wrong" role="alert">${form.problem}</p>${!form.problem && html`<p>${text("loading")}</p>`}`;
  const save = async () => {
    ask(null);
    await form.save();
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector("[aria-invalid=true], [data-wrong]")?.focus()));
  };
  const submitted = (event) => {
    event.preventDefault();
    const used = inUse(form, admin.live.desk);
    if (used.length > 0) ask(used);
    else save();
  };
  return html`
    <div class="settings">
      <nav aria-label=${text("parts")}>
        <ul>${GROUPS.map(({ name }) => html`<li key=${name}><a href=${`#settings/${name}`}>${text(`group_${name}`)}</a></li>`)}</ul>
      </nav>
      <form class="groups" novalidate onSubmit=${submitted}>
        <${Conflicts} form=${form} />
        ${GROUPS.map(({ name, Fields }) => html`
          <section key=${name} class="group" aria-labelledby=${`group-${name}`}>
            <h3 id=${`group-${name}`} tabindex="-1">${text(`group_${name}`)}</h3>
            <${Fields} form=${form} admin=${admin} />
          </section>`)}
        <${SaveBar} form=${form} />
      </form>
      ${asking && html`<${InUse} used=${asking} save=${save} close=${() => ask(null)} />`}
    </div>
  `;
}

function SaveBar({ form }) {
  const [shown, show] = useState(false);
  const { changes, dirty } = form;
  return html`
    <div class=${dirty || form.said || form.problem ? "save-bar" : "save-bar idle"}>
      <p class="wrong" role="alert">${form.problem}</p>
      <p role="status">${form.said || (dirty ? text("unsaved", { count: changes.length }) : "")}</p>
      ${dirty && shown && html`<${Changes} profile=${form.draft} before=${form.base} changes=${changes} />`}
      <div class="buttons">
        <button class="main-button" disabled=${!dirty || form.busy}>${text("save")}</button>
        ${dirty && html`
          <button type="button" aria-expanded=${shown} onClick=${() => show(!shown)}>${text("what_changes")}</button>
          <button type="button" class="quiet" onClick=${() => form.discard()}>${text("discard")}</button>`}
      </div>
    </div>
  `;
}

// Somebody is in a room, or waits in a queue, that would be gone.
function InUse({ used, save, close }) {
  return html`
    <${Dialog} title=${text("in_use_title")} onClose=${close}>
      <ul class="stack">${used.map((words) => html`<li key=${words}>${words}</li>`)}</ul>
      <p>${text("in_use_hint")}</p>
      <div class="buttons">
        <button class="main-button" data-first onClick=${close}>${text("go_back")}</button>
        <button onClick=${save}>${text("save_anyway")}</button>
      </div>
    <//>
  `;
}
