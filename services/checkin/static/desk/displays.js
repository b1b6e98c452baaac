// A word in the header while a wall display can't be heard, or nothing was heard of it; and the way to where it is mended.

import { html, useEffect, useState } from "../preact.js";
import { get } from "../kit/api.js";
import { trouble } from "../kit/displays.js";
import { text } from "../page.js";

const EVERY_MS = 60000;

// For those who may see to displays, while the page is open and theirs.
export function DisplaysBadge({ desk }) {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const look = () => get(`/v1/sites/${desk.site}/screens`).then((said) => setCount(said.screens.filter(trouble).length)).catch(() => {}); // it is asked again soon
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (count === 0) return null;
  return html`<a class="button alerting" href=${`/admin/${desk.site}#displays`} aria-label=${text("displays_count", { count })}>${text("displays")} <b class="count">${count}</b></a>`;
}

export const maySeeDisplays = (session) => ["desk", "admin"].includes(session.user?.role);
