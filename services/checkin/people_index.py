"""Who can be found: what patients are looked for by, opened once for each record and kept in the memory of this process."""

import asyncio
import threading
from collections.abc import Iterable

from services.checkin.domain.finding import Entry, entry_of
from services.runtime.people import PeopleBook
from services.runtime.vault import Unopenable, Vault

_LOOK_SECONDS = 1.0


class PeopleIndex:
    """By clinic, everybody whose record can be opened and who was not found to be somebody else. A thread keeps it up."""

    def __init__(self, book: PeopleBook, vault: Vault) -> None:
        self._book, self._vault = book, vault
        self._sites: dict[str, dict[str, Entry]] = {}
        self._site_of: dict[str, str] = {}
        self._lock = threading.Lock()

    async def of(self, site: str) -> Iterable[Entry]:
        """Give the entries of a clinic as of now."""
        await asyncio.to_thread(self.refresh)
        with self._lock:
            return list(self._sites.get(site, {}).values())

    async def keep(self) -> None:
        """Keep up with the records, so that nobody who searches has to wait for it. Until cancelled."""
        while True:
            await asyncio.to_thread(self.refresh)
            await asyncio.sleep(_LOOK_SECONDS)

    def refresh(self) -> None:
        """Take in every record that came since the last time."""
        for person in self._book.touched():
            sealed = self._book.get(person)
            try:
                opened = self._vault.open(sealed) if sealed is not None else None
            except Unopenable:
                opened = None
            with self._lock:
                self._forget(person)
                if sealed is not None and opened is not None and opened.same_as is None:
                    self._sites.setdefault(sealed.site, {})[person] = entry_of(opened)
                    self._site_of[person] = sealed.site

    def _forget(self, person: str) -> None:
        site = self._site_of.pop(person, None)
        if site is not None:
            del self._sites[site][person]
