// The wall page: connects its screen, follows the wall's events, and shows them.
// Time is the server's: `time` comes with every message, and this page only adds what has passed since it came.

const shell = JSON.parse(document.getElementById("shell").textContent);
const address = `/v1/sites/${shell.site}/wall`;
const root = document.documentElement;
const byId = (id) => document.getElementById(id);

const STALE_MS = 8000; // so that it is seen before 10 s are over, whatever the timers of a slow television do
const SILENT_MS = 6000;
const AGAIN_MS = 2000;
const UNPAIRED_AGAIN_MS = 10000;
const LISTED_CALLS = 12;
const HANDHELD = matchMedia("(max-width: 40rem), (max-height: 30rem)");
const HANDHELD_ROWS = 40;

let source = null;
let wall = null;
let wallId = null;
let time = null;
let came = { steady: performance.now(), wall: Date.now() };
let waitingKey = null;

function text(key, values = {}) {
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), shell.texts[key]);
}

// ---- time

function passedMs() {
  // A device that slept may have stopped one of its two clocks; the longer time is the safe one.
  return Math.max(0, performance.now() - came.steady, Date.now() - came.wall);
}

const nowMs = () => time.server_ms + (performance.now() - came.steady) * time.speed;
const ageMs = () => (time?.age_ms == null ? null : time.age_ms + passedMs());

function siteTime(instantMs, end) {
  return new Date(instantMs + time.offset_ms).toISOString().slice(11, end);
}

function since(instantMs, now, hours, minutes, unknown) {
  if (instantMs == null) return text(unknown);
  const passed = Math.max(0, Math.floor((nowMs() - instantMs) / 60000));
  if (passed < 1) return text(now);
  if (passed < 60 || !hours) return text(minutes, { minutes: passed });
  return text(hours, { hours: Math.floor(passed / 60), minutes: passed % 60 });
}

const waited = (instantMs) => since(instantMs, "wait_now", "wait_hours", "wait_minutes", "wait_unknown");
const called = (instantMs) => since(instantMs, "calling_now", null, "calling_minutes", "wait_unknown");

// ---- connection

async function pair(key) {
  try {
    const answer = await fetch("/v1/screens/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ site: shell.site, key }),
    });
    if (answer.status >= 500) return setTimeout(pair, AGAIN_MS, key);
    history.replaceState(null, "", location.pathname + location.search);
    return answer.ok ? open() : unpaired();
  } catch {
    return setTimeout(pair, AGAIN_MS, key);
  }
}

function unpaired() {
  close();
  wall = wallId = time = null;
  root.dataset.state = "unpaired";
  byId("message").textContent = text("unpaired");
  byId("notice").hidden = true;
  setTimeout(() => source ?? open(), UNPAIRED_AGAIN_MS);
}

function close() {
  source?.close();
  source = null;
}

function open() {
  close();
  const opened = new EventSource(`${address}/events`);
  source = opened;
  let heard = performance.now();
  const watchdog = setInterval(() => {
    if (source !== opened) clearInterval(watchdog);
    else if (performance.now() - heard > SILENT_MS) open();
  }, 1000);
  const on = (name, take) =>
    opened.addEventListener(name, (event) => {
      if (source !== opened) return;
      heard = performance.now();
      const data = JSON.parse(event.data);
      time = data.time;
      came = { steady: performance.now(), wall: Date.now() };
      take(data, event.lastEventId);
    });
  on("beat", tick);
  on("snapshot", (data, id) => {
    wall = data.wall;
    wallId = id;
    show();
    renewIfOther(data);
  });
  on("change", (data, id) => {
    if (wall === null || data.before !== wallId) return open();
    applyChange(wall, data.change);
    wallId = id;
    show();
    renewIfOther({ page: shell.page });
  });
  opened.addEventListener("error", () => {
    if (source === opened && opened.readyState === EventSource.CLOSED) refused();
  });
}

// An EventSource doesn't say why it was refused.
async function refused() {
  close();
  try {
    const { status } = await fetch(address);
    if ([401, 403, 404].includes(status)) return unpaired();
  } catch {
    // the board is away; the age of the data says so
  }
  setTimeout(() => source ?? open(), AGAIN_MS);
}

