// What covers the page while nobody has it open: who was here, and their PIN.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../preact.js";
import { text } from "../page.js";
import { refusalText } from "./words.js";

export function Cover({ session }) {
  const node = useRef(null);
  const covered = session.state === "locked" || session.state === "none";
  useLayoutEffect(() => {
    if (covered && !node.current.open) node.current.showModal();
    if (!covered && node.current?.open) node.current.close();
  }, [covered]);
  if (session.state === "unknown") return null;
  return html`
    <dialog ref=${node} class="cover" aria-labelledby="cover-title" onCancel=${(event) => event.preventDefault()}>
      ${covered && html`<${Unlock} session=${session} />`}
    </dialog>
  `;
}

function Unlock({ session }) {
  const last = session.here.find((one) => one.subject === session.user?.subject) ?? session.here[0];
  const [who, choose] = useState(last?.subject);
  const [wrong, setWrong] = useState("");
  const pin = useRef(null);
  useEffect(() => pin.current?.focus(), [who]);
  const chosen = who ?? last?.subject;
  async function open(event) {
    event.preventDefault();
    const typed = pin.current.value;
    pin.current.value = "";
    try {
      await session.unlock(chosen, typed);
    } catch (refusal) {
      setWrong(refusalText(refusal));
      pin.current?.focus();
    }
  }
  if (session.here.length === 0) {
    return html`<div class="inside"><h2 id="cover-title">${text("sign_in_needed")}</h2><p>${text("sign_in_how")}</p></div>`;
  }
  return html`
    <form class="inside" onSubmit=${open}>
      <h2 id="cover-title">${text("who_is_here")}</h2>
      <div class="people" role="radiogroup" aria-labelledby="cover-title">
        ${session.here.map((one) => html`
          <label key=${one.subject}>
            <input type="radio" name="who" value=${one.subject} checked=${one.subject === chosen} onChange=${() => choose(one.subject)} />
            <span>${one.name}</span>
          </label>`)}
      </div>
      <label for="pin">${text("pin")}</label>
      <input id="pin" ref=${pin} type="password" inputmode="numeric" autocomplete="off" pattern="[0-9]*" maxlength="8" required
        aria-describedby="pin-wrong" />
      <p id="pin-wrong" class="wrong" role="alert">${wrong}</p>
      <button class="main-button">${text("unlock")}</button>
    </form>
  `;
}
