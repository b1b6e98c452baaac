// What a part of the page asks the API for: what came, or why nothing did.

import { useEffect, useRef, useState } from "../preact.js";
import { get, Refusal } from "../kit/api.js";
import { refusalText } from "../kit/words.js";

// Asks at once and, where `everyMs` says so, again and again. Gives { found, problem, again }.
export function useAsked(address, everyMs = null) {
  const [found, setFound] = useState(null);
  const [problem, setProblem] = useState("");
  const latest = useRef(0);
  const again = async () => {
    const mine = ++latest.current;
    try {
      const said = await get(address);
      if (mine === latest.current) {
        setFound(said);
        setProblem("");
      }
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (mine === latest.current) setProblem(refusalText(refusal));
    }
  };
  useEffect(() => {
    again();
    const timer = everyMs && setInterval(again, everyMs);
    return () => {
      latest.current += 1;
      clearInterval(timer);
    };
  }, [address]);
  return { found, problem, again };
}
