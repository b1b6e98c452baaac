"""Which faults come in which order, drawn from a seed: all there are, shuffled, then again, so that none is left out by chance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.chaos.failpoints import POINTS

Kind = Literal["kill", "freeze", "wipe", "forged-wipe", "join-or-leave", "clock-jump", "failpoint", "zombie"]


@dataclass(frozen=True)
class Planned:
    """One fault to come. `part` of the stack, or the desk by its number; `seconds` it lasts; `point` for a failpoint.

    `overlaps`: the next one does not wait until everything has recovered from this one.
    """

    kind: Kind
    part: str = ""
    seconds: float = 0.0
    point: str = ""
    overlaps: bool = False

    @property
    def name(self) -> str:
        """How it is called in the report."""
        return " ".join(word for word in (self.kind, self.part, self.point) if word)


SERVICES = ("flow", "checkin", "board", "notify")
PARTS = (*SERVICES, "redis", "kafka")
PAST_SESSION = {"flow": 9.0, "notify": 12.0, "checkin": 6.0, "board": 3.0, "redis": 3.0, "kafka": 4.0}
"""How long each is frozen: those in a consumer group longer than its session, so that they wake as zombies."""
ZOMBIES = ("alerts:before", "live-state:before", "summaries:before", "snapshot:before", "snapshot-commit:before")
"""Where flow is frozen with something at hand that another worker does meanwhile."""
JUMPS = (-1500.0, -400.0, 300.0, 86_400.0)
"""By how many seconds a desk's clock is wrong."""
OVERLAPPING = 0.4
"""So many of the quick ones are followed by the next at once."""


def deck() -> list[Planned]:
    """Every fault there is, the common ones more than once."""
    kills = [Planned("kill", part) for part in (*PARTS, "flow")]
    freezes = [Planned("freeze", part, PAST_SESSION[part]) for part in PARTS]
    points = [Planned("failpoint", point.service, point=f"{point.name}:{side}") for point in POINTS for side in ("before", "after")]
    wipes = [Planned("wipe")] * 3 + [Planned("forged-wipe")]
    moves = [Planned("join-or-leave")] * 4
    jumps = [Planned("clock-jump", seconds=seconds, overlaps=True) for seconds in JUMPS]
    zombies = [Planned("zombie", "flow", PAST_SESSION["flow"], point) for point in ZOMBIES]
    return [*kills, *freezes, *zombies, *points, *wipes, *moves, *jumps]


def faults(seed: str) -> Iterator[Planned]:
    """Yield faults without end."""
    draw = Random(f"{seed}/faults")
    while True:
        cards: Sequence[Planned] = deck()
        for card in draw.sample(cards, len(cards)):
            overlaps = card.overlaps or (card.kind in {"kill", "failpoint", "wipe"} and draw.random() < OVERLAPPING)
            yield Planned(card.kind, card.part, card.seconds, card.point, overlaps)
