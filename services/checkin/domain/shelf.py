"""The patients of one clinic, in the order of what they are found by, so that a search looks at few of them."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from services.checkin.domain import finding
from services.checkin.domain.finding import END_OF_NUMBER, Entry, Wanted

_FEW = 50
"""So many new keys are put in one by one; more are sorted together."""
_AFTER_ANOTHER = 16
"""So many turned out to be one, at most, one after the other."""
_END = "\U0010ffff"


class Shelf:
    """The entries of one clinic. Not for two threads at once."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._people: dict[str, set[str]] = {}
        """Who is found by a key."""
        self._keys: list[str] = []
        """All keys, in order: those that begin alike stand together."""

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, entries: Collection[Entry]) -> None:
        """Put people there, each in the place of what was known of them."""
        new: list[str] = []
        for entry in entries:
            self.drop(entry.person)
            self._entries[entry.person] = entry
            for key in _keys(entry):
                people = self._people.setdefault(key, set())
                if not people:
                    new.append(key)
                people.add(entry.person)
        self._sort_in(new)

    def drop(self, person: str) -> None:
        """Forget somebody, and all that only they were found by."""
        entry = self._entries.pop(person, None)
        for key in _keys(entry) if entry is not None else ():
            people = self._people[key]
            people.discard(person)
            if not people:
                del self._people[key]
                at = bisect_left(self._keys, key)
                if self._keys[at : at + 1] == [key]:
                    del self._keys[at]

    def found(self, wish: Wanted) -> list[Entry]:
        """List who could be meant, the likeliest first; for somebody who turned out to be another, that one."""
        return self._who_stay(finding.found(self._likely(wish), wish))

    def same(self, name: str, born: date | None) -> list[Entry]:
        """List everybody of this name and date of birth; nobody where that is not known."""
        return self._who_stay(finding.same(self._by([_born_key(born)]), name, born)) if born is not None else []

    def _likely(self, wish: Wanted) -> Iterator[Entry]:
        """Yield all who could be meant, and others: by that of the wish which the fewest have."""
        if not wish.enough:
            return iter(())
        ways = list(_ways(wish))
        sizes = [sum(len(self._people[key]) for start in way for key in self._range(start)) for way in ways]
        return self._by(ways[sizes.index(min(sizes))])

    def _by(self, starts: Iterable[str]) -> Iterator[Entry]:
        people = {person for start in starts for key in self._range(start) for person in self._people[key]}
        return (self._entries[person] for person in people)

    def _range(self, start: str) -> list[str]:
        return self._keys[bisect_left(self._keys, start) : bisect_left(self._keys, start + _END)]

    def _sort_in(self, new: list[str]) -> None:
        fresh = [key for key in dict.fromkeys(new) if key in self._people]
        if len(fresh) > _FEW:
            self._keys += fresh
            self._keys.sort()
        else:
            for key in fresh:
                insort(self._keys, key)

    def _who_stay(self, entries: Iterable[Entry]) -> list[Entry]:
        return list(dict.fromkeys(map(self._who_stays, entries)))

    def _who_stays(self, entry: Entry) -> Entry:
        for _ in range(_AFTER_ANOTHER):
            other = self._entries.get(entry.same_as) if entry.same_as is not None else None
            if other is None:
                break
            entry = other
        return entry


def _keys(entry: Entry) -> set[str]:
    """Name what somebody is found by. Numbers stand there from their ends, too."""
    keys = {f"w{word}" for word in (*entry.words, *entry.joined)}
    if entry.born is not None:
        keys.add(_born_key(entry.born))
    if entry.phone:
        keys.add(f"p{entry.phone[::-1]}")
    if entry.member:
        keys |= {f"m{entry.member}", f"e{entry.member[::-1]}"}
    return keys


def _ways(wish: Wanted) -> Iterator[list[str]]:
    """Yield ways to look, each by the beginnings of keys, one of which everybody has who could be meant."""
    if wish.born is not None:
        yield [_born_key(wish.born)]
    whole = _member_keys(wish.whole)
    if wish.digits:
        yield [*(f"p{end[::-1]}" for end in finding.rings(wish.digits)), *_member_keys(wish.digits), *whole]
    for part in wish.parts:
        yield [f"w{part.words[0]}", *_member_keys(part.joined), *whole]


def _member_keys(text: str) -> list[str]:
    return [f"m{text}", f"e{text[::-1]}"] if len(text) >= END_OF_NUMBER else []


def _born_key(born: date) -> str:
    return f"b{born.isoformat()}"
