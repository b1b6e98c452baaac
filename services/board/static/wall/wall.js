// The wall display: pairs itself, follows its wall, shows it and calls aloud.

import { Follower, ServerTime, splice } from "../live.js";
import { byId, root, say, shell, text } from "../page.js";
import { connectByLink, Pairing } from "./pairing.js";
import { Sound } from "./sound.js";
import { View } from "./view.js";

const UNPAIRED_AGAIN_MS = 10000;
const WHOLE = ["site", "area", "messages", "sound", "silent", "queues", "estimates", "rooms"];

const time = new ServerTime();
const sound = new Sound({ telling: tellOfSound });
const view = new View(time);
let wall = null;
let follower = null;
let place = shell.site && { site: shell.site, area: new URLSearchParams(location.search).get("area") };

function addressOf({ site, area }) {
  return `/v1/sites/${site}/wall/events${area ? `?area=${encodeURIComponent(area)}` : ""}`;
}

function follow() {
  follower?.close();
  follower = new Follower(addressOf(place), {
    taken(kind, data) {
      time.take(data.time);
      if (kind === "snapshot") take(data.wall, data.page);
      if (kind === "change") take(changed(wall, data.change), shell.page);
      tick();
    },
    refused(status) {
      if (![401, 403, 404].includes(status)) return false;
      part();
      return true;
    },
  });
  follower.open();
}

function take(now, page) {
  wall = now;
  view.show(wall);
  sound.hear(wall, time);
  renewIfOther(page);
}

function changed(before, change) {
  const now = { ...before, waiting: {} };
  for (const part of WHOLE) if (part in change) now[part] = change[part];
  for (const part of ["calling", "recent"]) if (change[part]) splice(now[part], change[part]);
  for (const letter of Object.keys(now.queues)) {
    now.waiting[letter] = before.waiting[letter] ?? [];
    if (change.waiting?.[letter]) splice(now.waiting[letter], change.waiting[letter]);
  }
  return now;
}

// This display may not look any more: it forgets what it showed, and offers to be paired.
function part() {
  follower?.close();
  wall = null;
  view.clear();
  root.dataset.state = "unpaired";
  byId("notice").hidden = true;
  pairing.begin();
  if (place) setTimeout(() => root.dataset.state === "unpaired" && follow(), UNPAIRED_AGAIN_MS);
}

const pairing = new Pairing({
  paired(where) {
    place = where;
    const area = where.area ? `?area=${encodeURIComponent(where.area)}` : "";
    history.replaceState(null, "", `/wall/${where.site}${area}`);
    follow();
  },
});

// A television is never reloaded by hand: a new release or another language of the site is fetched, once a minute at most.
function renewIfOther(page) {
  const minute = String(Math.floor(Date.now() / 60000));
  if (page === shell.page && wall.site.language === shell.language) return;
  if (sessionStorage.getItem("renewed") === minute) return;
  sessionStorage.setItem("renewed", minute);
  location.reload();
}

// The desk sees which displays cannot be heard.
function tellOfSound(state) {
  if (!place || root.dataset.state !== "connected") return;
  fetch(`/v1/sites/${place.site}/wall/sound`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sound: state, area: place.area ?? undefined }),
  }).catch(() => {}); // it is told again soon
}

// What changes by itself: the clock, the waits, the age of the data.
function tick() {
  if (root.dataset.state === "unpaired") return;
  const stale = time.stale(wall !== null) || wall?.silent === true;
  root.toggleAttribute("data-stale", stale);
  const notice = byId("notice");
  if (notice.hidden === stale) {
    notice.hidden = !stale;
    say(notice, stale ? text("stale") : "");
    if (wall) view.show(wall);
  }
  if (wall) {
    view.tick();
    sound.tick(wall, time);
  }
}

async function start() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key && place) {
    const connected = await connectByLink(place.site, key);
    history.replaceState(null, "", location.pathname + location.search);
    if (!connected) return part();
  }
  return place ? follow() : part();
}

setInterval(tick, 250);
const fitting = new ResizeObserver(() => wall && view.show(wall));
for (const fitted of document.querySelectorAll("main, section")) fitting.observe(fitted);
addEventListener("hashchange", start);
start();
