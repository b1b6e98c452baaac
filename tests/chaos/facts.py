"""A fact is what an event says about one visit, in the form that the checker reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

VISIT_EVENT, SUFFIX = "clinicflow.visit.", ".v1"


@dataclass(frozen=True)
class Fact:
    """One event about a visit, and where it stands on the log. Instants within `data` are ms, too."""

    id: str
    kind: str
    at: int
    recorded: int
    data: dict[str, Any]
    offset: int


def milliseconds(instant: str) -> int:
    """An instant as it stands on the log, in ms since 1970 UTC."""
    return (datetime.fromisoformat(instant) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def fact_of(event: Mapping[str, Any], offset: int) -> Fact:
    """What a visit's event says. Instants in its data become ms."""
    data = {name: milliseconds(value) if name.endswith("_at") else value for name, value in event["data"].items()}
    kind = event["type"].removeprefix(VISIT_EVENT).removesuffix(SUFFIX)
    return Fact(event["id"], kind, milliseconds(event["time"]), milliseconds(event["recordedtime"]), data, offset)


def undone(facts: Iterable[Fact]) -> set[str]:
    """The events that did not happen: named by an undo that stands. An undo can be undone."""
    against: dict[str, list[str]] = {}
    for fact in facts:
        if fact.kind == "step-undone":
            against.setdefault(fact.data["undoes"], []).append(fact.id)

    def stands(event: str) -> bool:
        return not any(stands(undo) for undo in against.get(event, ()))

    return {event for event in against if not stands(event)}
