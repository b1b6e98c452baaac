"""Runs that provoke what one protection of flow is there for: each is clean with it, and must be found out without it (item by item
the five of the issue)."""

import signal
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.chaos.installation import Installation
from tests.chaos.look import Look
from tests.chaos.nemesis import pause
from tests.chaos.run import Setting
from tests.chaos.schedule import Planned
from tests.waiting import wait_until

TAKEN_OVER = 60.0
CLINICS = ("north", "lake")


def _setting(seed: str, **more: Any) -> Setting:
    """Two clinics, busy desks, and nothing that isn't asked for."""
    return Setting(**{"seed": seed, "plan": (), "quiet_plan": (), "sites": CLINICS, "pause_s": 0.3, "patience_s": 60.0, **more})


class Provocation(NamedTuple):
    """`setting` makes the run, given what is switched off in the first flow worker; `shows_as`: in which classes, one of them at least."""

    setting: Callable[[tuple[str, ...]], Setting]
    shows_as: tuple[str, ...]


def repeats(off: tuple[str, ...]) -> Setting:
    """Nearly a third of all commands are sent again, now and later."""
    return _setting("repeats", flow={"flow": off}, repeated=0.3, works_s=15)


def batches_lost(off: tuple[str, ...]) -> Setting:
    """A worker that was killed doesn't get the first batch of each partition: Faust drops one now and then."""
    kills = (Planned("kill", "flow"),) * 3
    return _setting("gaps", faults=3, plan=kills, flow={"flow": ("batches-lost", *off)})


def killed_before_alerts(off: tuple[str, ...]) -> Setting:
    """A worker is killed with alerts at hand that it has not sent."""
    kills = (Planned("failpoint", "flow", point="alerts:before"),) * 4
    return _setting("unsent", faults=4, plan=kills, flow={"flow": off})


def zombie(off: tuple[str, ...]) -> Setting:
    """A worker freezes with a batch folded and not shown, loses its partitions, wakes, shows it, and freezes again."""
    sleeper = ("freezes-before-show", "watchdog-off", *off)
    return _setting("zombie", flow={"flow": sleeper, "flow-2": ()}, act=_sleep_through_a_takeover)


def forged_sentinel(off: tuple[str, ...]) -> Setting:
    """Redis is wiped while nothing happens, and another's sentinels are the first thing in it."""
    return _setting("sentinel", quiet_plan=(Planned("forged-wipe"),), flow={"flow": off}, sites=("lake",), patience_s=20)


def _sleep_through_a_takeover(installation: Installation, look: Look) -> None:
    folder = installation.folder("flow")
    (folder / "freeze-before-show").touch()
    wait_until(lambda: installation.is_frozen("flow"), TAKEN_OVER, "its sleep")
    ends = look.log_ends()
    assert ends is not None
    wait_until(lambda: look.is_fresh(ends, 0), TAKEN_OVER, "the takeover")
    pause(3)
    installation.signal("flow", signal.SIGCONT)
    wait_until((folder / "awake").exists, TAKEN_OVER, "the showing of what it was about")


PROVOCATIONS = {
    "dedupe-off": Provocation(repeats, ("duplicate_applied",)),
    "gap-folded": Provocation(batches_lost, ("wrong_state",)),
    "saved-before-effects": Provocation(killed_before_alerts, ("alerts_lost", "alerts_doubled", "texts_lost")),
    "guard-off": Provocation(zombie, ("offsets_back", "wrong_view")),
    "any-sentinel-will-do": Provocation(forged_sentinel, ("wrong_view",)),
}
"""By the protection that is switched off (launch.py knows it by this name)."""
