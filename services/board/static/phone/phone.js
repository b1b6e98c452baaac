// A patient's own page: it came complete, and from here on it follows what changes.

import { Follower, ServerTime } from "../live.js";
import { byId, root, say, shell, text } from "../page.js";

const time = new ServerTime();
let phone = shell.phone;

function show(now) {
  // Who comes from self check-in was told what to do; the form is not theirs any more.
  if (shell.held && now.what === "expected_check_in") return;
  const form = byId("form");
  if (now.what === "expected_check_in" && !form) return location.reload();
  if (now.what !== "expected_check_in") form?.remove();
  if (now.stage !== phone.stage) byId("said")?.remove();
  phone = now;
  root.dataset.stage = now.stage;
  document.title = `${text(`stage_${now.stage}`)} – ${byId("clinic").textContent}`;
  say(byId("label"), text(now.ticket ? "ticket" : "title"));
  say(byId("ticket"), now.ticket ?? "");
  say(byId("stage"), text(`stage_${now.stage}`));
  say(byId("what"), text(`do_${now.what}`, { room: now.called?.to ?? "" }));
  put("where", "bdi", now.where);
  put("booked", null, now.booked && text("booked", { ...now.booked, month: text(`month_${now.booked.month}`) }));
  put("place", "b", now.place);
  put("range", "b", now.range && inMinutes(now.range));
}

const inMinutes = ([low, high]) => (low > 0 ? text("range", { low, high }) : text("range_soon", { high }));

// Fills a part that is seen only where there is something to say.
function put(id, within, said) {
  const part = byId(id);
  part.hidden = said == null;
  say(within ? part.querySelector(within) : part, String(said ?? ""));
}

function tick() {
  const stale = time.stale(true) || phone.silent;
  const notice = byId("notice");
  if (notice.hidden === stale) {
    notice.hidden = !stale;
    say(notice, stale ? text("stale") : "");
  }
  const known = time.ageMs() !== null;
  say(byId("updated"), known ? text("updated", { time: time.clock(time.asOfMs(), true) }) : text("never_updated"));
}

const follower = new Follower(shell.events, {
  taken(kind, data) {
    time.take(data.time);
    if (kind === "snapshot") show(data.phone);
    if (kind === "change") show(data.change);
    tick();
  },
  // The link has ended: the server has a page that says so.
  refused() {
    location.reload();
    return true;
  },
});

time.take(shell.time);
// A reload should not say once more what was said of a try.
history.replaceState(null, "", location.pathname + location.search.replace(/(?<=[?&])said=[^&]*&?/, "").replace(/[?&]$/, ""));
setInterval(tick, 250);
follower.open();
