"""What 500 waiting patients cost the front desk's page: `python -m bench.desk_console`.

The whole stack with 500 people on record and waiting, and the console in Chromium. Scripting is Chromium's own count for the page's
main thread (`ScriptDuration`): from the start until the first rows are drawn, and for each change that arrives until it is drawn.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from bench import results
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.e2e.consoles import Clinic
from tests.e2e.screens import a_browser
from tests.waiting import wait_until

WATCH = """
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: "longtask", buffered: true });
  const first = () => document.querySelector(".visits tbody tr");
  const named = () => document.querySelector("td.of-name")?.textContent.includes("(");
  const all = () => named() && document.querySelectorAll(".visits tbody tr").length >= PATIENTS;
  const called = () => window.visit && document.getElementById(`row-${window.visit}`)?.textContent.includes("called");
  const awaited = { first, all, called };
  new MutationObserver(() => {
    for (const [name, is] of Object.entries(awaited)) {
      if (!is()) continue;
      if (name === "called") window.visit = null;
      else delete awaited[name];
      console.debug(name);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
"""
"""Tells when something is drawn. Looking from outside, as Playwright does, would itself be scripting in the page."""


def main() -> int:
    """Run it and write the rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clinicflow-bench-") as folder, a_browser() as browser:
        settings = StackSettings(data=Path(folder) / "data", ports="free", show_logs=False)
        with Stack(settings) as stack:
            clinic = Clinic(stack, "maple", lambda **context: browser.new_context(**context).new_page())
            _fill(clinic, given.patients)
            page = clinic.console("ann")
            cookies: Any = page.context.storage_state()
            page.context.close()
            consoles = [_Console(clinic, browser, cookies, given.patients) for _ in range(given.times + 1)]
            opened = [_opened(console) for console in consoles[1:]]
            updates = _updated(consoles[0], clinic, given.times)
    first, all_drawn, longest = (median(one) for one in zip(*opened, strict=True))
    update = median(updates)
    print(f"{given.patients} waiting: first rows after {first:.0f} ms of scripting ({_range([one[0] for one in opened])}), "
          f"all of them after {all_drawn:.0f}; the longest task took {longest:.0f}; "
          f"an update {update:.0f} ({_range(updates)}); medians of {given.times}")  # fmt: skip
    results.write(
        console_first_rows_script_ms=round(first), console_all_rows_script_ms=round(all_drawn),
        console_longest_task_ms=round(longest), console_update_script_ms=round(update),
    )  # fmt: skip
    return 0


def _range(values: list[float]) -> str:
    return f"{min(values):.0f} to {max(values):.0f}"


def _fill(clinic: Clinic, patients: int) -> None:
    for number in range(patients):
        person = clinic.api.send("POST", "people", {"name": f"Patient {number} (invented)"}).json()["person"]
        clinic.api.walk_in(person=person, queue="AB"[number % 2], provider="dr-test")
    wait_until(lambda: len(clinic.api.visits()) == patients)


class _Console:
    """The console on a page of its own, and what its scripting has come to."""

    def __init__(self, clinic: Clinic, browser: Browser, cookies: Any, patients: int) -> None:
        self.page = browser.new_context(viewport={"width": 1366, "height": 900}, storage_state=cookies).new_page()
        self.page.add_init_script(WATCH.replace("PATIENTS", str(patients)))
        self._session = self.page.context.new_cdp_session(self.page)
        self._session.send("Performance.enable")
        self._address = f"{clinic.stack.around.url('checkin')}/desk/{clinic.site}"

    def open(self) -> tuple[float, float]:
        """Give the scripting until the first rows and until all are drawn, in ms."""
        with self._told("all"):
            with self._told("first"):
                self.page.goto(self._address, wait_until="commit")
            first = self.script_ms()
        return first, self.script_ms()

    def update(self, clinic: Clinic, visit: str) -> float:
        """Give the scripting until a call is drawn, in ms."""
        self.page.evaluate(f"window.visit = '{visit}'")
        before = self.script_ms()
        with self._told("called"):
            clinic.api.step(visit, "call")
        return self.script_ms() - before

    def longest_ms(self) -> float:
        """Give the longest task so far."""
        return float(self.page.evaluate("window.longest"))

    def close(self) -> None:
        """Leave."""
        self.page.context.close()

    def _told(self, name: str) -> Any:
        return self.page.expect_console_message(lambda said: said.text == name)

    def script_ms(self) -> float:
        """Give the scripting so far, in ms."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration"))


def _opened(console: _Console) -> tuple[float, float, float]:
    first, drawn = console.open()
    longest = console.longest_ms()
    console.close()
    return first, drawn, longest


def _updated(console: _Console, clinic: Clinic, times: int) -> list[float]:
    console.open()
    taken = [console.update(clinic, visit) for visit in list(clinic.api.visits())[:times]]
    console.close()
    return taken


if __name__ == "__main__":
    sys.exit(main())
