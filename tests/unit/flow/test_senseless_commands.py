"""A command that makes no sense now is refused, and why is said; a report of the same is a fact and never refused."""

from collections.abc import Callable

import pytest

from schemas.outcomes import Refusal
from schemas.summaries import Stage
from tests.builders import Clinic, Record
from tests.unit.flow.folding import Flow, plain, truth

Course = list[Callable[[Clinic], Record]]
Step = Callable[[Clinic], Record]

_BOOKED: Course = [lambda clinic: clinic.book("ann", "08:00", scheduled="10:15")]
_HERE: Course = [*_BOOKED, lambda clinic: clinic.check_in("ann", "09:55")]
_ROOMED: Course = [*_HERE, lambda clinic: clinic.room("ann", "10:10", "r1")]
_SEEN: Course = [*_ROOMED, lambda clinic: clinic.see("ann", "10:20")]

REACHED: dict[Stage | None, Course] = {
    None: [],
    Stage.EXPECTED: _BOOKED,
    Stage.NO_SHOW: [*_BOOKED, lambda clinic: clinic.no_show("ann", "10:30")],
    Stage.CANCELLED: [*_BOOKED, lambda clinic: clinic.cancel("ann", "09:00")],
    Stage.WAITING: _HERE,
    Stage.IN_ROOM: _ROOMED,
    Stage.WITH_PROVIDER: _SEEN,
    Stage.AT_SERVICE: [*_SEEN, lambda clinic: clinic.move("ann", "10:30", service="lab")],
    Stage.DEPARTED: [*_SEEN, lambda clinic: clinic.check_out("ann", "10:40")],
    Stage.LEFT: [*_HERE, lambda clinic: clinic.leave("ann", "10:30")],
}

COMMANDS: dict[str, Step] = {
    "book": lambda clinic: clinic.book("ann", "11:00", scheduled="12:00"),
    "reschedule": lambda clinic: clinic.reschedule("ann", "11:00", scheduled="12:00"),
    "cancel": lambda clinic: clinic.cancel("ann", "11:00"),
    "no-show": lambda clinic: clinic.no_show("ann", "11:00"),
    "check in": lambda clinic: clinic.check_in("ann", "11:00"),
    "call": lambda clinic: clinic.call("ann", "11:00"),
    "recall": lambda clinic: clinic.recall("ann", "11:00"),
    "room": lambda clinic: clinic.room("ann", "11:00", "r2"),
    "move": lambda clinic: clinic.move("ann", "11:00", room="r2"),
    "to the lab": lambda clinic: clinic.move("ann", "11:00", service="lab"),
    "see": lambda clinic: clinic.see("ann", "11:00"),
    "leave room": lambda clinic: clinic.leave_room("ann", "11:00"),
    "leave": lambda clinic: clinic.leave("ann", "11:00"),
    "check out": lambda clinic: clinic.check_out("ann", "11:00"),
    "still here": lambda clinic: clinic.still_here("ann", "11:00"),
    "priority": lambda clinic: clinic.prioritize("ann", "11:00", 1),
}

_STAGES = tuple(REACHED)
_TABLE = """
            none             expected        no_show         cancelled       waiting             in_room             with_provider       at_service          departed       left
book        ok               already-booked  already-booked  already-booked  already-booked      already-booked      already-booked      already-booked      already-booked already-booked
reschedule  unknown-visit    ok              ok              ok              not-expected        not-expected        not-expected        not-expected        not-expected   not-expected
cancel      unknown-visit    ok              ok              not-expected    not-expected        not-expected        not-expected        not-expected        not-expected   not-expected
no-show     unknown-visit    ok              not-expected    not-expected    not-expected        not-expected        not-expected        not-expected        not-expected   not-expected
check-in    ok               ok              ok              ok              already-checked-in  already-checked-in  already-checked-in  already-checked-in  already-ended  ok
call        unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  already-in-room     already-in-room     ok                  already-ended  already-ended
recall      unknown-visit    not-checked-in  not-checked-in  not-checked-in  not-called          already-in-room     already-in-room     not-called          already-ended  already-ended
room        unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  already-in-room     already-in-room     ok                  already-ended  already-ended
move        unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  ok                  ok                  ok                  already-ended  already-ended
to-the-lab  unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  ok                  ok                  ok                  already-ended  already-ended
see         unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  ok                  already-seen        ok                  already-ended  already-ended
leave-room  unknown-visit    not-checked-in  not-checked-in  not-checked-in  not-in-room         ok                  ok                  ok                  already-ended  already-ended
leave       unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  ok                  ok                  ok                  already-ended  already-ended
check-out   unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  ok                  ok                  ok                  already-ended  already-ended
still-here  unknown-visit    not-checked-in  not-checked-in  not-checked-in  ok                  ok                  ok                  ok                  already-ended  already-ended
priority    unknown-visit    ok              ok              ok              ok                  ok                  ok                  ok                  ok             ok
"""  # fmt: skip
WORDS = [line.split() for line in _TABLE.strip().splitlines()[1:]]
EXPECTED = [
    (stage, command, None if word == "ok" else Refusal(word))
    for command, words in zip(COMMANDS, WORDS, strict=True)
    for stage, word in zip(_STAGES, words[1:], strict=True)
]


