// The keyboard: everything that is done all day without a mouse.

import { TABS } from "../kit/model.js";

const LISTS = [...TABS, "rooms", "providers"];

export function listenForKeys(desk) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (desk.session.state !== "open" || desk.dialog !== null) return;
    const typing = event.target.closest?.("input, select, textarea");
    const done = typing ? whileTyping(desk, event) : atLarge(desk, event);
    if (done) event.preventDefault();
  });
}

function whileTyping(desk, { key, target }) {
  if (target.id !== "search") return false;
  if (key === "Escape") {
    desk.show({ typed: "" });
    target.blur();
    return true;
  }
  if (key === "ArrowDown" || key === "Enter") {
    target.blur();
    move(desk, desk.selected === null || !desk.shown.some((visit) => visit.visit === desk.selected) ? 1 : 0);
    return true;
  }
  return false;
}

function atLarge(desk, event) {
  const { key } = event;
  const list = LISTS[Number(key) - 1];
  if (list) return done(desk.show({ tab: list, selected: null, typed: "" }));
  switch (key) {
    case "/":
      return done(document.getElementById("search")?.focus());
    case "ArrowDown":
    case "j":
      return done(move(desk, 1));
    case "ArrowUp":
    case "k":
      return done(move(desk, -1));
    case "n":
      return done(desk.open("walk-in"));
    case "c":
      return desk.session.mayBook && done(desk.open("concern"));
    case "d":
      return desk.selected !== null && desk.session.mayBook && done(desk.open("details", { visit: desk.selected }));
    case "z":
      return done(desk.steps.undoLast());
    case "a":
      return done(desk.open("alerts"));
    case "l":
      return done(desk.session.lock());
    case "?":
      return done(desk.open("keys"));
    case "Enter":
      if (event.target.closest("button, a, [role=tab]")) return false;
      return desk.selected !== null && done(desk.nextStep(desk.selected));
    case "o":
    case "ArrowRight":
      return desk.selected !== null && !event.target.closest("[role=tab]") && done(desk.open("visit", { visit: desk.selected }));
    default:
      return false;
  }
}

const done = () => true;

function move(desk, by) {
  const visits = desk.shown.map((visit) => visit.visit);
  if (visits.length === 0) return;
  const at = visits.indexOf(desk.selected);
  const to = at < 0 ? (by < 0 ? visits.length - 1 : 0) : Math.min(visits.length - 1, Math.max(0, at + by));
  desk.show({ selected: visits[to] });
  document.getElementById(`row-${visits[to]}`)?.focus();
}
