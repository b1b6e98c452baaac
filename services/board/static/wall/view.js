// What is seen of a wall. Nodes are kept where they stay the same, so that a reader of the screen is told of new calls only.

import { byId, element, root, say, text } from "../page.js";
import { Pager } from "./pager.js";

const LISTED_CALLS = 12;
const LINE_MS = 12000;
const HANDHELD = matchMedia("(max-width: 40rem), (max-height: 30rem)");

export class View {
  #wall = null;
  #queues = "";
  #pagers = new Map();

  constructor(time) {
    this.time = time;
  }

  clear() {
    this.#wall = null;
  }

  show(wall) {
    this.#wall = wall;
    root.dataset.state = "connected";
    say(byId("site"), wall.site.name);
    say(byId("area"), wall.area ?? "");
    document.title = `${wall.site.name} – ${text("title")}`;
    this.#showRooms(wall.rooms);
    this.#showRecent(wall.recent);
    this.#showCalling(wall.calling);
    this.#showWaiting(wall);
    this.tick();
  }

  tick() {
    const wall = this.#wall;
    if (wall === null || !this.time.known) return;
    const age = this.time.ageMs();
    say(byId("clock"), this.time.clock(this.time.nowMs()));
    say(byId("updated"), age === null ? text("never_updated") : text("updated", { time: this.time.clock(this.time.asOfMs(), true) }));
    for (const node of byId("calling").children) say(node.querySelector(".since"), this.#called(Number(node.dataset.called)));
    for (const pager of this.#pagers.values()) pager.tick();
    const line = byId("line");
    line.hidden = wall.messages.length === 0;
    if (!line.hidden) say(line, wall.messages[Math.floor(performance.now() / LINE_MS) % wall.messages.length]);
  }

  #since(instantMs, now, hours, minutes, unknown) {
    if (instantMs == null) return text(unknown);
    const passed = Math.max(0, Math.floor((this.time.nowMs() - instantMs) / 60000));
    if (passed < 1) return text(now);
    if (passed < 60 || !hours) return text(minutes, { minutes: passed });
    return text(hours, { hours: Math.floor(passed / 60), minutes: passed % 60 });
  }

  #waited(instantMs) {
    return this.#since(instantMs, "wait_now", "wait_hours", "wait_minutes", "wait_unknown");
  }

  #called(instantMs) {
    return this.#since(instantMs, "calling_now", null, "calling_minutes", "wait_unknown");
  }

  #showCalling(calling) {
    const list = byId("calling");
    const kept = new Map([...list.children].map((node) => [node.dataset.key, node]));
    const nodes = calling.slice(0, LISTED_CALLS).map((call) => kept.get(keyOf(call)) ?? callNode(call));
    for (const node of kept.values()) if (!nodes.includes(node)) node.remove();
    nodes.forEach((node, at) => list.children[at] === node || list.insertBefore(node, list.children[at] ?? null));
    byId("calling-none").hidden = calling.length > 0;
    fitCalling(nodes, calling.length);
  }

  #showRecent(recent) {
    byId("recent-part").hidden = recent.length === 0;
    byId("recent").replaceChildren(
      ...recent.map((taken) => {
        const node = element("li");
        node.append(element("span", "ticket", taken.ticket));
        if (taken.to !== null) node.append(element("span", "to", taken.to));
        return node;
      }),
    );
  }

  #showWaiting(wall) {
    const letters = Object.keys(wall.queues).sort();
    const waiting = letters.filter((letter) => wall.waiting[letter].length > 0);
    const none = waiting.length === 0;
    const shown = none ? [] : letters.length > 1 ? letters : waiting;
    byId("waiting-none").hidden = !none;
    byId("waiting").hidden = none;
    say(byId("waiting-count"), shown.length === 1 ? String(wall.waiting[shown[0]].length) : "");
    const queues = JSON.stringify(shown.map((letter) => [letter, wall.queues[letter]]));
    if (queues !== this.#queues) {
      this.#queues = queues;
      this.#pagers = new Map(shown.map((letter) => [letter, new Pager(letter, wall.queues[letter], HANDHELD)]));
      byId("waiting").replaceChildren(...[...this.#pagers.values()].map((pager) => pager.node));
    }
    for (const letter of shown) {
      this.#pagers.get(letter).fill(wall.waiting[letter], wall.estimates[letter] ?? [], (since) => this.#waited(since));
    }
  }

  #showRooms({ free, occupied, cleaning, out_of_service: broken, unknown }) {
    const counts = [];
    if (free + occupied + cleaning + broken > 0) counts.push([unknown > 0 ? "free_at_most" : "free", free], ["occupied", occupied]);
    if (cleaning > 0) counts.push(["cleaning", cleaning]);
    if (broken > 0) counts.push(["out_of_service", broken]);
    if (unknown > 0) counts.push(["unknown", unknown]);
    byId("rooms").hidden = byId("rooms-title").hidden = counts.length === 0;
    byId("rooms").replaceChildren(
      ...counts.map(([state, count]) => {
        const node = element("li", "", `${text(state)} `);
        node.append(element("b", "", String(count)));
        return node;
      }),
    );
  }
}

const keyOf = (call) => `${call.ticket} ${call.called_ms} ${call.to}`;

function callNode(call) {
  const node = element("li");
  node.dataset.key = keyOf(call);
  node.dataset.called = call.called_ms;
  const to = call.to ?? text("desk");
  node.append(element("span", "ticket", call.ticket), element("span", to.length > 22 ? "to long" : "to", to), element("span", "since"));
  return node;
}

// As large as all of them fit; where even the smallest size is too large, the oldest calls are counted only.
function fitCalling(nodes, all) {
  const list = byId("calling");
  const more = byId("calling-more");
  const fits = () => HANDHELD.matches || list.scrollHeight <= list.clientHeight + 1;
  let hidden = all - nodes.length;
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