def test_the_table_names_every_command_in_order() -> None:
    assert [words[0] for words in WORDS] == [command.replace(" ", "-") for command in ("book", "reschedule", "cancel", "no-show",
        "check-in", "call", "recall", "room", "move", "to-the-lab", "see", "leave-room", "leave", "check-out", "still-here", "priority")]  # fmt: skip


@pytest.mark.parametrize(("stage", "command", "refusal"), EXPECTED)
def test_a_command_is_applied_or_refused_as_the_stage_says(stage: Stage | None, command: str, refusal: Refusal | None) -> None:
    clinic = Clinic()
    for step in REACHED[stage]:
        step(clinic)
    flow = Flow(clinic)
    if stage is not None:
        assert flow.view("ann").stage is stage
    before = {"visits": truth(flow.site)["visits"], "rooms": truth(flow.site)["rooms"]}
    asked = COMMANDS[command](clinic)
    assert flow.read().refused(asked) == refusal
    if refusal is not None:
        assert plain({"visits": truth(flow.site)["visits"], "rooms": truth(flow.site)["rooms"]}) == plain(before)
        assert flow.decision(asked).stage == (stage if stage is not None else None)


@pytest.mark.parametrize("stage", REACHED)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_report_is_never_refused(stage: Stage | None, command: str) -> None:
    clinic = Clinic()
    for step in REACHED[stage]:
        step(clinic)
    told = COMMANDS[command](clinic.feed())
    assert Flow(clinic).applied(told)


def test_a_recall_needs_a_call_that_stands() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    call = clinic.call("ann", "10:10")
    recall = clinic.recall("ann", "10:12")
    clinic.undo(recall, "10:13")
    clinic.undo(call, "10:14")
    late = clinic.recall("ann", "10:15")
    flow = Flow(clinic)
    assert (flow.applied(recall), flow.refused(late)) == (True, Refusal.NOT_CALLED)


def test_an_undo_or_correction_names_an_event_of_this_visit_that_still_stands() -> None:
    clinic = Clinic()
    ann, bob = clinic.check_in("ann", "10:00"), clinic.check_in("bob", "10:01")
    roomed = clinic.room("ann", "10:10", "r1")
    nobodys = clinic.undo(ann, "10:11", undoes="never-was")
    anothers = clinic.undo(bob, "10:11", visit="ann")
    unknown = clinic.undo(ann, "10:11", visit="zoe")
    undo = clinic.undo(roomed, "10:12")
    twice, corrected = clinic.undo(roomed, "10:13"), clinic.correct(roomed, "10:13", to="10:05")
    flow = Flow(clinic)
    assert [flow.refused(record) for record in (nobodys, anothers, unknown)] == [
        Refusal.UNKNOWN_EVENT, Refusal.UNKNOWN_EVENT, Refusal.UNKNOWN_VISIT,
    ]  # fmt: skip
    assert flow.applied(undo)
    assert [flow.refused(record) for record in (twice, corrected)] == [Refusal.ALREADY_UNDONE, Refusal.ALREADY_UNDONE]


def test_the_next_command_a_millisecond_later_is_not_refused() -> None:
    clinic = Clinic()
    steps = [
        clinic.check_in("ann", "10:00:00.000"),
        clinic.call("ann", "10:00:00.001", room="r1"),
        clinic.room("ann", "10:00:00.002", "r1"),
        clinic.see("ann", "10:00:00.003"),
        clinic.leave_room("ann", "10:00:00.004"),
        clinic.check_out("ann", "10:00:00.005"),
    ]
    flow = Flow(clinic)
    assert [flow.refused(record) for record in steps] == [None] * 6
    assert [flow.decision(record).stage for record in steps] == [
        Stage.WAITING, Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE, Stage.DEPARTED,
    ]  # fmt: skip


def test_a_refused_command_leaves_nothing_behind_in_what_comes_after() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.recall("ann", "10:05", priority=None)
    clinic.room("ann", "10:06", "cellar", provider="dr-roy")
    clinic.room("ann", "10:10", "r1")
    view = Flow(clinic).view("ann")
    assert (view.waiting_seconds, view.provider, view.roomed) == (600, None, clinic.ms("10:10"))
