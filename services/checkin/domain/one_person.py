"""Two patients turn out to be one: what the one who stays takes over, and how it is given back."""

from collections.abc import Collection, Mapping
from typing import Any

from schemas.people import Absorbed, BillingCodes, Person

PLAIN = ("name", "phone", "language", "born", "payer", "member_number")
"""What each has one of. The one who stays takes over what is asked for, and what they lack themselves."""
COLLECTED = ("identifiers", "notes", "codes")
"""What each has any number of, by a key: all of it comes together."""


def merged(gone: Person, stays: Person, take: Collection[str]) -> Person:
    """Give the one who stays with all that they take over. Done again, it changes nothing more."""
    if gone.person in stays.absorbed:
        return stays
    fields, taken, before = stays.model_dump(), dict[str, str](), dict[str, str]()
    for name in PLAIN:
        theirs, ours = getattr(gone, name), getattr(stays, name)
        if theirs is not None and theirs != ours and (ours is None or name in take):
            fields[name], taken[name], before[name] = theirs, _text(theirs), _text(ours)
    for name in COLLECTED:
        theirs, ours = getattr(gone, name), getattr(stays, name)
        fields[name] = {**theirs, **ours}
        taken.update({f"{name}.{key}": "" for key in theirs if key not in ours})
    fields["absorbed"] = {**stays.absorbed, gone.person: Absorbed(taken=taken, before=before)}
    return Person.model_validate(fields)


def parted(gone: Person, stays: Person) -> tuple[Person, list[str]]:
    """Give the one who stays without what they took over, and the fields that were changed since, which they keep."""
    absorbed = stays.absorbed.get(gone.person)
    if absorbed is None:
        return stays, []
    fields, kept = stays.model_dump(), list[str]()
    for name in absorbed.taken:
        whole, _, key = name.partition(".")
        if key:
            _give_back(fields[whole], getattr(gone, whole), key, name, kept)
        elif _text(getattr(stays, whole)) != absorbed.taken[name]:
            kept.append(name)
        else:
            fields[whole] = absorbed.before[name] or None
    fields["absorbed"] = {person: other for person, other in stays.absorbed.items() if person != gone.person}
    return Person.model_validate({name: value for name, value in fields.items() if value is not None}), kept


def _give_back(fields: dict[str, Any], theirs: Mapping[str, Any], key: str, name: str, kept: list[str]) -> None:
    value = theirs.get(key)
    if key in fields and fields[key] == (value.model_dump() if isinstance(value, BillingCodes) else value):
        del fields[key]
    elif key in fields:
        kept.append(name)


def _text(value: object) -> str:
    return "" if value is None else str(value)
