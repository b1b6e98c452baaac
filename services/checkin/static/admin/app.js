// The page as it is seen: header, the parts that the role may use, and the one that is open.

import { html } from "../preact.js";
import { Cover } from "../kit/cover.js";
import { Languages } from "../kit/languages.js";
import { text } from "../page.js";
import { Audit } from "./audit.js";
import { Billing } from "./billing.js";
import { Displays } from "./displays.js";
import { SetAsideAndFaults } from "./set-aside.js";
import { Settings } from "./settings.js";
import { Users } from "./users.js";

const PARTS = { settings: Settings, displays: Displays, users: Users, "set-aside": SetAsideAndFaults, billing: Billing, audit: Audit };
const wordsOf = (part) => text(`part_${part.replaceAll("-", "_")}`);

export function App({ admin }) {
  const { session } = admin;
  const open = session.state === "open";
  return html`
    ${open && html`<${Header} admin=${admin} />`}
    <main id="main" inert=${!open} hidden=${!open}>${admin.session.user && html`<${Part} admin=${admin} />`}</main>
    ${open && html`<footer><${Languages} /></footer>`}
    <${Cover} session=${session} />
  `;
}

function Header({ admin }) {
  const { session, parts, part } = admin;
  return html`
    <header>
      <h1>${admin.entry?.name ?? text("title")}</h1>
      ${admin.mayFollow && html`<a class="button" href=${`/desk/${admin.site}`}>${text("to_the_desk")}</a>`}
      <p class="soft">${session.user.name}</p>
      <button onClick=${() => session.lock()}>${text("lock")}</button>
      ${parts.length > 1 && html`
        <nav aria-label=${text("title")}>
          <ul class="tabs">${parts.map((one) => html`
            <li key=${one}><a href=${`#${one}`} aria-current=${one === part ? "page" : undefined}>${wordsOf(one)}</a></li>`)}</ul>
        </nav>`}
    </header>
  `;
}

function Part({ admin }) {
  const { part, generation } = admin;
  if (part === undefined) return html`<p class="none">${text("refusal_not_allowed")}</p>`;
  const Shown = PARTS[part];
  return html`<h2 id="part" tabindex="-1">${wordsOf(part)}</h2><${Shown} key=${`${part} ${generation}`} admin=${admin} />`;
}
