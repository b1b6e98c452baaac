"""One run: start the stack, let desks work and faults happen, wait until all is quiet, and collect what came out."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redis.exceptions import RedisError

from tests.chaos.desks import Clerk, now_ms
from tests.chaos.evidence import Evidence
from tests.chaos.followers import Lives, WallWatcher
from tests.chaos.history import History
from tests.chaos.installation import CALM, SITES, Installation, profile
from tests.chaos.look import Look
from tests.chaos.nemesis import LOOK_SECONDS, Nemesis, pause
from tests.chaos.readings import read_outbox, read_topics
from tests.chaos.schedule import Planned, faults
from tests.chaos.workload import REPEATED, Desk
from tests.waiting import wait_until

QUIET_SECONDS = 90.0
START_SECONDS = 60.0


@dataclass(frozen=True)
class Setting:
    """What makes a run: from the seed all that is drawn; the rest only for runs that are to provoke something."""

    seed: str
    faults: int
    plan: Sequence[Planned] | None = None
    """In place of the drawn ones."""
    quiet_plan: Sequence[Planned] = (Planned("forged-wipe"),)
    """What happens once nothing else does."""
    flow: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"flow": (), "flow-2": ()})
    """Each flow worker's circumstances (launch.py)."""
    sites: Sequence[str] = SITES
    desks_per_site: int = 2
    pause_s: float = 0.7
    repeated: float = REPEATED
    works_s: float = 5.0
    """So long the desks work on after the last fault."""
    act: Callable[[Installation, Look], None] | None = None
    """Something particular, in the midst of the work, before the faults."""


def run(setting: Setting, folder: Path, over: Callable[[], bool] = lambda: False) -> Evidence:
    """Run it to its end. Raises whatever keeps the harness itself from going on; nothing is left running then."""
    history = History(folder)
    installation = Installation(folder / "data", setting.flow)
    with contextlib.ExitStack() as at_end:
        at_end.callback(history.close)
        at_end.callback(installation.close)
        installation.open(setting.sites)
        look = Look(installation, setting.sites)
        at_end.callback(look.close)
        desks = list(_desks(setting, installation, history))
        _open_clinics(setting, installation, look, desks)
        lives = Lives(installation.stack.around.redis_url, installation.stack.around.namespace, setting.sites)
        walls = [WallWatcher(installation.url("board"), installation.token, site, lives) for site in setting.sites]
        for follower in (lives, *walls):
            follower.start()
            at_end.callback(follower.stop)
        nemesis = Nemesis(installation, look, desks, history, setting.seed)
        _work(setting, desks, nemesis, installation, look, over)
        evidence = Evidence(sent=history.sent, faults=history.faults)
        _quiet_down(setting, evidence, nemesis, installation, look)
        for watcher in walls:
            evidence.walls.append((watcher.site, "who always looked", watcher.wall))
            evidence.walls.append((watcher.site, "who looks now", look.wall(watcher.site)))
        _restore(evidence, installation, look)
        evidence.views += nemesis.views
        evidence.versions = [*lives.versions, *(version for watcher in walls for version in watcher.versions)]
        _read(evidence, installation, look)
    evidence.save(folder)
    return evidence


def _desks(setting: Setting, installation: Installation, history: History) -> Iterator[Clerk]:
    for site in setting.sites:
        for number in range(1, setting.desks_per_site + 1):
            plan = Desk(setting.seed, profile(site), number, setting.repeated)
            yield Clerk(installation.url("checkin"), installation.token, site, plan, history, setting.pause_s)


def _open_clinics(setting: Setting, installation: Installation, look: Look, desks: Sequence[Clerk]) -> None:
    opening = {desk.site: desk for desk in desks}
    for site, desk in opening.items():
        wait_until(lambda desk=desk, site=site: desk.open(profile(site)), START_SECONDS, f"the opening of {site}")  # type: ignore[misc] # bound now
    wait_until(look.find_partitions, START_SECONDS, "every clinic in the live state")
    # Before its first snapshot flow holds back what a crash would make it say again; nothing is to crash till then.
    wait_until(look.is_any_saved, START_SECONDS, "a snapshot of each partition")


def _work(
    setting: Setting, desks: Sequence[Clerk], nemesis: Nemesis, installation: Installation, look: Look, over: Callable[[], bool]
) -> None:
    for desk in desks:
        desk.start()
    try:
        pause(2)
        if setting.act is not None:
            setting.act(installation, look)
        plan: Iterable[Planned] = faults(setting.seed) if setting.plan is None else setting.plan
        nemesis.run(iter(plan), setting.faults, lambda: over() or not all(desk.is_at_work for desk in desks))
        if not all(desk.is_at_work for desk in desks):
            raise RuntimeError("a desk has broken down")
        pause(setting.works_s)
    finally:
        for desk in desks:
            desk.ask_to_stop()
        for desk in desks:
            desk.join(150)


def _quiet_down(setting: Setting, evidence: Evidence, nemesis: Nemesis, installation: Installation, look: Look) -> None:
    """Wait until everything is read, shown and texted; then what is planned for the quiet; then look at what is shown."""
    _settle(evidence, look)
    for planned in setting.quiet_plan:
        nemesis.do(planned)
    nemesis.recover()
    if setting.quiet_plan:
        pause(2)
        _settle(evidence, look)
    with contextlib.suppress(RedisError):
        evidence.views += look.views(last=True)


def _settle(evidence: Evidence, look: Look) -> None:
    since, until = now_ms(), time.monotonic() + QUIET_SECONDS
    evidence.settled_ms = None
    while time.monotonic() < until:
        ends = look.log_ends()
        if ends is not None and look.is_fresh(ends, since) and look.is_all_texted():
            evidence.settled_ms = now_ms()
            return
        evidence.unsettled = look.missing
        pause(LOOK_SECONDS)


def _restore(evidence: Evidence, installation: Installation, look: Look) -> None:
    """Kill every flow worker and wipe Redis: what is shown then is what had been saved, not what somebody remembers."""
    for name in installation.flows_up():
        installation.part(name).kill()
    look._redis.flushall()
    began, until = now_ms(), time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until:
        ends = look.log_ends()
        if ends is not None and look.is_fresh(ends, began + 1000):
            break
        pause(LOOK_SECONDS)
    with contextlib.suppress(RedisError):
        evidence.views += look.views(last=True, restored=True)


def _read(evidence: Evidence, installation: Installation, look: Look) -> None:
    around = installation.stack.around
    wait_until(look.is_all_texted, QUIET_SECONDS, "the handling of every alert")
    read_topics(around.kafka_bootstrap, around.namespace, evidence)
    evidence.texts = read_outbox(installation.outbox)
    evidence.outcomes = look.outcomes(sorted({record.event["id"] for record in evidence.log}))


__all__ = ["CALM", "Setting", "run"]
