"""Where files of bookings are taken."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from services.checkin.answers import not_recorded
from services.checkin.audit import Auditor
from services.checkin.domain.audit import Act
from services.checkin.domain.book_file import Unreadable
from services.checkin.domain.import_keys import ImportKeys
from services.checkin.domain.row_judging import Judge
from services.checkin.importing.answer import ImportAnswer
from services.checkin.importing.bookings import IMPORTED, Bookings
from services.checkin.importing.file import BookFile
from services.checkin.importing.patients import Patients
from services.checkin.metrics import Metrics
from services.checkin.people_desk import PeopleDesk
from services.checkin.publisher import NotRecordedError
from services.checkin.security import Asker
from services.checkin.shown import shown
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub
from services.runtime.phone import e164
from services.runtime.problems import Problem

TRIED = "check-import"
"""As which a dry run stands on the audit trail."""
KEY_FILE = "imports.key"


@dataclass(frozen=True)
class ImportDesk:
    """Takes one file at a time for each clinic. The same file again books nothing twice, and nobody is added twice."""

    bookings: Bookings
    people: PeopleDesk
    auditor: Auditor
    hub: Hub
    clock: Clock
    metrics: Metrics
    secret: bytes
    _under_way: set[str] = field(default_factory=set)

    async def take(self, asker: Asker, file: BookFile, *, dry: bool) -> ImportAnswer:
        """Take a file. Raises Problem where none of it can be taken, or not now; what was taken until then stays taken."""
        with self._alone(asker.site):
            try:
                answer = await self._take(asker, file, dry=dry)
            except NotRecordedError:
                raise not_recorded() from None
        for result, rows in answer.counts().items():
            self.metrics.imported_rows.labels(result).inc(0 if dry else rows)
        return answer

    async def _take(self, asker: Asker, file: BookFile, *, dry: bool) -> ImportAnswer:
        profile = asker.profile
        assert profile is not None
        keys, judge = (
            ImportKeys(self.secret, asker.site),
            Judge(profile, self.clock.now(), lambda said: e164(said, profile.phone_region)),
        )
        booked = frozenset((await shown(self.hub, asker)).visits)
        made = await asyncio.to_thread(file.planned, judge, keys, booked, self.clock)
        if isinstance(made, Unreadable):
            raise Problem(413 if made.code == "too-many" else 422, made.code, made.title, made.detail)
        patients = Patients(self.people, keys, asker)
        await patients.look()
        await self.auditor.surely(asker, Act(TRIED if dry else IMPORTED))
        answer = ImportAnswer(dry=dry, already=len(made.already), repeated=made.repeated)
        answer.wrong(made.flaws)
        answer.say([*made.notes, *patients.notes(made.new)])
        if dry:
            answer.booked = len(made.new)
        else:
            await self.bookings.book(asker, made.new, patients, keys, answer)
            answer.people_added = patients.added
        return answer

    @contextmanager
    def _alone(self, site: str) -> Iterator[None]:
        if site in self._under_way:
            said = "Another file is being taken for this clinic. Please wait until it is done."
            raise Problem(409, "import-under-way", "One file at a time", said, headers={"Retry-After": "10"})
        self._under_way.add(site)
        try:
            yield
        finally:
            self._under_way.discard(site)
