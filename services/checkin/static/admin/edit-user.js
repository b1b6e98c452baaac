// Somebody new, or what is said of somebody: name, role, clinics, language.

import { html, useState } from "../preact.js";
import { ask, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";
import { freeName } from "./profile.js";

const TRIES = 5;

// Somebody of a clinic that this administrator doesn't see may have the name already.
async function added(said, taken) {
  const known = [...taken];
  for (let left = TRIES; ; left -= 1) {
    const user = freeName(said.name, known);
    try {
      return (await ask("POST", "/v1/users", { body: { ...said, user } })).body;
    } catch (refusal) {
      if (refusal.code !== "user-exists" || left === 1) throw refusal;
      known.push(user);
    }
  }
}

const ROLES = ["desk", "clinical", "manager", "auditor", "admin"];

export function EditUser({ admin, user, taken, done, close }) {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const [everywhere, setEverywhere] = useState(user?.sites.length === 0);
  const mayAll = admin.session.user.sites.length === 0;
  const save = async (event) => {
    event.preventDefault();
    const typed = new FormData(event.target);
    const said = { name: typed.get("name").trim(), role: typed.get("role"), sites: everywhere ? [] : typed.getAll("site"), language: typed.get("language") || null };
    if (said.name === "") return setWrong(text("wrong_name"));
    if (!everywhere && said.sites.length === 0) return setWrong(text("wrong_sites"));
    setBusy(true);
    try {
      if (user) await ask("PUT", `/v1/users/${user.user}`, { body: said }).then(() => done(null));
      else await done(await added(said, taken));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusal.problem.fields?.map((entry) => entry.problem).join(" ") || refusalText(refusal));
      setBusy(false);
    }
    return undefined;
  };
  const chosen = (site) => (user ? user.sites.includes(site) : site === admin.site);
  return html`
    <${Dialog} title=${user ? text("change_user", { name: user.name }) : text("add_user")} onClose=${close}>
      <form class="form" novalidate onSubmit=${save}>
        <${Field} id="user-name" label=${text("user_name")} hint=${text("user_name_hint")}>
          <input id="user-name" name="name" data-first maxlength="120" autocomplete="off" required aria-describedby="user-name-hint" defaultValue=${user?.name ?? ""} /><//>
        <fieldset><legend>${text("user_role")}</legend>
          ${ROLES.map((role) => html`
            <label key=${role}><input type="radio" name="role" value=${role} defaultChecked=${role === (user?.role ?? "desk")} /> <b>${text(`role_${role}`)}</b> <span class="hint">${text(`may_${role}`)}</span></label>`)}
        </fieldset>
        <fieldset><legend>${text("user_sites")}</legend>
          ${(mayAll || everywhere) && html`<label><input type="checkbox" checked=${everywhere} onChange=${(event) => setEverywhere(event.target.checked)} /> ${text("every_clinic")}</label>`}
          ${!everywhere && admin.sites.map((one) => html`<label key=${one.site}><input type="checkbox" name="site" value=${one.site} defaultChecked=${chosen(one.site)} /> ${one.name}</label>`)}
        </fieldset>
        <${Field} id="user-language" label=${text("user_language")}>
          <select id="user-language" name="language">
            <option value="">${text("any_language")}</option>
            ${shell.languages.map((language) => html`<option key=${language} value=${language} selected=${language === user?.language}>${text(`language_${language}`)}</option>`)}
          </select><//>
        <p class="wrong" role="alert">${wrong}</p>
        <div class="buttons"><button class="main-button" disabled=${busy}>${user ? text("save") : text("add_and_invite")}</button><button type="button" onClick=${close}>${text("cancel")}</button></div>
      </form>
    <//>
  `;
}
