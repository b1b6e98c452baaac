// The live site of a console, kept by snapshot and changes. One stream serves all tabs of a browser, where it has shared workers.

import { Follower, ServerTime } from "../live.js";

const LISTS = ["visits", "rooms", "providers", "supplies", "open_items", "alerts"];

export class LiveSite {
  #listeners = new Set();
  #follow = null;

  constructor(site, { refused }) {
    this.time = new ServerTime();
    this.desk = null;
    this.page = null;
    this.barred = false; // whoever has signed in may not see this clinic
    const address = `/v1/sites/${site}/desk/events`;
    const hear = (kind, data) => this.#take(kind, data);
    const no = (status) => this.#refused(status, refused);
    this.#follow = shared(address, hear, no) ?? direct(address, hear, no);
  }

  // Follows; after a change of who has signed in, too.
  open() {
    this.barred = false;
    this.#follow.open();
  }

  close() {
    this.#follow.close();
  }

  get stale() {
    return this.time.stale(this.desk !== null);
  }

  subscribe(listener) {
    this.#listeners.add(listener);
  }

  #refused(status, then) {
    this.barred = status === 403 || status === 404;
    then(status);
    return true;
  }

  #take(kind, data) {
    this.time.take(data.time);
    if (kind === "snapshot") {
      this.desk = data.desk;
      this.page = data.page;
    }
    if (kind === "change" && this.desk) this.desk = changed(this.desk, data.change);
    for (const listener of this.#listeners) listener(kind);
  }
}

export function changed(desk, change) {
  const now = { ...desk };
  for (const part of ["site", "book", "estimates"]) if (part in change) now[part] = change[part];
  for (const part of LISTS.filter((list) => list in change)) {
    now[part] = { ...desk[part], ...change[part].set };
    for (const name of change[part].gone) delete now[part][name];
  }
  return now;
}

function direct(address, hear, refused) {
  return new Follower(address, { taken: hear, refused });
}

function shared(address, hear, refused) {
  if (typeof SharedWorker === "undefined") return null;
  const worker = new SharedWorker(new URL("site-worker.js", import.meta.url), { type: "module", name: address });
  worker.port.onmessage = ({ data: message }) => {
    if (message.kind === "refused") refused(message.status);
    else hear(message.kind, message.data);
  };
  worker.port.start();
  addEventListener("pagehide", () => worker.port.postMessage({ kind: "leave" }));
  return {
    open: () => worker.port.postMessage({ kind: "open", address }),
    close: () => worker.port.postMessage({ kind: "leave" }),
  };
}
