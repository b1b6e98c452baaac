"""Visits that turned out to be one: which of them goes on, with the facts of all (I1).

Visits that any merge ever named together, undone or not, are looked at together. What comes of them is a function of all their
facts: an undo of a merge lets each go its own way again.
"""

from collections.abc import Collection, Iterable, Mapping

from services.flow.domain.facts import Fact
from services.flow.domain.modifiers import settled
from services.flow.domain.timeline import NOTHING, View, view

MERGED = "merged"


def views_together(facts: Mapping[str, Collection[Fact]]) -> tuple[dict[str, str], dict[str, View]]:
    """From the facts by visit: by visit the one that it goes on as, itself mostly, and where that puts it."""
    told_of = {fact.id: visit for visit, told in facts.items() for fact in told}
    standing = settled([fact for told in facts.values() for fact in told])
    into: dict[str, Fact] = {}
    for fact in standing:
        if fact.kind == MERGED:
            visit = told_of[fact.id]
            into[visit] = max(into.get(visit, fact), fact, key=lambda one: (one.at, one.id))
    ends = {visit: _end({name: fact.data["into"] for name, fact in into.items()}, visit) for visit in facts}
    theirs: dict[str, list[Fact]] = {end: [] for end in ends.values()}
    for fact in standing:
        if fact.kind != MERGED:
            theirs[ends[told_of[fact.id]]].append(fact)
    return ends, {visit: view(theirs[visit]) if end == visit else NOTHING for visit, end in ends.items()}


def _end(into: Mapping[str, str], visit: str) -> str:
    """Follow the merges; of visits that were merged in a circle the one with the lowest id goes on."""
    seen = [visit]
    while (following := into.get(seen[-1])) is not None:
        if following in seen:
            return min(seen[seen.index(following) :])
        seen.append(following)
    return seen[-1]


def named_together(facts: Iterable[tuple[str, Fact]]) -> dict[str, tuple[str, ...]]:
    """Say which visits any merge ever named together, by visit; those that none named are not in it."""
    groups: dict[str, set[str]] = {}
    for visit, fact in facts:
        if fact.kind == MERGED and fact.data["into"] != visit:
            both = groups.get(visit, {visit}) | groups.get(fact.data["into"], {fact.data["into"]})
            groups.update(dict.fromkeys(both, both))
    return {visit: tuple(sorted(group)) for visit, group in groups.items()}
