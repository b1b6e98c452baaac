"""What the staff do with each patient, from the booking to the check-out."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from schemas.summaries import Stage
from services.runtime.clock import Clock
from services.simulator.desk import Desk
from services.simulator.domain import commands
from services.simulator.domain.answers import Action, Answer
from services.simulator.domain.commands import Command
from services.simulator.domain.day import Appointment, Course, PlannedVisit
from services.simulator.pool import Pool

LOOKS = 3
"""So often staff look again at a visit in which somebody else had a hand."""
_LOOK_SECONDS = 60.0
_HERE = frozenset({Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE})


class RefusedError(Exception):
    """The desk refused a step; somebody else had a hand in the visit."""


@dataclass
class Patient:
    """A patient in the clinic, as the staff see them."""

    visit: str
    stage: str
    priority: int
    course: Course
    called: bool = False
    room: str | None = None
    """Held for them, from the call on."""


class Staff:
    """The desk, the nurses and the providers of one clinic."""

    def __init__(self, desk: Desk, clock: Clock, rooms: Pool, providers: Pool, group: asyncio.TaskGroup) -> None:
        """`group` holds what is done beside the patients: the cleaning."""
        self._desk, self._clock = desk, clock
        self._rooms, self._providers, self._group = rooms, providers, group
        self._window = asyncio.Lock()
        """One patient stands at the window at a time, so that places in the queues follow the answers."""

    async def attend(self, planned: PlannedVisit, visit: str | None = None) -> None:
        """Do all of a visit. `visit` names one that is in the book already."""
        try:
            found = await self._arrival(planned, visit)
        except RefusedError:
            return  # somebody else has seen to the booking
        if found is not None:
            await self.treat(Patient(found, Stage.WAITING, planned.priority, planned.course))

    async def treat(self, patient: Patient) -> None:
        """See a patient through who is in the clinic, from whatever stage they are in."""
        for _ in range(LOOKS):
            try:
                await self._see_through(patient)
            except RefusedError:
                await self._clock.sleep(_LOOK_SECONDS)
                if not await self._look_again(patient):
                    break
            else:
                break
        if patient.room is not None:
            self._clean(patient.room, patient.course.cleaning)

    # --- before the clinic ------------------------------------------------------------------------------------------

    async def _arrival(self, planned: PlannedVisit, visit: str | None) -> str | None:
        appointment = planned.appointment
        if appointment is not None and visit is None:
            answer = await self._desk.give(commands.book(appointment))
            visit = answer.visit if answer.applied else None
        if appointment is not None and visit is not None and (appointment.cancelled or not planned.shows):
            await self._miss(appointment, visit)
            return None
        if not planned.shows:
            return None
        await self._until((planned.arrives - self._clock.now()).total_seconds())
        async with self._window:
            return (await self._do(commands.check_in(planned, visit))).visit

    async def _miss(self, appointment: Appointment, visit: str) -> None:
        """The patient calls it off half an hour before, or is waited for a quarter of an hour."""
        step, wait = (Action.CANCEL, -timedelta(minutes=30)) if appointment.cancelled else (Action.NO_SHOW, timedelta(minutes=15))
        await self._until((appointment.at + wait - self._clock.now()).total_seconds())
        await self._do(commands.step(visit, step))

    # --- in the clinic ----------------------------------------------------------------------------------------------

    async def _see_through(self, patient: Patient) -> None:
        if patient.stage == Stage.WAITING and not await self._to_room(patient):
            return
        await self._exam(patient)
        if patient.room is not None:
            self._clean(patient.room, patient.course.cleaning)
            patient.room = None
        await self._check_out(patient)

    async def _to_room(self, patient: Patient) -> bool:
        """Call and room the patient; False when they left instead."""
        course = patient.course
        if course.wrong_call and not patient.called:
            wrong = await self._do(commands.step(patient.visit, Action.CALL, timed=False))
            await self._take_back(patient, Action.CALL, wrong)
        try:
            await self._room_for(patient)
        except TimeoutError:
            await self._do(commands.step(patient.visit, Action.LEFT))
            return False
        assert patient.room is not None
        again = Action.RECALL if patient.called else Action.CALL
        await self._do(commands.step(patient.visit, again, room=patient.room))
        patient.called = True
        await self._clock.sleep(course.walk)
        if course.recall:
            await self._do(commands.step(patient.visit, Action.RECALL, room=patient.room))
            await self._clock.sleep(course.walk)
        await self._do(commands.step(patient.visit, Action.ROOM, room=patient.room))
        patient.stage = Stage.IN_ROOM
        return True

    async def _room_for(self, patient: Patient) -> None:
        """Wait for a free room. Raises TimeoutError when the patient's patience ends first."""
        patience = patient.course.patience
        async with asyncio.timeout(None if patience is None or patient.called else patience / self._clock.speed):
            patient.room = await self._rooms.take(self._place(patient))

    async def _exam(self, patient: Patient) -> None:
        if patient.stage == Stage.IN_ROOM:
            await self._clock.sleep(patient.course.preparing)
            provider = await self._providers.take(self._place(patient))
            try:
                await self._do(commands.step(patient.visit, Action.PROVIDER_SEEN, provider=provider))
                patient.stage = Stage.WITH_PROVIDER
                await self._clock.sleep(patient.course.with_provider)
            finally:
                self._providers.give_back(provider)
        else:
            await self._clock.sleep(patient.course.with_provider / 2)
        if patient.room is not None:
            await self._do(commands.step(patient.visit, Action.LEFT_ROOM))

    async def _check_out(self, patient: Patient) -> None:
        if patient.course.wrong_check_out:
            wrong = await self._do(commands.step(patient.visit, Action.CHECK_OUT))
            await self._take_back(patient, Action.CHECK_OUT, wrong)
        await self._clock.sleep(patient.course.at_the_desk)
        await self._do(commands.step(patient.visit, Action.CHECK_OUT))

    async def _take_back(self, patient: Patient, action: Action, answer: Answer) -> None:
        """Notice a mis-click after a while, and undo it."""
        await self._clock.sleep(patient.course.noticing)
        assert answer.event is not None
        await self._do(commands.undo(patient.visit, action, answer.event))

    # --- what all of it needs ---------------------------------------------------------------------------------------

    async def _do(self, command: Command) -> Answer:
        answer = await self._desk.give(command)
        if not answer.applied:
            raise RefusedError(answer.reason)
        return answer

    async def _look_again(self, patient: Patient) -> bool:
        """Take over what became of the visit; False: there is nothing left to do."""
        live = await self._desk.reads.visit(patient.visit)
        if live is None:
            return False
        self._desk.journal.adopt([live])
        patient.stage, patient.called = live.stage, live.called_ms is not None
        if patient.room is not None and patient.room != live.room:
            self._rooms.give_back(patient.room)
            patient.room = None
        if live.room is not None:
            self._rooms.withdraw(live.room)
            patient.room = live.room
        return live.stage in _HERE

    def _clean(self, room: str, seconds: float) -> None:
        self._group.create_task(self._make_ready(room, seconds))

    async def _make_ready(self, room: str, seconds: float) -> None:
        await self._desk.give(commands.room_status(room, "cleaning"))
        await self._clock.sleep(seconds)
        await self._desk.give(commands.room_status(room, "ready"))
        self._rooms.give_back(room)

    def _place(self, patient: Patient) -> tuple[int, int]:
        return patient.priority, self._desk.journal.visits[patient.visit].place

    async def _until(self, seconds: float) -> None:
        await self._clock.sleep(max(0.0, seconds))
