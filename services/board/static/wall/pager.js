// One queue of the waiting: as many rows as fit, page after page where there are more. The space bar holds the pages.

import { element, root, say, text } from "../page.js";

const PAGE_MS = 9000;
const HANDHELD_ROWS = 200;

let held = false;
addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  held = !held;
  event.preventDefault();
});

export class Pager {
  #tickets = [];
  #ranges = [];
  #waited = () => "";
  #page = 0;
  #room = 0;
  #turned = performance.now();

  constructor(letter, label, handheld) {
    this.handheld = handheld;
    this.node = element("div", "queue");
    this.title = element("h3");
    this.count = element("span", "count");
    this.title.append(element("b", "", letter), element("span", "label", label), this.count);
    this.kind = element("p", "kind");
    this.list = element("ol");
    this.list.setAttribute("aria-label", `${letter} ${label}`);
    this.pages = element("p", "pages");
    this.node.append(this.title, this.kind, this.list, this.pages);
  }

  // `ranges`: by place, the minutes it takes; empty while too little is known, and then how long each has waited is shown.
  fill(tickets, ranges, waited) {
    this.#tickets = tickets;
    this.#ranges = ranges;
    this.#waited = waited;
    this.#show();
  }

  tick() {
    const { room, pages } = this.#layout();
    if (pages > 1 && !held && performance.now() - this.#turned > PAGE_MS) {
      this.#page += 1;
      this.#turned = performance.now();
      this.#show();
      return;
    }
    if (room !== this.#room) { // the screen has another size now
      this.#show();
      return;
    }
    say(this.pages, this.#pagesSaid(pages));
    if (this.#ranges.length === 0) {
      for (const node of this.list.children) {
        say(node.lastChild, this.#waited(node.dataset.from === "" ? null : Number(node.dataset.from)));
      }
    }
  }

  #pagesSaid(pages) {
    if (pages <= 1) return "";
    return held ? text("paused") : text("page", { page: this.#page + 1, pages });
  }

  #layout() {
    const size = parseFloat(getComputedStyle(root).fontSize);
    const row = parseFloat(getComputedStyle(this.list).getPropertyValue("--row")) * size;
    const columns = Math.max(1, Math.floor((this.list.clientWidth + 2 * size) / (15 * size)));
    const fitting = this.handheld.matches
      ? Math.ceil(Math.min(this.#tickets.length, HANDHELD_ROWS) / columns)
      : Math.floor((this.list.clientHeight + 1) / row);
    const rows = Math.max(1, fitting);
    return { rows, room: rows * columns, pages: Math.max(1, Math.ceil(this.#tickets.length / (rows * columns))) };
  }

  #show() {
    say(this.count, String(this.#tickets.length));
    const known = this.#ranges.length > 0;
    this.kind.hidden = this.#tickets.length === 0;
    say(this.kind, text(known ? "estimate_title" : "waited_title"));
    const { rows, room, pages } = this.#layout();
    this.#page %= pages;
    this.#room = room;
    const first = this.#page * room;
    this.list.style.setProperty("--rows", String(rows));
    this.list.replaceChildren(...this.#tickets.slice(first, first + room).map((ticket, at) => this.#row(ticket, first + at)));
    say(this.pages, this.#pagesSaid(pages));
  }

  #row(ticket, at) {
    const node = element("li");
    const place = shownAndSaid("place", String(at + 1), text("place", { place: at + 1 }));
    node.dataset.from = ticket.checked_in_ms ?? "";
    node.append(place, element("span", "ticket", ticket.ticket), this.#wait(ticket, at));
    return node;
  }

  #wait(ticket, at) {
    const range = this.#ranges[at];
    if (range === undefined) return element("span", "since", this.#ranges.length > 0 ? "" : this.#waited(ticket.checked_in_ms));
    const [low, high] = range;
    return shownAndSaid("since", text("estimate", { low, high }), text("estimate_said", { low, high }));
  }
}

// What the eye reads, and what a screen reader says instead.
function shownAndSaid(classes, shown, said) {
  const node = element("span", classes);
  const seen = element("span", "", shown);
  seen.setAttribute("aria-hidden", "true");
  node.append(seen, element("span", "unseen", said));
  return node;
}
