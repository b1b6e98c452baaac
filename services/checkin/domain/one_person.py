"""Two patients turn out to be one: what the one who stays takes over, and how it is given back."""

from collections.abc import Collection, Iterable
from typing import Any

from schemas.people import Absorbed, Person

PLAIN = ("name", "phone", "language", "born", "payer", "member_number")
"""What each has one of. The one who stays takes over what is asked for, and what they lack themselves."""
COLLECTED = ("identifiers", "notes", "codes")
"""What each has any number of, by a key: all of it comes together."""


def merged(gone: Person, stays: Person, take: Collection[str]) -> Person:
    """Give the one who stays with all that they take over. Done again, it changes nothing more."""
    fields, known = _fields(stays), stays.absorbed.get(gone.person, Absorbed(taken={}, before={}))
    taken, before = dict(known.taken), dict(known.before)
    for name in PLAIN:
        theirs, ours = getattr(gone, name), getattr(stays, name)
        if theirs is not None and (ours is None or name in take):
            fields[name], taken[name] = theirs, _text(theirs)
            before.setdefault(name, _text(ours))
    for name in COLLECTED:
        theirs, ours = getattr(gone, name), getattr(stays, name)
        fields[name] = {**theirs, **ours}
        taken.update({f"{name}.{key}": "" for key in theirs if key not in ours})
    fields["absorbed"] = {**stays.absorbed, gone.person: Absorbed(taken=taken, before=before)}
    return Person.model_validate(fields)


def parted(gone: Person, stays: Person, others: Iterable[Person] = ()) -> tuple[Person, list[str]]:
    """Give the one who stays without what they took over, and the fields that were changed since, which they keep.

    What `others`, who turned out to be the same person too, have of what is given back, is taken over from them instead.
    """
    absorbed = stays.absorbed.get(gone.person)
    if absorbed is None:
        return stays, []
    alone, kept = stays.model_copy(update={"absorbed": _without(stays, gone.person, absorbed)}), list[str]()
    fields = _fields(alone)
    for place in absorbed.taken:
        field, _, entry = place.partition(".")
        stood = getattr(stays, field)
        if entry:
            if entry in stood and stood[entry] != getattr(gone, field).get(entry):
                kept.append(place)
            elif entry in stood:
                fields[field] = {key: value for key, value in fields[field].items() if key != entry}
        elif _text(stood) != absorbed.taken[field]:
            kept += [] if _is_of_another(alone, field, _text(stood)) else [field]
        elif not _is_of_another(alone, field, absorbed.taken[field]):
            fields[field] = absorbed.before[field] or None
    alone = Person.model_validate({name: value for name, value in fields.items() if value is not None})
    for other in others:
        alone = merged(other, alone, ()) if other.person in alone.absorbed else alone
    return alone, kept
