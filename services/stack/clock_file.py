"""The one clock of all services (DESIGN I6): where a run's clock starts, written before any service does.

Two files in the data folder. `clock.json` is read by the services (services/runtime/clock.py says what it means).
`clock.last` is ours: how far the clock got, noted every second, so that the next run goes on from there.
"""

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.runtime.clock import Clock, ClockAnchor

ANCHOR_FILE = "clock.json"
LAST_FILE = "clock.last"
TICK = timedelta(seconds=1)
"""How often the clock's time is noted, in real time."""


class Last(BaseModel):
    """How far an earlier run's clock got."""

    model_config = ConfigDict(frozen=True)

    clock: AwareDatetime
    speed: float = Field(gt=0)
    scaled: bool
    """Whether this data was ever run at another time than the real one."""

    def surely_past(self) -> datetime:
        """No earlier than anything the earlier run may have stamped, even if it died between two notes."""
        return self.clock + 2 * TICK * self.speed


def first_anchor(real: datetime, speed: float, start_at: datetime | None) -> tuple[ClockAnchor, bool]:
    """The anchor of a fresh data folder, and whether its data are scaled from now on."""
    anchor = ClockAnchor(speed=speed, anchor_real=real, anchor_clock=start_at or real)
    return anchor, speed != 1 or start_at is not None


def next_anchor(real: datetime, speed: float, last: Last) -> tuple[ClockAnchor, bool]:
    """The anchor of a further run on the same data: never earlier than what was stamped.

    Data that were never scaled follow real time; others go on from where they stopped, however long ago that was.
    """
    reached = last.surely_past()
    anchor_clock = reached if last.scaled else max(real, last.clock)
    return ClockAnchor(speed=speed, anchor_real=real, anchor_clock=anchor_clock), last.scaled or speed != 1


class ClockFile:
    """The clock of one run of the stack."""

    def __init__(self, folder: Path, speed: float, start_at: datetime | None) -> None:
        """Writes both files; the services may start now. `start_at` counts on fresh data only."""
        self._folder = folder
        real = real_now()
        last = _read_last(folder, real)
        self.anchor, self._scaled = next_anchor(real, speed, last) if last else first_anchor(real, speed, start_at)
        self.note()
        _write(folder / ANCHOR_FILE, self.anchor)

    def note(self) -> None:
        """Note how far the clock got. Call it every TICK, and once when all services have stopped."""
        clock = shown_at(self.anchor, real_now())
        _write(self._folder / LAST_FILE, Last(clock=clock, speed=self.anchor.speed, scaled=self._scaled))


def real_now() -> datetime:
    """Real time, UTC: it is the launcher that ties the services' clock to it."""
    return Clock().now()


def shown_at(anchor: ClockAnchor, real: datetime) -> datetime:
    """What the clock shows at this real time."""
    return Clock(anchor, real=real.timestamp).now()


def _read_last(folder: Path, real: datetime) -> Last | None:
    """The earlier run's last note; without one that can be read, the latest time its clock can have shown."""
    try:
        return Last.model_validate_json((folder / LAST_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        pass
    try:
        anchor = ClockAnchor.model_validate_json((folder / ANCHOR_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return Last(clock=shown_at(anchor, real), speed=anchor.speed, scaled=True)


def _write(path: Path, content: BaseModel) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(content.model_dump_json() + "\n", encoding="utf-8")
    beside.replace(path)
