// The keyboard: days, views, a new booking.

import { root } from "../page.js";
import { VIEWS } from "./app.js";

export function listenForKeys(book) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (book.session.state !== "open" || book.dialog !== null || book.read === null) return;
    if (event.target.closest?.("input, select, textarea")) return;
    if (atLarge(book, event.key)) event.preventDefault();
  });
}

function atLarge(book, key) {
  const by = book.view === "week" ? 7 : 1;
  const on = root.dir === "rtl" ? -by : by;
  const view = VIEWS[Number(key) - 1];
  if (view) return done(book.turnTo(view));
  switch (key) {
    case "ArrowRight":
      return done(book.show({ day: book.dates.plus(book.day, on) }));
    case "ArrowLeft":
      return done(book.show({ day: book.dates.plus(book.day, -on) }));
    case "ArrowDown":
      return walk(1);
    case "ArrowUp":
      return walk(-1);
    case "t":
      return done(book.show({ day: book.today }));
    case "n":
      return book.session.mayBook && done(book.open("booking"));
    case "z":
      return done(book.steps.undoLast());
    case "l":
      return done(book.session.lock());
    default:
      return false;
  }
}

const done = () => true;

// From booking to booking, column by column.
function walk(by) {
  const all = [...document.querySelectorAll(".booking button")];
  if (all.length === 0) return false;
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? (by < 0 ? all.length - 1 : 0) : Math.min(all.length - 1, Math.max(0, at + by))].focus();
  return true;
}
