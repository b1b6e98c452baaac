// What could not be used, and visits whose times can't be right: what it means, and what to do about it.

import { html, useState } from "../preact.js";
import { ask, Refusal } from "../kit/api.js";
import { refusalText } from "../kit/words.js";
import { shell, text } from "../page.js";
import { useAsked } from "./asked.js";

export function SetAsideAndFaults({ admin }) {
  return html`<${Faults} admin=${admin} /><${SetAside} admin=${admin} />`;
}

function Faults({ admin }) {
  const { desk } = admin.live;
  const wrong = Object.values(desk?.visits ?? {}).filter((visit) => visit.faults || visit.stage === "unclosed");
  wrong.sort((one, other) => (other.since_ms ?? 0) - (one.since_ms ?? 0));
  return html`
    <section aria-labelledby="faults">
      <h3 id="faults">${text("faults_title")}</h3>
      <p class="hint">${text("faults_hint")}</p>
      ${desk === null && html`<p>${text("loading")}</p>`}
      ${desk !== null && wrong.length === 0 && html`<p class="none">${text("no_faults")}</p>`}
      <ul class="stack">${wrong.map((visit) => html`
        <li key=${visit.visit} class="fault-line">
          <p><b class="ticket">${visit.ticket ?? text("no_ticket")}</b> ${text(`stage_${visit.stage}`)}${visit.since_ms ? html` <span class="soft">${admin.when(visit.since_ms)}</span>` : ""}</p>
          <ul>${faultsOf(visit).map((fault) => html`<li key=${fault} class="lacking">${text(`fault_${fault.replaceAll("-", "_")}`)}</li>`)}</ul>
          <a class="button" href=${`/desk/${admin.site}#visit=${encodeURIComponent(visit.visit)}`} aria-label=${text("open_at_desk_of", { ticket: visit.ticket ?? text("no_ticket") })}>${text("open_at_desk")}</a>
        </li>`)}</ul>
    </section>
  `;
}

const faultsOf = (visit) => [...(visit.faults ?? []), ...(visit.stage === "unclosed" ? ["unclosed"] : [])];

function SetAside({ admin }) {
  const address = `/v1/sites/${admin.site}/set-aside`;
  const { found, problem, again } = useAsked(address);
  return html`
    <section aria-labelledby="aside">
      <h3 id="aside">${text("aside_title")}</h3>
      <p class="hint">${text("aside_hint")}</p>
      <p class="wrong" role="alert">${problem}</p>
      ${found === null && !problem && html`<p>${text("loading")}</p>`}
      ${found?.records.length === 0 && html`<p class="none">${text("none_aside")}</p>`}
      ${found && !found.complete && html`<p class="soft">${text("more_aside")}</p>`}
      <ul class="stack">${(found?.records ?? []).map((record) => html`<${Record} key=${record.letter} admin=${admin} address=${address} record=${record} again=${again} />`)}</ul>
      <p><button onClick=${again}>${text("look_again")}</button></p>
    </section>
  `;
}

// A kind or a reason that this page doesn't know is shown in the words of the API.
function kindText(kind) {
  if (kind === null) return text("kind_unknown");
  const key = kind.replace(/^visit\./, "step_").replace(".", "_").replaceAll("-", "_");
  return shell.texts[kind.startsWith("visit.") ? key : `kind_${key}`] ?? kind;
}

function Record({ admin, address, record, again }) {
  const [became, setBecame] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const { letter, reason, kind, site, set_aside_at: at, retried_at: retried } = record;
  const retry = async () => {
    setBusy(true);
    setWrong("");
    try {
      setBecame(resultText((await ask("POST", `${address}/${letter}/retry`)).body));
      await again();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
    }
    setBusy(false);
  };
  const code = reason.replaceAll("-", "_");
  return html`
    <li class="aside-line">
      <p><b>${kindText(kind)}</b> <span class="soft">${admin.when(at)} · ${letter}${site === null ? ` · ${text("no_clinic")}` : ""}</span></p>
      <p>${shell.texts[`means_${code}`] ?? record.means}</p>
      <p class="soft">${shell.texts[`remedy_${code}`] ?? record.remedy}</p>
      ${retried && html`<p class="good">${text("retried_at", { time: admin.when(retried) })}</p>`}
      <p role="status">${busy ? text("trying") : became}</p>
      <p class="wrong" role="alert">${wrong}</p>
      ${record.may_be_retried && !retried && html`<button disabled=${busy} aria-label=${text("try_again_of", { what: kindText(kind), letter })} onClick=${retry}>${text("try_again")}</button>`}
    </li>
  `;
}

function resultText({ became, reason }) {
  const words = text(`became_${became.replaceAll("-", "_")}`);
  const why = reason && (shell.texts[`refusal_${reason.replaceAll("-", "_")}`] ?? shell.texts[`means_${reason.replaceAll("-", "_")}`]);
  return why ? `${words} ${why.replaceAll("{holder}", text("another_patient"))}` : words;
}