// A television is never reloaded by hand: a new release or another language of the site is fetched, once a minute at most.
function renewIfOther({ page }) {
  const minute = String(Math.floor(Date.now() / 60000));
  if (page === shell.page && wall.site.language === shell.language) return;
  if (sessionStorage.getItem("renewed") === minute) return;
  sessionStorage.setItem("renewed", minute);
  location.reload();
}

function applyChange(to, change) {
  for (const part of ["site", "silent", "queues", "rooms"]) if (part in change) to[part] = change[part];
  const splice = (list, { at, remove, insert }) => list.splice(at, remove, ...insert);
  for (const part of ["calling", "recent"]) if (change[part]) splice(to[part], change[part]);
  const before = to.waiting;
  to.waiting = {};
  for (const letter of Object.keys(to.queues)) {
    to.waiting[letter] = before[letter] ?? [];
    if (change.waiting?.[letter]) splice(to.waiting[letter], change.waiting[letter]);
  }
}

// ---- what is seen

function element(name, classes, said) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (said !== undefined) made.textContent = said;
  return made;
}

function say(node, said) {
  if (node.textContent !== said) node.textContent = said;
}

function show() {
  if (wall === null) return tick();
  root.dataset.state = "connected";
  say(byId("site"), wall.site.name);
  document.title = `${wall.site.name} – ${text("title")}`;
  showRooms();
  showRecent();
  showCalling();
  showWaiting();
  tick();
}

// Nodes are kept, so that a reader of the screen is told of new calls only.
function showCalling() {
  const list = byId("calling");
  const kept = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const listed = wall.calling.slice(0, LISTED_CALLS);
  const nodes = listed.map((call) => kept.get(keyOf(call)) ?? callNode(call));
  for (const node of kept.values()) if (!nodes.includes(node)) node.remove();
  nodes.forEach((node, at) => list.children[at] === node || list.insertBefore(node, list.children[at] ?? null));
  byId("calling-none").hidden = wall.calling.length > 0;
  fitCalling(nodes);
}

const keyOf = (call) => `${call.ticket} ${call.called_ms} ${call.to}`;

function callNode(call) {
  const node = element("li");
  node.dataset.key = keyOf(call);
  node.dataset.called = call.called_ms;
  const to = call.to ?? text("desk");
  node.append(
    element("span", "ticket", call.ticket),
    element("span", to.length > 22 ? "to long" : "to", to),
    element("span", "since"),
  );
  return node;
}

// As large as all of them fit; where even the smallest size is too large, the oldest calls are counted only.
function fitCalling(nodes) {
  const list = byId("calling");
  const more = byId("calling-more");
  const fits = () => HANDHELD.matches || list.scrollHeight <= list.clientHeight + 1;
  let hidden = wall.calling.length - nodes.length;
  const tell = () => {
    more.hidden = hidden === 0;
    say(more, text("more", { count: hidden }));
  };
  for (const node of nodes) node.hidden = false;
  tell();
  for (const size of ["large", "middle", "small"]) {
    list.dataset.size = size;
    if (fits()) return;
  }
  for (const node of [...nodes].reverse().slice(0, -1)) {
    if (fits()) return;
    node.hidden = true;
    hidden += 1;
    tell();
  }
}

function showRecent() {
  byId("recent-part").hidden = wall.recent.length === 0;
  byId("recent").replaceChildren(
    ...wall.recent.map((taken) => {
      const node = element("li");
      node.append(element("span", "ticket", taken.ticket));
      if (taken.to !== null) node.append(element("span", "to", taken.to));
      return node;
    }),
  );
}

function showWaiting() {
  const letters = Object.keys(wall.queues).sort();
  const waiting = letters.filter((letter) => wall.waiting[letter].length > 0);
  const shown = letters.length > 1 ? letters : waiting;
  const none = waiting.length === 0;
  byId("waiting-none").hidden = !none;
  byId("waiting").hidden = none;
  const parts = byId("waiting");
  say(byId("waiting-count"), shown.length === 1 ? String(wall.waiting[shown[0]].length) : "");
  const key = JSON.stringify(none ? [] : shown.map((letter) => [letter, wall.queues[letter]]));
  if (key !== waitingKey) {
    waitingKey = key;
    parts.replaceChildren(...(none ? [] : shown.map((letter) => queueNode(letter, wall.queues[letter]))));
  }
  if (!none) shown.forEach((letter, at) => fillQueue(parts.children[at], wall.waiting[letter]));
}

