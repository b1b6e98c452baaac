// The people who work here: who they are, what they may do, a link for whoever comes, an end for whoever goes.

import { html, useState } from "../preact.js";
import { ask, Refusal } from "../kit/api.js";
import { Dialog } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";
import { useAsked } from "./asked.js";
import { Invitation } from "./invitation.js";
import { EditUser } from "./edit-user.js";

const ADDRESS = "/v1/users";

export function Users({ admin }) {
  const { found, problem, again } = useAsked(ADDRESS);
  const [open, show] = useState(null); // { kind, … }
  const close = () => show(null);
  const users = [...(found?.users ?? [])].sort((one, other) => Boolean(one.revoked_at) - Boolean(other.revoked_at) || one.name.localeCompare(other.name, shell.language));
  const changed = async (invited) => {
    show(invited ? { kind: "invited", invited } : null);
    await again();
  };
  return html`
    <p class="buttons"><button class="main-button" onClick=${() => show({ kind: "edit", user: null })}>${text("add_user")}</button></p>
    <p class="wrong" role="alert">${problem}</p>
    ${found === null && !problem && html`<p>${text("loading")}</p>`}
    <ul class="cards">${users.map((user) => html`<${Person} key=${user.user} admin=${admin} user=${user} show=${show} />`)}</ul>
    <${Roles} />
    ${open?.kind === "edit" && html`<${EditUser} admin=${admin} user=${open.user} taken=${users.map((one) => one.user)} done=${changed} close=${close} />`}
    ${open?.kind === "invited" && html`<${Invitation} admin=${admin} invited=${open.invited} close=${close} />`}
    ${open?.kind === "invite" && html`<${Sure} user=${open.user} act="invite" done=${changed} close=${close} />`}
    ${open?.kind === "revoke" && html`<${Sure} user=${open.user} act="revoke" done=${changed} close=${close} />`}
  `;
}

function Person({ admin, user, show }) {
  const sites = user.sites.length === 0 ? text("every_clinic") : user.sites.map((site) => admin.sites.find((one) => one.site === site)?.name ?? site).join(", ");
  const button = (kind, words) => html`<button aria-label=${`${words}: ${user.name}`} onClick=${() => show({ kind, user })}>${words}</button>`;
  return html`
    <li class=${`card ${user.revoked_at ? "gone" : ""}`}>
      <h3>${user.name}</h3>
      <p><b>${text(`role_${user.role}`)}</b> · ${sites}</p>
      <p class="soft">${user.user}</p>
      ${standing(admin, user).map((words) => html`<p key=${words} class="soft">${words}</p>`)}
      <p class="buttons">
        ${!user.revoked_at && button("edit", text("change"))}
        ${button("invite", text(user.revoked_at ? "let_in_again" : "invite_again"))}
        ${!user.revoked_at && button("revoke", text("revoke"))}
      </p>
    </li>
  `;
}

// How things stand with somebody's access, most important first.
function standing(admin, { revoked_at: revoked, locked_at: locked, invited_until: until, pin_set: pin }) {
  if (revoked) return [text("is_revoked", { time: admin.when(revoked) })];
  const open = until && Date.parse(until) > Date.now();
  return [
    locked && text("is_locked", { time: admin.when(locked) }),
    until && (open ? text("is_invited", { time: admin.when(until) }) : text("link_is_over")),
    !locked && text(pin ? "has_pin" : "has_no_pin"),
  ].filter(Boolean);
}

const ROLES = ["desk", "clinical", "manager", "auditor", "admin"];

function Roles() {
  return html`
    <details class="roles"><summary>${text("roles_title")}</summary>
      <dl>${ROLES.map((role) => html`<div key=${role}><dt>${text(`role_${role}`)}</dt><dd>${text(`may_${role}`)}</dd></div>`)}</dl>
    </details>
  `;
}

// A new link, or an end: asked for once more, since both take something away.
function Sure({ user, act, done, close }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const invites = act === "invite";
  const go = async () => {
    setBusy(true);
    try {
      const { body } = await ask("POST", `${ADDRESS}/${user.user}/${act}`);
      await done(invites ? body : null);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setProblem(refusalText(refusal));
      setBusy(false);
    }
  };
  return html`
    <${Dialog} title=${text(invites ? "invite_title" : "revoke_title", { name: user.name })} onClose=${close}>
      <p>${text(invites ? "invite_hint" : "revoke_hint")}</p>
      <p class="wrong" role="alert">${problem}</p>
      <div class="buttons"><button class="main-button" data-first disabled=${busy} onClick=${go}>${text(invites ? "make_link" : "revoke")}</button><button onClick=${close}>${text("cancel")}</button></div>
    <//>
  `;
}
