// Somebody's link to sign in, shown this once: to copy, or to be read by the camera of their own device.

import { html, useRef, useState } from "../preact.js";
import { Dialog } from "../kit/dialog.js";
import { text } from "../page.js";

export function Invitation({ admin, invited, close }) {
  const [said, say] = useState("");
  const field = useRef(null);
  const copy = async () => {
    field.current.select();
    try {
      await navigator.clipboard.writeText(invited.link);
      say(text("copied"));
    } catch {
      say(text(document.execCommand("copy") ? "copied" : "copy_by_hand")); // a page without TLS may not use the clipboard
    }
  };
  return html`
    <${Dialog} title=${text("link_for", { name: invited.user.name })} onClose=${close}>
      <p>${text("link_hint", { time: admin.when(invited.user.invited_until) })}</p>
      <div class="field">
        <label for="link">${text("link")}</label>
        <input id="link" ref=${field} readonly dir="ltr" value=${invited.link} onFocus=${(event) => event.target.select()} />
      </div>
      <div class="buttons"><button class="main-button" data-first onClick=${copy}>${text("copy")}</button><p role="status">${said}</p></div>
      <p class="qr"><img src=${invited.qr} alt=${text("link_qr")} /></p>
      <p class="hint">${text("link_once")}</p>
      <div class="buttons"><button onClick=${close}>${text("done")}</button></div>
    <//>
  `;
}