function queueNode(letter, label) {
  const node = element("div", "queue");
  const title = element("h3");
  title.append(element("b", "", letter), element("span", "", label), element("span", "count"));
  const list = element("ol");
  list.setAttribute("aria-label", `${letter} ${label}`);
  node.append(title, list);
  return node;
}

function fillQueue(node, tickets) {
  const list = node.querySelector("ol");
  say(node.querySelector(".count"), String(tickets.length));
  const { rows, room } = capacity(list, tickets.length);
  const seen = tickets.length > room ? tickets.slice(0, room - 1) : tickets;
  list.style.setProperty("--rows", String(rows));
  const nodes = seen.map((ticket, at) => waitingNode(ticket, at + 1));
  if (seen.length < tickets.length) nodes.push(element("li", "rest", text("more", { count: tickets.length - seen.length })));
  list.replaceChildren(...nodes);
}

function capacity(list, count) {
  const style = getComputedStyle(list);
  const size = parseFloat(getComputedStyle(root).fontSize);
  const row = parseFloat(style.getPropertyValue("--row")) * size;
  const columns = Math.max(1, Math.floor((list.clientWidth + 2 * size) / (15 * size)));
  if (HANDHELD.matches) {
    const room = HANDHELD_ROWS;
    return { rows: Math.max(1, Math.ceil(Math.min(count, room) / columns)), room };
  }
  const rows = Math.max(1, Math.floor((list.clientHeight + 1) / row));
  return { rows, room: rows * columns };
}

function waitingNode(ticket, place) {
  const node = element("li");
  const at = element("span", "place", String(place));
  at.setAttribute("aria-label", text("place", { place }));
  const wait = element("span", "since", waited(ticket.checked_in_ms));
  wait.dataset.from = ticket.checked_in_ms ?? "";
  node.append(at, element("span", "ticket", ticket.ticket), wait);
  return node;
}

function showRooms() {
  const { free, occupied, cleaning, out_of_service: broken, unknown } = wall.rooms;
  const counts = [];
  if (free + occupied + cleaning + broken > 0) counts.push([unknown > 0 ? "free_at_most" : "free", free], ["occupied", occupied]);
  if (cleaning > 0) counts.push(["cleaning", cleaning]);
  if (broken > 0) counts.push(["out_of_service", broken]);
  if (unknown > 0) counts.push(["unknown", unknown]);
  const none = free + occupied + cleaning + broken + unknown === 0;
  byId("rooms").hidden = byId("rooms-title").hidden = none;
  byId("rooms").replaceChildren(
    ...counts.map(([state, count]) => {
      const node = element("li", "", `${text(state)} `);
      node.append(element("b", "", String(count)));
      return node;
    }),
  );
}

// What changes by itself: the clock, the waits, the age of the data.
function tick() {
  if (root.dataset.state === "unpaired") return;
  const age = ageMs();
  const old = age === null ? wall !== null || performance.now() > STALE_MS : age > STALE_MS;
  const stale = old || wall?.silent === true;
  root.toggleAttribute("data-stale", stale);
  const notice = byId("notice");
  if (notice.hidden === stale) {
    notice.hidden = !stale;
    say(notice, stale ? text("stale") : "");
    if (wall) show();
  }
  if (time === null || wall === null) return;
  say(byId("clock"), siteTime(nowMs(), 16));
  say(byId("updated"), age === null ? text("never_updated")
    : text("updated", { time: siteTime(nowMs() - age * time.speed, 19) }));
  for (const node of document.querySelectorAll(".queue .since")) {
    say(node, waited(node.dataset.from === "" ? null : Number(node.dataset.from)));
  }
  for (const node of byId("calling").children) say(node.querySelector(".since"), called(Number(node.dataset.called)));
}

function start() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key) pair(key);
  else open();
}

setInterval(tick, 250);
const fitting = new ResizeObserver(() => wall && show());
for (const part of document.querySelectorAll("main, section")) fitting.observe(part);
addEventListener("hashchange", start);
start();
