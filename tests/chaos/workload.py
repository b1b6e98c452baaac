"""What the desks are going to do, drawn from a seed: the plan is the same for the same seed, whatever becomes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tests.chaos.evidence import event_id

QUEUES = ("A", "A", "A", "B")
AT_ONCE = 7
"""So many patients a desk has in the clinic."""
COURSE = ("call", "room", "provider-seen", "left-room", "check-out")
REPEATED = OUT_OF_ORDER = 0.05
TAKEN_ON = 0.25
"""So often a desk takes an alert on, before the patient's next step."""
ALERTS = {"check-in": "next-up", "call": "called", "recall": "called"}
"""What a step makes stand under an id that can be known beforehand."""


@dataclass(frozen=True)
class Step:
    """One request of a desk. `ago_s`: it is entered later, as a report of so long ago; None: it is a command of now.

    `names` is the key of the step that an undo or a correction is about; `again` asks for the same once more later.
    """

    key: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    ago_s: float | None = None
    names: str | None = None
    new_time_ago_s: float | None = None
    again: bool = False
    insists: bool = True
    """Whether the desk tries until it is told something."""
    method: str = "POST"


@dataclass
class _Patient:
    visit: str
    left: list[str]
    slow: bool
    keys: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)


class Desk:
    """One desk of one site: an endless stream of steps."""

    def __init__(self, seed: str, profile: Mapping[str, Any], number: int, repeated: float = REPEATED) -> None:
        self.name = f"{profile['site']}-{number}"
        self._random = Random(f"{seed}/{self.name}")
        self.profile, self._repeated = profile, repeated
        self._patients: list[_Patient] = []
        self._seen = self._steps = 0

    def steps(self) -> Iterator[Step]:
        """Yield step after step; a few are swapped with the next one of the same patient."""
        while True:
            chance = self._random.random()
            if chance < 0.01:
                yield self._room_step()
            elif chance < 0.02:
                yield self._profile_step()
            elif len(self._patients) < AT_ONCE and self._random.random() < 0.4:
                yield from self._arrive()
            elif self._patients:
                yield from self._go_on(self._pick())

    # -- one patient -------------------------------------------------------------------------------------------------

    def _pick(self) -> _Patient:
        quick = [patient for patient in self._patients if not patient.slow]
        return self._random.choice(quick if quick and self._random.random() < 0.97 else self._patients)

    def _arrive(self) -> Iterator[Step]:
        draw, self._seen = self._random, self._seen + 1
        patient = _Patient(_visit(f"{self.name}-{self._seen}"), list(COURSE), slow=draw.random() < 0.1)
        said: dict[str, Any] = {"queue": draw.choice(QUEUES)}
        if patient.slow:
            said["priority"] = 9
        booked = draw.random()
        if booked < 0.25:
            yield self._step(patient, "reschedule", {"scheduled_at": "2030-01-02T10:00:00Z", "minutes": 20}, ago_s=600)
            if booked < 0.06:
                yield self._step(patient, draw.choice(("cancel", "no-show")))
                if booked < 0.04:
                    return
        if draw.random() < 0.1:
            yield self._step(_Patient(_visit(f"{patient.visit}-old"), [], slow=False), "check-in", ago_s=3 * 86_400)
        self._patients.append(patient)
        yield self._step(patient, "check-in", said)

    def _go_on(self, patient: _Patient) -> Iterator[Step]:
        chance = self._random.random()
        if chance < 0.05 and patient.keys:
            yield self._undo(patient)
        elif chance < 0.09 and patient.keys:
            yield self._correct(patient)
        elif chance < 0.14:
            yield self._aside(patient)
        elif chance < 0.14 + OUT_OF_ORDER and len(patient.left) > 1:
            first, second = self._next(patient), self._next(patient)
            yield replace(second, ago_s=self._random.uniform(1, 10))
            yield replace(first, ago_s=self._random.uniform(10, 30))
        else:
            step = self._next(patient)
            if self._random.random() < TAKEN_ON:
                yield self._take_on(patient)
            yield step
        if not patient.left and self._random.random() < 0.8:
            self._patients.remove(patient)

    def _next(self, patient: _Patient) -> Step:
        if not patient.left:
            return self._step(patient, "check-out")
        action = patient.left.pop(0)
        if action == "call" and self._random.random() < 0.05:
            patient.left.clear()
            return self._step(patient, "left")
        body = {"room": self._room()} if action == "room" or (action == "call" and self._random.random() < 0.7) else {}
        return self._step(patient, action, body)

    def _aside(self, patient: _Patient) -> Step:
        asides: tuple[tuple[str, dict[str, Any]], ...] = (
            ("priority", {"priority": self._random.randint(1, 8)}), ("recall", {}), ("move", {"room": self._room()}),
            ("assign", {"provider": "dr-test"}), ("still-here", {}), ("move", {"service": "lab"}),
        )  # fmt: skip
        action, body = self._random.choice(asides)
        return self._step(patient, action, body)

    def _undo(self, patient: _Patient) -> Step:
        named = self._random.choice(patient.keys[-4:])
        return replace(self._step(patient, "undo"), names=named, ago_s=None)

    def _correct(self, patient: _Patient) -> Step:
        named = self._random.choice(patient.keys[-4:])
        return replace(self._step(patient, "correct"), names=named, ago_s=None, new_time_ago_s=self._random.uniform(0, 400))

    # -- one step ----------------------------------------------------------------------------------------------------

    def _room(self) -> str:
        return str(self._random.choice(self.profile["rooms"])["id"])

    def _step(self, patient: _Patient, action: str, body: dict[str, Any] | None = None, ago_s: float | None = None) -> Step:
        self._steps += 1
        key = f"{self.name}-{self._steps}"
        patient.keys.append(key)
        if action in ALERTS:
            patient.alerts.append(f"{ALERTS[action]}/{patient.visit}/{event_id(self.profile['site'], key)}")
        if ago_s is None and self._random.random() < 0.12:
            ago_s = self._random.choice((5.0, 40.0, 70.0, 150.0, 700.0))
        again, insists = self._random.random() < self._repeated, self._random.random() < 0.7
        return Step(key, f"visits/{patient.visit}/{action}", body or {}, ago_s, again=again, insists=insists)

    def _take_on(self, patient: _Patient) -> Step:
        """Take one of the patient's alerts on, which may not stand yet: its step is the next one."""
        self._steps += 1
        alert, ago_s = self._random.choice(patient.alerts), self._random.choice((None, None, 20.0, 200.0))
        return Step(f"{self.name}-{self._steps}", "alerts/acknowledge", {"alert": alert}, ago_s)

    def _profile_step(self) -> Step:
        self._steps += 1
        key = f"{self.name}-{self._steps}"
        return Step(key, "profile", {**self.profile, "name": f"Invented clinic {key}"}, method="PUT")

    def _room_step(self) -> Step:
        self._steps += 1
        status = self._random.choice(("ready", "ready", "cleaning", "out-of-service"))
        return Step(f"{self.name}-{self._steps}", f"rooms/{self._room()}/status", {"status": status})


def _visit(name: str) -> str:
    """Give an id as programs make them, the same in each run of the plan."""
    return f"v-{uuid5(NAMESPACE_OID, name).hex}"
