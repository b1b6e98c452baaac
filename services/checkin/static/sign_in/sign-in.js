// Signing in: by the link that an administrator gave, then with a PIN of one's own; afterwards, where to go.

import { html, render, useEffect, useRef, useState } from "../preact.js";
import { ask, get, Refusal } from "../kit/api.js";
import { Cover } from "../kit/cover.js";
import { Field } from "../kit/dialog.js";
import { Languages } from "../kit/languages.js";
import { Session } from "../kit/session.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";

const FORM = /^cf-link_[a-z0-9-]+_[A-Za-z0-9_-]{43}$/;
const PIN = /^[0-9]{6,8}$/;

function Page({ session, link, used }) {
  const [wrong, setWrong] = useState(problem);
  const failed = (refusal) => {
    if (!(refusal instanceof Refusal)) throw refusal;
    setWrong(refusalText(refusal));
  };
  return html`
    <main>
      <h1>clinicflow</h1>
      <p class="wrong" role="alert">${wrong}</p>
      ${link && html`<${Invited} session=${session} link=${link} used=${used} failed=${failed} />`}
      ${!link && session.state === "none" && html`<${Nobody} session=${session} />`}
      ${!link && session.state === "open" && (session.pinSet ? html`<${Places} session=${session} />` : html`<${FirstPin} session=${session} failed=${failed} />`)}
      <${Languages} />
    </main>
    ${!link && session.state === "locked" && html`<${Cover} session=${session} />`}
  `;
}

// The link is used up by a press, not by opening the page: a mail program that looks at it must not use it up.
function Invited({ session, link, used, failed }) {
  const enter = async () => {
    try {
      await ask("POST", "/v1/session/link", { body: { link } });
      used();
      await session.look();
    } catch (refusal) {
      failed(refusal);
    }
  };
  return html`<p>${text("invited")}</p><p><button class="main-button" onClick=${enter}>${text("use_link")}</button></p>`;
}

function Nobody({ session }) {
  return html`
    <p>${text("sign_in_how")}</p>
    ${session.oidc && html`<p><a class="button" href="/v1/session/oidc/start">${text("use_oidc")}</a></p>`}
  `;
}

function FirstPin({ session, failed }) {
  const [problem, setProblem] = useState("");
  const first = useRef(null);
  useEffect(() => first.current?.focus(), []);
  const save = async (event) => {
    event.preventDefault();
    const { pin, again } = Object.fromEntries(new FormData(event.target));
    if (!PIN.test(pin)) return setProblem(text("pin_form"));
    if (pin !== again) return setProblem(text("pin_differs"));
    try {
      await ask("POST", "/v1/session/pin", { body: { pin } });
      await session.look();
    } catch (refusal) {
      failed(refusal);
    }
  };
  return html`
    <form class="form" onSubmit=${save}>
      <p>${text("pin_why", { name: session.user.name })}</p>
      <${Field} id="pin" label=${text("pin_choose")} hint=${text("pin_form")}>
        <input id="pin" name="pin" ref=${first} type="password" inputmode="numeric" autocomplete="new-password" maxlength="8" required aria-describedby="pin-hint" />
      <//>
      <${Field} id="again" label=${text("pin_again")}>
        <input id="again" name="again" type="password" inputmode="numeric" autocomplete="new-password" maxlength="8" required />
      <//>
      <p class="wrong" role="alert">${problem}</p>
      <button class="main-button">${text("save")}</button>
    </form>
  `;
}

const PAGES = { desk: ["desk", "corridor"], clinical: ["corridor", "desk"], admin: ["desk", "corridor", "admin"], auditor: ["admin"] };

function Places({ session }) {
  const [sites, setSites] = useState(null);
  useEffect(() => {
    get("/v1/sites").then((said) => setSites(said.sites)).catch(() => setSites([]));
  }, []);
  const pages = PAGES[session.user.role] ?? [];
  return html`
    <p>${text("signed_in", { name: session.user.name })}</p>
    ${sites === null && html`<p>${text("loading")}</p>`}
    ${sites?.length === 0 && html`<p>${text("no_sites")}</p>`}
    ${sites && pages.length === 0 && html`<p>${text("no_pages")}</p>`}
    ${(sites ?? []).map((site) => html`
      <section key=${site.site}><h2>${site.name}</h2>
        <p class="links">${pages.map((page) => html`<a key=${page} class="button" href=${`/${page}/${site.site}`}>${text(`page_${page}`)}</a>`)}</p>
      </section>`)}
    <p><button class="quiet" onClick=${() => session.leave()}>${text("sign_out")}</button></p>
  `;
}

const told = new URLSearchParams(location.hash.slice(1));
const problem = shell.texts[`refusal_${told.get("problem")?.replaceAll("-", "_")}`] ?? ""; // of a sign-in elsewhere
let link = told.get("link");
if (link && !FORM.test(link)) link = null;
history.replaceState(null, "", location.pathname);
addEventListener("hashchange", () => location.reload()); // another link, pasted where this page is open
const session = new Session({ changed: draw });

function draw() {
  const used = () => {
    link = null;
  };
  render(html`<${Page} session=${session} link=${link} used=${used} />`, document.getElementById("app"));
}

session.look();
draw();
