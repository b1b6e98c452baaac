"""Two patients turn out to be one: what the one who stays takes over, and how it is given back.

Whoever was taken for another can be parted from them in any order: what the others gave, and what was said since, stays.
"""

from collections.abc import Collection, Iterable
from typing import Any

from schemas.people import Absorbed, Person

PLAIN = ("name", "phone", "language", "born", "payer", "member_number")
"""What each has one of. The one who stays takes over what is asked for, and what they lack themselves."""
COLLECTED = ("identifiers", "notes", "codes")
"""What each has any number of, by a key: all of it comes together."""


def merged(gone: Person, stays: Person, take: Collection[str]) -> Person:
    """Give the one who stays with all that they take over. Done again, it changes nothing more."""
    lacking = [place for place in _places(gone) if _at(stays, place) is None]
    return _with(stays, gone, [*(name for name in PLAIN if name in take and _at(gone, name) is not None), *lacking])


def parted(gone: Person, stays: Person, others: Iterable[Person] = ()) -> tuple[Person, list[str]]:
    """Give the one who stays without what they took over, and the fields that were changed since, which they keep.

    What `others`, who turned out to be the same person too, have of what is given back is taken over from them instead.
    """
    absorbed = stays.absorbed.get(gone.person)
    if absorbed is None:
        return stays, []
    ours = [place for place in absorbed.taken if _next(stays, gone.person, place) is None]
    back = [place for place in ours if _text(_at(stays, place)) == _text(_said(gone, absorbed, place))]
    kept = [place for place in ours if place not in back and (place in PLAIN or _at(stays, place) is not None)]
    left = {person: _without(stays, gone.person, person) for person in stays.absorbed if person != gone.person}
    alone = _put(stays.model_copy(update={"absorbed": left}), {place: absorbed.before.get(place) or None for place in back})
    for other in sorted(others, key=lambda one: _order(stays, one.person)):
        alone = _with(alone, other, [place for place in back if _at(alone, place) is None and _at(other, place) is not None])
    return alone, kept


def _with(stays: Person, gone: Person, places: Iterable[str]) -> Person:
    """Take these over, and keep in mind what stood there when each of them was taken over first."""
    unknown = Absorbed(taken={}, before={}, order=1 + max((one.order for one in stays.absorbed.values()), default=0))
    known = stays.absorbed.get(gone.person, unknown)
    taken = {place: _at(gone, place) for place in places}
    before = {place: _text(_at(stays, place)) for place in taken if place in PLAIN}
    now = Absorbed(
        taken={**known.taken, **{place: _text(value) if place in PLAIN else "" for place, value in taken.items()}},
        before={**before, **known.before},
        order=known.order,
    )
    return _put(stays.model_copy(update={"absorbed": {**stays.absorbed, gone.person: now}}), taken)


def _without(stays: Person, gone: str, other: str) -> Absorbed:
    """Give what was taken over from another, as if nothing ever had been from the one who goes."""
    absorbed, went = stays.absorbed[other], stays.absorbed[gone]
    follows = [
        place
        for place in absorbed.before
        if place in went.before and _next(stays, gone, place) == other and absorbed.before[place] == went.taken[place]
    ]
    return absorbed.model_copy(update={"before": {**absorbed.before, **{place: went.before[place] for place in follows}}})


def _next(stays: Person, gone: str, place: str) -> str | None:
    """Name the first from whom this was taken over after it had been from `gone`."""
    later = [
        person for person in stays.absorbed if place in stays.absorbed[person].taken and _order(stays, person) > _order(stays, gone)
    ]
    return min(later, key=lambda person: _order(stays, person), default=None)


def _order(stays: Person, person: str) -> tuple[int, str]:
    known = stays.absorbed.get(person)
    return known.order if known is not None else 0, person


def _places(person: Person) -> list[str]:
    """List the fields that hold something; of a field that holds any number, each entry."""
    plain = [name for name in PLAIN if getattr(person, name) is not None]
    return plain + [f"{name}.{key}" for name in COLLECTED for key in getattr(person, name)]


def _at(person: Person, place: str) -> Any:
    field, _, entry = place.partition(".")
    return getattr(person, field).get(entry) if entry else getattr(person, field)


def _put(person: Person, values: dict[str, Any]) -> Person:
    """Give the person with these, None where one is taken away."""
    fields = {name: getattr(person, name) for name in Person.model_fields}
    for place, value in values.items():
        field, _, entry = place.partition(".")
        if entry:
            fields[field] = {key: one for key, one in {**fields[field], entry: value}.items() if one is not None}
        else:
            fields[field] = value
    return Person.model_validate({name: value for name, value in fields.items() if value is not None})


def _said(gone: Person, absorbed: Absorbed, place: str) -> Any:
    """What was taken over there; entries stand in the record of the one who goes, which nobody changes meanwhile."""
    return absorbed.taken[place] if place in PLAIN else _at(gone, place)


def _text(value: object) -> str:
    return "" if value is None else str(value)
