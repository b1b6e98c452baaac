// A concern: what was said, and the written answer, which stand among what is known of whoever raised it.

import { html, useEffect, useState } from "../preact.js";
import { ask, get, Refusal } from "../kit/api.js";
import { Dialog, Field } from "../kit/dialog.js";
import { refusalText } from "../kit/words.js";
import { text } from "../page.js";

export function Concern({ book, item }) {
  const [person, setPerson] = useState(null);
  const [wrong, setWrong] = useState("");
  const answerId = `${item.item}-answer`;
  useEffect(() => {
    if (!item.person) return;
    get(`/v1/sites/${book.site}/people/${item.person}`).then(setPerson).catch((refusal) => refusal instanceof Refusal && setWrong(refusalText(refusal)));
  }, [item.person]);

  const save = (state) => async (event) => {
    event.preventDefault();
    const answer = document.getElementById("answer").value.trim();
    if (state === "answered" && !answer) return setWrong(text("answer_first"));
    try {
      if (item.person) await ask("PUT", `/v1/sites/${book.site}/people/${item.person}`, { body: { notes: { [answerId]: answer || null } } });
      await book.steps.take(item.visit, "concern", { concern: item.item, state });
      book.close();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setWrong(refusalText(refusal));
    }
    return undefined;
  };
  return html`
    <${Dialog} title=${text("concern_of", { who: person?.name ?? text("no_name") })} onClose=${() => book.close()}>
      <p class="said">${person ? person.notes[item.item] ?? text("nothing_written") : text("loading")}</p>
      <form class="form" onSubmit=${save("answered")}>
        <${Field} id="answer" label=${text("written_answer")}>
          <textarea id="answer" rows="5" maxlength="2000" data-first defaultValue=${person?.notes[answerId] ?? ""} key=${person?.person}></textarea>
        <//>
        <p class="wrong" role="alert">${wrong}</p>
        <div class="buttons"><button class="main-button">${text("state_answered")}</button><button type="button" onClick=${save("closed")}>${text("state_closed")}</button></div>
      </form>
    <//>
  `;
}
