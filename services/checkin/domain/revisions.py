"""Two processes say something of one person at the same time: what either said is put together, whichever record came last.

Putting together is commutative, associative and idempotent, so it does not matter who does it, how often and with what.
"""

from collections.abc import Mapping
from typing import Any

from schemas.people import Person

_FIELDS = [field for field in Person.model_fields if field not in {"person", "revisions"}]


def revised(known: Person | None, person: Person) -> Person:
    """Number what was changed, higher than anything that was known; `known` is the record that was changed."""
    before, was = (known.revisions, _flat(known)) if known is not None else ({}, {})
    number, now = 1 + max(before.values(), default=0), _flat(person)
    changed = {place: number for place in sorted(was.keys() | now.keys()) if was.get(place) != now.get(place)}
    return person.model_copy(update={"revisions": {**before, **changed}})


def together(one: Person, other: Person) -> Person:
    """Give the person with each field, and each entry of a field, as it was said last; what was taken away last is away."""
    sides = [(one.revisions, _flat(one)), (other.revisions, _flat(other))]
    places = sorted({place for numbers, said in sides for place in (*numbers, *said)})
    newest = {place: max((_said(place, numbers, said) for numbers, said in sides), key=_rank) for place in places}
    fields: dict[str, Any] = {"person": one.person, "revisions": {place: number for place, (number, _) in newest.items() if number}}
    for place, (_, value) in newest.items():
        field, _, entry = place.partition(".")
        if entry and value is not None:
            fields.setdefault(field, {})[entry] = value
        elif value is not None:
            fields[field] = value
    return Person.model_validate(fields)


def _flat(person: Person) -> dict[str, object]:
    """Give what is known by place: a field, or a field and the key of an entry."""
    flat: dict[str, object] = {}
    for field in _FIELDS:
        value = getattr(person, field)
        if isinstance(value, Mapping):
            flat.update({f"{field}.{entry}": one for entry, one in value.items()})
        elif value is not None:
            flat[field] = value
    return flat


def _said(place: str, numbers: Mapping[str, int], said: Mapping[str, object]) -> tuple[int, object]:
    return numbers.get(place, 0), said.get(place)


def _rank(said: tuple[int, object]) -> tuple[int, bool, str]:
    """Of two that were said as the same change, one is taken; always the same one."""
    number, value = said
    return number, value is not None, repr(value)
