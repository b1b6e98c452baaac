"""Books the good rows of a file, in chunks: adds the patients, records the commands, and takes in what flow decides."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas.codec import SiteEvent
from schemas.outcomes import Outcome, OutcomeStatus
from services.checkin.audit import Auditor
from services.checkin.domain.audit import act_of
from services.checkin.domain.book_file import Entry
from services.checkin.domain.commands import BY_NAME
from services.checkin.domain.events import Asked, event_of
from services.checkin.domain.identity import event_id
from services.checkin.domain.import_keys import MOST_TRIES, ImportKeys
from services.checkin.importing.answer import ImportAnswer
from services.checkin.importing.patients import Patients
from services.checkin.recorder import Recorder
from services.checkin.security import Asker
from services.runtime.clock import Clock

IMPORTED = "import-book"
"""As which each booking stands on the audit trail."""
CHUNK = 200
"""So many rows go together: a desk's own command may come in between."""


class _Keyed(NamedTuple):
    entry: Entry
    key: str


@dataclass(frozen=True)
class Bookings:
    """Safe to run twice: a row's keys are made of what it says. Its methods raise NotRecordedError."""

    recorder: Recorder
    auditor: Auditor
    clock: Clock
    wait_seconds: float

    async def book(
        self, asker: Asker, entries: Sequence[Entry], patients: Patients, keys: ImportKeys, answer: ImportAnswer
    ) -> None:
        """Book these rows, and say in the answer what became of each."""
        wait = self.wait_seconds
        for first in range(0, len(entries), CHUNK):
            due = await self._due(asker, entries[first : first + CHUNK], keys, answer)
            kept = await self._record(asker, due, patients, answer, wait)
            if kept:
                wait = 0  # flow is away or behind: what it decides comes later, for the rest too

    async def _due(self, asker: Asker, entries: Sequence[Entry], keys: ImportKeys, answer: ImportAnswer) -> list[_Keyed]:
        """Give each row the key of its next try: one that was refused may be taken now, and one that was taken is left out."""
        open_, due = [(entry, 0) for entry in entries], list[_Keyed]()
        while open_:
            tried = [_Keyed(entry, keys.visit(entry, attempt)) for entry, attempt in open_]
            events = [event_id(asker.site, each.key) for each in tried]
            known, again = await self.recorder.known(events), []
            for each, event, (entry, attempt) in zip(tried, events, open_, strict=True):
                became = known[event].status if event in known else None
                if became is OutcomeStatus.APPLIED:
                    answer.already += 1
                elif became is OutcomeStatus.REFUSED and attempt + 1 < MOST_TRIES:
                    again.append((entry, attempt + 1))
                else:
                    due.append(each)
            open_ = again
        return sorted(due, key=lambda each: (each.entry.row, each.entry.at))

    async def _record(self, asker: Asker, due: Sequence[_Keyed], patients: Patients, answer: ImportAnswer, wait: float) -> bool:
        """Record the bookings; gives whether one of them is not decided yet."""
        ids = await patients.ids([each.entry for each in due])
        who = list(zip(due, ids, strict=True))
        events = await asyncio.to_thread(lambda: [self._event(asker, each, person) for each, person in who])
        outcomes = await self.recorder.record(events, wait) if events else []
        await self.auditor.did(asker, *(act_of(IMPORTED, event, outcome) for event, outcome in zip(events, outcomes, strict=True)))
        for each, outcome in zip(due, outcomes, strict=True):
            _count(answer, each.entry, outcome)
        return None in outcomes

    def _event(self, asker: Asker, each: _Keyed, person: str) -> SiteEvent:
        asked = Asked(asker.site, each.key, asker.principal.actor, self.clock.now())
        return event_of(BY_NAME["book"], asked, None, each.entry.booking.model_copy(update={"person": person}))


def _count(answer: ImportAnswer, entry: Entry, outcome: Outcome | None) -> None:
    if outcome is None:
        answer.kept += 1
    elif outcome.status is OutcomeStatus.APPLIED:
        answer.booked += 1
    else:
        answer.refused(entry, outcome.reason, outcome.holder)
