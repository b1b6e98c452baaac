// What a part of the page asks the API for: what came, or why nothing did.

import { useEffect, useRef, useState } from "../preact.js";
import { get, Refusal } from "../kit/api.js";
import { refusalText } from "../kit/words.js";

// Asks at once and, where `everyMs` says so, again and again. Gives { found, problem, again }.
// One question at a time: what is asked meanwhile is asked once after it, and each answer is shown.
export function useAsked(address, everyMs = null) {
  const [found, setFound] = useState(null);
  const [problem, setProblem] = useState("");
  const asked = useRef(null); // { address, again, answered }
  const again = () => {
    if (asked.current?.address !== address) asked.current = { address, again: false, answered: null };
    const at = asked.current;
    at.again = true;
    at.answered ??= ask(at).finally(() => { at.answered = null; });
    return at.answered;
  };
  async function ask(at) {
    while (at.again) {
      at.again = false;
      const [said, words] = await answer(at.address);
      if (asked.current !== at) return;
      if (said) setFound(said);
      setProblem(words);
    }
  }
  useEffect(() => {
    again();
    const timer = everyMs && setInterval(again, everyMs);
    return () => {
      asked.current = null;
      clearInterval(timer);
    };
  }, [address]);
  return { found, problem, again };
}

// What came, or the words why nothing did.
async function answer(address) {
  try {
    return [await get(address), ""];
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return [null, refusalText(refusal)];
  }
}
