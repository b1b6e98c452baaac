"""I5: the same event again changes nothing and has the same answer; its id for something else is a key used twice."""

from schemas.outcomes import OutcomeStatus, Refusal
from tests.builders import Clinic
from tests.unit.flow.folding import Flow, plain, whole_truth


def test_the_same_command_again_has_the_same_answer_and_changes_nothing() -> None:
    clinic = Clinic()
    first = clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    before, answer = plain(whole_truth(flow.site)), flow.decision(first)
    flow.fresh()
    clinic.log.repeat(first)
    flow.read()
    assert plain(whole_truth(flow.site)) == before
    assert [(said.event, said.decision, said.kept) for said in flow.effects.answers] == [(first.id, answer, True)]
    assert (flow.effects.applied, flow.effects.repeated) == (0, 1)
    assert (flow.effects.alerts, flow.effects.summaries, flow.effects.changed) == ([], [], {})


def test_the_answer_is_the_first_one_even_when_the_visit_has_gone_on() -> None:
    clinic = Clinic()
    first = clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:10", "r1")
    clinic.log.repeat(first)
    assert Flow(clinic).decision(first).stage == "waiting"


def test_a_refused_command_again_is_refused_again() -> None:
    clinic = Clinic()
    refused = clinic.room("nobody", "10:00", "r1")
    flow = Flow(clinic)
    clinic.feed().check_in("nobody", "09:50")
    clinic.log.repeat(refused)
    assert flow.read().refused(refused) == Refusal.UNKNOWN_VISIT


def test_the_same_key_for_something_else_is_refused_and_the_first_answer_stays_the_one_to_read() -> None:
    clinic = Clinic()
    first = clinic.check_in("ann", "10:00", id="key-1")
    flow = Flow(clinic)
    before = plain(whole_truth(flow.site))
    flow.fresh()
    other = clinic.check_in("bob", "10:00", id="key-1")
    flow.read()
    [answer] = flow.effects.answers
    assert (answer.event, answer.kept) == ("key-1", False)
    assert (answer.decision.status, answer.decision.reason) == (OutcomeStatus.REFUSED, Refusal.KEY_REUSED)
    assert answer.decision.fingerprint == other.event.fingerprint
    assert plain(whole_truth(flow.site)) == before
    clinic.log.repeat(first)
    assert flow.read().effects.answers[-1].decision.status is OutcomeStatus.APPLIED
    assert "bob" not in flow.site.visits


def test_what_is_not_about_a_visit_is_answered_once_and_again_too() -> None:
    clinic = Clinic()
    for record in (clinic.sets_room("r1", "cleaning", "10:00"), clinic.sets_provider("dr-lee", "away", "10:00"), clinic.records[0]):
        clinic.log.repeat(record)
    flow = Flow(clinic)
    assert (flow.effects.applied, flow.effects.repeated, flow.site.applied) == (3, 3, 3)


def test_the_same_id_at_another_site_is_another_event() -> None:
    here = Clinic("here")
    there = Clinic("there", log=here.log)
    one, other = here.check_in("ann", "10:00", id="key-1"), there.check_in("bob", "10:00", id="key-1")
    flow = Flow(here)
    assert flow.effects.applied == 4
    assert {answer.site for answer in flow.effects.answers if answer.event == "key-1"} == {"here", "there"}
    assert (one.id, set(flow.site.visits), set(flow.state.sites["there"].visits)) == (other.id, {"ann"}, {"bob"})
