"""The snapshots that flow committed, read as they came: each one must have been the fold of the log up to its marker."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from services.flow.domain import snapshot
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from services.flow.format import FORMAT
from tests.integration.flow.reading import Reading
from tests.integration.flow.undisturbed import Undisturbed, chunks


def marker_key(number: int = FORMAT) -> bytes:
    """The key of a partition's marker in this format."""
    return f"{number}".encode()


@dataclass
class Saved:
    """The last committed row of each key, and what was wrong on the way there."""

    log: Reading
    format: int = FORMAT
    """Only rows of this format are looked at."""
    rows: dict[int, dict[bytes, bytes]] = field(default_factory=dict)
    markers: dict[int, int] = field(default_factory=dict)
    went_back: list[str] = field(default_factory=list)

    def catch_up(self) -> None:
        """Read what was committed since."""
        for record in self.log.news():
            if record.key.split(b"|")[0] != self.marker:
                continue
            kept = self.rows.setdefault(record.partition, {})
            if record.value is None:
                kept.pop(record.key, None)
            else:
                kept[record.key] = record.value
            if record.key == self.marker:
                self._mark(record.partition, orjson.loads(record.value)["next"])

    @property
    def marker(self) -> bytes:
        """The key of a partition's marker."""
        return marker_key(self.format)

    def _mark(self, number: int, reached: int) -> None:
        before = self.markers.get(number, 0)
        if reached < before:
            self.went_back.append(f"partition {number}: a snapshot up to {reached} was committed after one up to {before}")
        self.markers[number] = reached

    def differences(self, undisturbed: Undisturbed) -> list[str]:
        """Compare each partition's last snapshot with the fold of the log up to its marker."""
        found = list(self.went_back)
        for number, reached in self.markers.items():
            state = PartitionState(number)
            for record in undisturbed.records[number]:
                if record.offset < reached:
                    undisturbed.fold(state, record, Effects())
            found += _compare(number, {site.id: chunks(site) for site in state.sites.values()}, self.restored(number))
        return found

    def restored(self, number: int) -> dict[str, Any]:
        """The sites of a partition's last snapshot, restored as flow does."""
        return {name: _restored(rows) for name, rows in self._sites(number).items()}

    def site(self, name: str) -> Site:
        """One site of the last snapshots."""
        [rows] = [sites[name] for number in self.rows if name in (sites := self._sites(number))]
        return snapshot.restore(rows)

    def _sites(self, number: int) -> dict[str, dict[str, Any]]:
        sites: dict[str, dict[str, Any]] = {}
        for key, value in self.rows.get(number, {}).items():
            if key != self.marker:
                _, site, chunk = key.decode().split("|")
                sites.setdefault(site, {})[chunk] = orjson.loads(value)
        return sites


def _restored(rows: dict[str, Any]) -> Any:
    if snapshot.OWN not in rows:
        return "lacks its own part"
    try:
        site: Site = snapshot.restore(rows)
    except (KeyError, ValueError) as problem:
        return f"cannot be restored: {type(problem).__name__}"
    return chunks(site)


def _compare(number: int, right: dict[str, Any], saved: dict[str, Any]) -> list[str]:
    found = []
    for site in sorted(right.keys() | saved.keys()):
        want, have = right.get(site), saved.get(site)
        if want is None or not isinstance(have, dict):
            problem = have if isinstance(have, str) else "is missing or one too many"
            found.append(f"partition {number}: the snapshot of {site} {problem}")
        else:
            wrong = sorted(chunk for chunk in want.keys() | have.keys() if want.get(chunk) != have.get(chunk))
            found += [f"partition {number}: chunk {chunk} of {site} differs" for chunk in wrong]
    return found
