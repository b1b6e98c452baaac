"""What undos and corrections make of the facts: those that were taken back are left out, corrected ones moved."""

from collections import Counter
from collections.abc import Collection, Iterable

from services.flow.domain.facts import Fact

MODIFIERS = frozenset({"step-undone", "step-corrected"})


def undone(facts: Iterable[Fact]) -> frozenset[str]:
    """The ids that an undo takes back; an undo that was itself undone takes nothing back."""
    undos = {fact.id: fact.data["undoes"] for fact in facts if fact.kind == "step-undone"}
    if not undos:
        return frozenset()
    against = Counter(undos.values())
    stands = {undo: True for undo in undos if undo not in against}
    settled = list(stands)
    for undo in settled:
        named = undos[undo]
        against[named] -= not stands[undo]
        if named in undos and named not in stands and (stands[undo] or not against[named]):
            stands[named] = not stands[undo]
            settled.append(named)
    # What is left undoes each other in a circle, which can't be decided: all of it stands.
    return frozenset(named for undo, named in undos.items() if stands.get(undo, True))


def settled(facts: Collection[Fact]) -> list[Fact]:
    """Return the facts that stand, at the times that they were last given, without the undos and corrections themselves."""
    gone = undone(facts)
    moved: dict[str, Fact] = {}
    for fact in facts:
        if fact.kind == "step-corrected" and fact.id not in gone:
            rival = moved.get(fact.data["corrects"])
            if rival is None or (rival.recorded, rival.id) < (fact.recorded, fact.id):
                moved[fact.data["corrects"]] = fact
    return [
        fact._replace(at=moved[fact.id].data["happened_at"]) if fact.id in moved else fact
        for fact in facts
        if fact.id not in gone and fact.kind not in MODIFIERS
    ]
