"""Who can be found: what patients are looked for by, opened once for each record and kept in the memory of this process."""

import asyncio
import threading
from collections import defaultdict
from datetime import date

from services.checkin.domain.finding import Entry, Wanted, entry_of
from services.checkin.domain.shelf import Shelf
from services.runtime.people import PeopleBook
from services.runtime.vault import Unopenable, Vault

_LOOK_SECONDS = 1.0


class PeopleIndex:
    """By clinic, everybody whose record can be opened. A thread keeps it up, and each question takes in what came since."""

    def __init__(self, book: PeopleBook, vault: Vault) -> None:
        self._book, self._vault = book, vault
        self._shelves: defaultdict[str, Shelf] = defaultdict(Shelf)
        self._site_of: dict[str, str] = {}
        self._lock = threading.Lock()
        """Held until all is taken in, so that no question is answered in the midst of it."""

    @property
    def ready(self) -> bool:
        """Whether all that the topic held at the start is known here, or will be before the next answer."""
        return self._book.table.ready

    async def found(self, site: str, wish: Wanted) -> list[Entry]:
        """List who could be meant at a clinic as of now, the likeliest first."""
        return await asyncio.to_thread(self._found, site, wish)

    async def same(self, site: str, name: str, born: date | None) -> list[Entry]:
        """List everybody of this name and date of birth as of now."""
        return await asyncio.to_thread(self._same, site, name, born)

    async def keep(self) -> None:
        """Keep up with the records, so that nobody who searches has to wait for it. Until cancelled."""
        while True:
            await asyncio.to_thread(self.refresh)
            await asyncio.sleep(_LOOK_SECONDS)

    def refresh(self) -> None:
        """Take in every record that came since the last time."""
        with self._lock:
            self._take_in()

    def _found(self, site: str, wish: Wanted) -> list[Entry]:
        with self._lock:
            self._take_in()
            return self._shelves[site].found(wish)

    def _same(self, site: str, name: str, born: date | None) -> list[Entry]:
        with self._lock:
            self._take_in()
            return self._shelves[site].same(name, born)

    def _take_in(self) -> None:
        coming: defaultdict[str, list[Entry]] = defaultdict(list)
        for person in self._book.touched():
            self._forget(person)
            sealed = self._book.get(person)
            try:
                opened = self._vault.open(sealed) if sealed is not None else None
            except Unopenable:
                opened = None
            if sealed is not None and opened is not None:
                coming[sealed.site].append(entry_of(opened))
                self._site_of[person] = sealed.site
        for site, entries in coming.items():
            self._shelves[site].put(entries)

    def _forget(self, person: str) -> None:
        site = self._site_of.pop(person, None)
        if site is not None:
            self._shelves[site].drop(person)
