// One stream for all tabs of a browser: each tab is a port. A tab that joins later is given what was last known.

import { Follower } from "../live.js";
import { changed } from "./site.js";

const ports = new Set();
let follower = null;
let desk = null;
let last = null; // the last snapshot's data, with the desk as it is now

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

function taken(kind, data) {
  if (kind === "snapshot") {
    desk = data.desk;
    last = data;
  }
  if (kind === "change") {
    desk = changed(desk, data.change);
    last = { ...last, desk };
  }
  last &&= { ...last, time: data.time };
  came = performance.now();
  tell({ kind, data });
}

let came = 0;

// The time that goes with what was last known, as if it were said now.
function asOfNow(data) {
  const passed = performance.now() - came;
  const { time } = data;
  const age = time.age_ms === null ? null : time.age_ms + passed;
  return { ...data, time: { ...time, server_ms: time.server_ms + passed * time.speed, age_ms: age } };
}

function open(address) {
  follower?.close();
  follower = new Follower(address, {
    taken,
    refused(status) {
      desk = last = null;
      tell({ kind: "refused", status });
      return true;
    },
  });
  follower.open();
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data: message }) => {
    if (message.kind === "leave") {
      ports.delete(port);
      if (ports.size === 0) {
        follower?.close();
        follower = null;
        last = desk = null;
      }
      return;
    }
    const joins = !ports.has(port);
    ports.add(port);
    if (joins && follower?.following && last) port.postMessage({ kind: "snapshot", data: asOfNow(last) });
    else open(message.address);
  };
  port.start();
};
