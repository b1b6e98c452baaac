"""One run: start the stack, let desks work and faults happen, wait until all is quiet, and collect what came out."""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redis.exceptions import RedisError

from tests.chaos.desks import Clerk, now_ms
from tests.chaos.evidence import Evidence
from tests.chaos.followers import Lives, WallWatcher
from tests.chaos.history import History
from tests.chaos.installation import SITES, Installation, profile
from tests.chaos.look import Look
from tests.chaos.nemesis import LOOK_SECONDS, Nemesis, pause
from tests.chaos.readings import read_outbox, read_topics
from tests.chaos.schedule import Planned, faults
from tests.chaos.workload import REPEATED, Desk
from tests.waiting import comes_about, wait_until

START_SECONDS = 60.0
DESK_SECONDS = 150.0
"""So long a desk may take for what it had begun."""


@dataclass(frozen=True)
class Setting:
    """What makes a run: from the seed all that is drawn; the rest only for runs that are to provoke something."""

    seed: str
    faults: int = 0
    plan: Sequence[Planned] | None = None
    """In place of the drawn ones."""
    quiet_plan: Sequence[Planned] = (Planned("forged-wipe"),)
    """What happens once nothing else does."""
    flow: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"flow": (), "flow-2": ()})
    """Each flow worker's circumstances (launch.py)."""
    sites: Sequence[str] = SITES
    pause_s: float = 0.7
    """Between two steps of a desk; there are two desks a site."""
    repeated: float = REPEATED
    works_s: float = 5.0
    """So long the desks work on after the last fault."""
    patience_s: float = 90.0
    """So long everything may take to be fresh again."""
    act: Callable[[Installation, Look], None] | None = None
    """Something particular, in the midst of the work, before the faults."""


def run(setting: Setting, folder: Path, over: Callable[[], bool] = lambda: False) -> Evidence:
    """Run it to its end, or until `over`, and keep the evidence in the folder. Nothing is left running, however it ends."""
    history = History(folder)
    installation = Installation(folder / "data", setting.flow)
    with contextlib.ExitStack() as at_end:
        at_end.callback(history.close)
        at_end.callback(installation.close)
        installation.open()
        look = Look(installation, setting.sites)
        at_end.callback(look.close)
        scene = Scene(setting, history, installation, look)
        scene.open_clinics()
        at_end.callback(scene.stop_watching)
        scene.watch()
        scene.work(over)
        scene.quiet_down()
        scene.restore()
        scene.collect()
    scene.evidence.save(folder)
    return scene.evidence


class Scene:
    """Everybody who takes part, in the order of the acts."""

    def __init__(self, setting: Setting, history: History, installation: Installation, look: Look) -> None:
        self._setting, self._installation, self._look = setting, installation, look
        around = installation.stack.around
        self._desks = [
            Clerk(
                installation.url("checkin"), installation.token, site,
                Desk(setting.seed, profile(site), number, setting.repeated), history, setting.pause_s,
            )
            for site in setting.sites for number in (1, 2)
        ]  # fmt: skip
        self._nemesis = Nemesis(installation, look, self._desks, history, seed=setting.seed, patience_s=setting.patience_s)
        self._lives = Lives(around.redis_url, around.namespace, setting.sites)
        self._walls = [WallWatcher(installation.url("board"), installation.token, site, self._lives) for site in setting.sites]
        self.evidence = Evidence(sent=history.sent, faults=history.faults)

    def open_clinics(self) -> None:
        """Make every clinic, and wait until it is known, shown and saved."""
        for desk in {desk.site: desk for desk in self._desks}.values():
            wait_until(desk.open, START_SECONDS, f"the opening of {desk.site}")
        wait_until(self._look.find_partitions, START_SECONDS, "every clinic in the live state")
        # Before its first snapshot flow holds back what a crash would make it say again; nothing is to crash till then.
        wait_until(self._look.is_any_saved, START_SECONDS, "a snapshot of each partition")

    def watch(self) -> None:
        """Let those begin who look all the time."""
        for follower in self._followers():
            follower.start()

    def stop_watching(self) -> None:
        """Let them go."""
        for follower in self._followers():
            follower.stop()

    def _followers(self) -> list[Lives | WallWatcher]:
        return [self._lives, *self._walls]

    def work(self, over: Callable[[], bool]) -> None:
        """Let the desks work and the faults happen. Raises RuntimeError where a desk breaks down."""
        for desk in self._desks:
            desk.start()
        try:
            pause(2)
            if self._setting.act is not None:
                self._setting.act(self._installation, self._look)
            plan = faults(self._setting.seed) if self._setting.plan is None else iter(self._setting.plan)
            in_the_work = self._setting.faults - (len(self._setting.quiet_plan) if self._setting.plan is None else 0)
            self._nemesis.run(plan, in_the_work, lambda: over() or not self._all_at_work())
            if not self._all_at_work():
                raise RuntimeError("a desk has broken down")
            pause(self._setting.works_s)
        finally:
            for desk in self._desks:
                desk.ask_to_stop()
            for desk in self._desks:
                desk.join(DESK_SECONDS)

    def _all_at_work(self) -> bool:
        return all(desk.is_at_work for desk in self._desks)

    def quiet_down(self) -> None:
        """Wait until everything is read, shown and texted; then what is planned for the quiet; then look at what is shown."""
        self._settle()
        for planned in self._setting.quiet_plan:
            self._nemesis.do(planned)
        self._nemesis.recover()
        self._settle()
        with contextlib.suppress(RedisError):
            self.evidence.views += self._look.views(last=True)
        for watcher in self._walls:
            self.evidence.walls.append((watcher.site, "who always looked", watcher.wall))
            self.evidence.walls.append((watcher.site, "who looks now", self._look.wall(watcher.site)))

    def _settle(self) -> None:
        since = now_ms()
        settled = comes_about(lambda: self._is_fresh(since) and self._look.is_all_texted(), self._setting.patience_s)
        self.evidence.settled_ms = now_ms() if settled else None
        self.evidence.unsettled = "" if settled else self._look.missing

    def _is_fresh(self, since_ms: int) -> bool:
        ends = self._look.log_ends()
        return ends is not None and self._look.is_fresh(ends, since_ms)

    def restore(self) -> None:
        """Kill every flow worker and wipe Redis: what is shown then is what had been saved, not what somebody remembers."""
        for name in self._installation.flows_up():
            self._installation.part(name).kill()
        self._look.wipe()
        began, until = now_ms() + 1000, time.monotonic() + self._setting.patience_s
        while time.monotonic() < until and not self._is_fresh(began):
            pause(LOOK_SECONDS)
        with contextlib.suppress(RedisError):
            self.evidence.views += self._look.views(last=True, restored=True)

    def collect(self) -> None:
        """Read everything that came out."""
        around, evidence = self._installation.stack.around, self.evidence
        comes_about(self._look.is_all_texted, self._setting.patience_s)
        evidence.views += self._nemesis.views
        evidence.versions = [*self._lives.versions, *(version for watcher in self._walls for version in watcher.versions)]
        read_topics(around.kafka_bootstrap, around.namespace, evidence)
        evidence.texts = read_outbox(self._installation.outbox)
        evidence.outcomes = self._look.outcomes(sorted({record.event["id"] for record in evidence.log}))
