"""The plan of a clinic's days: who will come when, and what will happen to each. The same seed makes the same plan."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from services.simulator.domain.arrivals import HourlyRates, arrivals
from services.simulator.domain.chance import chance
from services.simulator.domain.habits import Habits

APPOINTMENTS, WALK_INS = "A", "B"
"""The letters on the tickets."""
ORDINARY, URGENT = 5, 3
_DOOR_SECONDS = 2.0


@dataclass(frozen=True)
class Appointment:
    """What is written in the book."""

    at: datetime
    minutes: int
    provider: str | None
    cancelled: bool = False


@dataclass(frozen=True)
class Course:
    """What will happen to a patient. Times are seconds and run from the step before."""

    patience: float | None
    """None: they wait as long as it takes."""
    walk: float
    recall: bool
    wrong_call: bool
    preparing: float
    with_provider: float
    at_the_desk: float
    wrong_check_out: bool
    cleaning: float
    noticing: float


@dataclass(frozen=True)
class PlannedVisit:
    """One patient's visit, as it will go."""

    number: int
    arrives: datetime
    shows: bool
    priority: int
    language: str
    appointment: Appointment | None
    course: Course

    @property
    def queue(self) -> str:
        """The letter of the ticket."""
        return WALK_INS if self.appointment is None else APPOINTMENTS


def plan(seed: int, start: datetime, rates: HourlyRates, providers: tuple[str, ...], habits: Habits) -> Iterator[PlannedVisit]:
    """Every visit from `start` on, without end, in the order of arrival."""
    book = _Book(providers, habits.slot_minutes)
    for number, seconds in enumerate(_coming(rates, chance(seed, "arrivals"), habits.at_the_door)):
        rng = chance(seed, "visit", number)
        arrives = start + timedelta(seconds=seconds)
        appointment = _appointment(rng, arrives, start, book, habits) if rng.random() < habits.booked else None
        yield PlannedVisit(
            number=number,
            arrives=arrives,
            shows=appointment is None or rng.random() >= habits.no_show,
            priority=URGENT if rng.random() < habits.urgent else ORDINARY,
            language="es" if rng.random() < habits.spanish else "en",
            appointment=appointment,
            course=course(rng, habits),
        )


def course(rng: Random, habits: Habits) -> Course:
    """Draw what will happen to a patient."""
    impatient = rng.random() < habits.impatient
    patience = habits.patience.seconds(rng)
    return Course(
        patience=patience if impatient else None,
        walk=habits.walk.seconds(rng),
        recall=rng.random() < habits.recalled,
        wrong_call=rng.random() < habits.wrong_call,
        preparing=habits.preparing.seconds(rng),
        with_provider=habits.with_provider.seconds(rng),
        at_the_desk=habits.at_the_desk.seconds(rng),
        wrong_check_out=rng.random() < habits.wrong_check_out,
        cleaning=habits.cleaning.seconds(rng),
        noticing=habits.noticing.seconds(rng),
    )


def _coming(rates: HourlyRates, rng: Random, at_the_door: int) -> Iterator[float]:
    yield from (number * _DOOR_SECONDS for number in range(at_the_door))
    yield from (at_the_door * _DOOR_SECONDS + seconds for seconds in arrivals(rates, rng))


def _appointment(rng: Random, arrives: datetime, start: datetime, book: "_Book", habits: Habits) -> Appointment:
    meant = arrives + timedelta(seconds=habits.earliness.seconds(rng) - habits.lateness.seconds(rng))
    return book.enter(max(meant, start), cancelled=rng.random() < habits.cancels)


class _Book:
    """Slots of equal length; each provider has one patient in each."""

    def __init__(self, providers: tuple[str, ...], minutes: int) -> None:
        self._providers, self._minutes = providers, minutes
        self._taken: Counter[int] = Counter()

    def enter(self, meant: datetime, *, cancelled: bool) -> Appointment:
        """Write a patient into the slot that begins next; beyond the last provider the booking is for the pool."""
        length = self._minutes * 60
        slot = -int(-meant.timestamp() // length)
        order = self._taken[slot]
        self._taken[slot] += 1
        provider = self._providers[(slot + order) % len(self._providers)] if order < len(self._providers) else None
        return Appointment(datetime.fromtimestamp(slot * length, meant.tzinfo), self._minutes, provider, cancelled)
