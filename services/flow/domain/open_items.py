"""What is to be done after a visit, until it is: follow-ups, referrals, concerns. Of each, the last word counts."""

from typing import NamedTuple

from schemas.live import OpenKind
from services.flow.domain.facts import Fact

_DONE = frozenset({"done", "declined", "closed", "booked", "unreachable", "none"})


class Item(NamedTuple):
    """One of them, open or not. Instants in ms; `since` is when it was first spoken of."""

    kind: OpenKind
    id: str
    state: str
    since: int
    due: int | None
    person: str | None
    owner: str | None
    code: str | None

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.state not in _DONE


Items = tuple[Item, ...]


def with_word(items: Items, fact: Fact) -> Items:
    """Take in the next word on one of them; `fact` is of any kind."""
    told = _TOLD.get(fact.kind)
    return told(items, fact) if told is not None else items


def _disposition(items: Items, fact: Fact) -> Items:
    """A disposition takes the place of the one before, and so does what is due by it."""
    due = fact.data.get("follow_up_due_at")
    state = "due" if due is not None else "none"
    others = tuple(item for item in items if item.kind is not OpenKind.FOLLOW_UP)
    known = any(item.kind is OpenKind.FOLLOW_UP for item in items)
    if due is None and not known:
        return items
    return (*others, Item(OpenKind.FOLLOW_UP, fact.id, state, fact.at, due, None, None, fact.data["disposition"]))


def _follow_up(items: Items, fact: Fact) -> Items:
    outcome = fact.data["outcome"]
    return tuple(item._replace(state=outcome) if item.kind is OpenKind.FOLLOW_UP else item for item in items)


def _referral(items: Items, fact: Fact) -> Items:
    return _told_of(items, fact, OpenKind.REFERRAL, "referral")


def _concern(items: Items, fact: Fact) -> Items:
    return _told_of(items, fact, OpenKind.CONCERN, "concern")


def _told_of(items: Items, fact: Fact, kind: OpenKind, name: str) -> Items:
    """Who says nothing of due date, person, owner or channel leaves what was said of them."""
    data, id_ = fact.data, fact.data[name]
    known = next((item for item in items if item.kind is kind and item.id == id_), None)
    was = known or Item(kind, id_, data["state"], fact.at, None, None, None, None)
    now = was._replace(
        state=data["state"], due=data.get("due_at", was.due), person=data.get("person", was.person),
        owner=data.get("owner", was.owner), code=data.get("channel", was.code),
    )  # fmt: skip
    return (*(item for item in items if item is not known), now)


_TOLD = {
    "disposition-recorded": _disposition, "follow-up-closed": _follow_up, "referred": _referral, "concern-recorded": _concern,
}  # fmt: skip
