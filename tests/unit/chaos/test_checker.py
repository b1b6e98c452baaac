"""Each class of fault: a history that has it is found, and the same day without it is not."""

from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.alerted import stale
from tests.chaos.checker import CLASSES, check
from tests.chaos.evidence import Evidence, Logged, Seen, Sent, Version
from tests.unit.chaos.made_up import NINE, SITE, instant, ordinary_day


@pytest.fixture
def day() -> Evidence:
    return ordinary_day().over()


def found(evidence: Evidence) -> set[str]:
    """The classes in which something was found."""
    return {name for name, lines in check(evidence).items() if lines}


def test_a_day_on_which_all_went_right_is_clean(day: Evidence) -> None:
    assert check(day) == {name: [] for name in CLASSES}


def sent(evidence: Evidence, key: str) -> int:
    return next(index for index, each in enumerate(evidence.sent) if each.key == key)


def change(evidence: Evidence, key: str, **said: Any) -> None:
    index = sent(evidence, key)
    evidence.sent[index] = replace(evidence.sent[index], **said)


def without(evidence: Evidence, key: str) -> None:
    """Take what was last sent under a key off the log, and everything that knows of it but the client."""
    event = evidence.sent[sent(evidence, key)].event
    evidence.log = [record for record in evidence.log if record.event["id"] != event]
    del evidence.outcomes[event]


def test_an_acked_command_that_is_not_on_the_log_is_lost(day: Evidence) -> None:
    without(day, "ben-called")
    assert "lost" in found(day)


def test_a_kept_command_that_is_not_on_the_log_is_lost(day: Evidence) -> None:
    without(day, "ben-called")
    change(day, "ben-called", status=202, answer={"event": "x"})
    assert "lost" in found(day)


def test_a_command_of_which_the_client_was_told_nothing_may_have_happened_or_not(day: Evidence) -> None:
    change(day, "ann-roomed", status=None, answer={})
    day.sent.append(Sent(SITE, "never-there", "…", NINE, NINE, None, {"status": 503}))
    assert found(day) == set()


def test_an_event_without_an_outcome_is_lost(day: Evidence) -> None:
    day.outcomes[day.log[3].event["id"]] = None
    assert found(day) == {"lost"}


def test_a_refusal_that_the_log_does_not_bear_out_is_a_phantom(day: Evidence) -> None:
    index = sent(day, "ann-provider-seen")
    change(day, "ann-provider-seen", status=409, answer={**day.sent[index].answer, "code": "already-seen"})
    assert found(day) == {"phantom"}


def test_a_success_where_the_log_says_no_is_lost(day: Evidence) -> None:
    index = sent(day, "ben-roomed")
    change(day, "ben-roomed", status=201, answer={**day.sent[index].answer})
    assert found(day) == {"lost"}


def test_a_record_that_nobody_sent_is_a_phantom(day: Evidence) -> None:
    del day.sent[sent(day, "ann-provider-seen")]
    assert found(day) == {"phantom"}


def test_a_command_refused_at_the_door_that_is_on_the_log_is_a_phantom(day: Evidence) -> None:
    change(day, "ann-provider-seen", status=422, answer={"code": "invalid"})
    assert found(day) == {"phantom"}


def test_a_step_in_the_future_that_was_accepted_is_a_phantom(day: Evidence) -> None:
    last = day.log[-1]
    day.log[-1] = replace(last, event={**last.event, "time": instant(last.at_ms + 120_000)})
    assert "phantom" in found(day)


def test_a_correction_into_the_future_that_was_accepted_is_a_phantom() -> None:
    day = ordinary_day()
    day.step("ben", "step-corrected", corrects=day.evidence.log[2].event["id"], happened_at=instant(day.now + 300_000))
    assert "phantom" in found(day.over())


def test_a_key_that_was_answered_in_two_ways_was_applied_twice(day: Evidence) -> None:
    first = day.sent[sent(day, "ann-checked-in")]
    day.sent.append(replace(first, status=409, answer={**first.answer, "code": "already-checked-in"}))
    assert "duplicate_applied" in found(day)


def test_a_key_that_was_answered_twice_alike_was_not(day: Evidence) -> None:
    first = day.sent[sent(day, "ann-checked-in")]
    day.sent += [first, replace(first, status=202, answer={"event": first.event}), replace(first, status=None, answer={})]
    day.log.append(Logged(3, len(day.log), NINE + 60_000, {**day.log[1].event, "recordedtime": instant(NINE + 60_000)}))
    assert found(day) == set()


def test_a_ticket_that_two_patients_have_was_given_twice(day: Evidence) -> None:
    first = day.sent[sent(day, "ann-checked-in")].answer["ticket"]
    index = sent(day, "eve-checked-in")
    change(day, "eve-checked-in", answer={**day.sent[index].answer, "ticket": first})
    assert {"duplicate_applied", "wrong_state"} == found(day)


def test_another_outcome_than_the_log_has_is_a_wrong_state(day: Evidence) -> None:
    event = day.log[2].event["id"]
    day.outcomes[event] = {**(day.outcomes[event] or {}), "ticket": "A77"}
    assert found(day) == {"wrong_state"}


def test_a_missing_summary_is_a_wrong_state(day: Evidence) -> None:
    day.summaries.clear()
    assert found(day) == {"wrong_state"}


def test_an_old_profile_in_force_is_a_wrong_state(day: Evidence) -> None:
    day.profiles[SITE]["name"] = "As it was called before"
    assert found(day) == {"wrong_state"}


@pytest.mark.parametrize(("restored", "name"), [(False, "wrong_view"), (True, "wrong_state")])
@pytest.mark.parametrize("field", ["visit:eve", "room:r2", "alert:called"])
def test_a_field_that_is_shown_wrongly_is_found(day: Evidence, field: str, restored: bool, name: str) -> None:
    index = next(number for number, seen in enumerate(day.views) if seen.restored == restored)
    seen = day.views[index]
    wrong = next(shown for shown in seen.fields if shown.startswith(field))
    day.views[index] = replace(seen, fields={shown: value for shown, value in seen.fields.items() if shown != wrong})
    assert found(day) == {name}


def test_an_alert_that_is_not_shown_as_taken_on_since_somebody_first_did_is_found() -> None:
    early = ordinary_day()
    called = next(name for name in early.raised if name.startswith("called/ben"))
    early.take_on("first", called, ago_s=30)
    taken = early.now - 30_000
    early.take_on("late", called)
    early.take_on("nothing", "called/ben/nothing")
    day = early.over()
    assert day.views[0].fields[f"alert:{called}"]["acknowledged_ms"] == taken
    assert found(day) == set()
    day.views[0].fields[f"alert:{called}"] = {**day.views[0].fields[f"alert:{called}"], "acknowledged_ms": taken + 31_000}
    assert found(day) == {"wrong_view"}
    del day.views[0].fields[f"alert:{called}"]["acknowledged_ms"]
    assert found(day) == {"wrong_view"}


def test_an_alert_that_nobody_took_on_and_is_shown_so_is_found(day: Evidence) -> None:
    called = next(name for name in day.views[0].fields if name.startswith("alert:called/ben"))
    day.views[0].fields[called] = {**day.views[0].fields[called], "acknowledged_ms": NINE}
    assert found(day) == {"wrong_view"}


def test_a_queue_that_is_shown_to_move_at_another_pace_is_found() -> None:
    busy = ordinary_day()
    for number in range(6):
        busy.step(f"v{number}", "checked-in", queue="A")
    for number in range(6):
        busy.step(f"v{number}", "roomed", ago_s=0)
    day = busy.over()
    assert check(day) == {name: [] for name in CLASSES}
    day.views[0].fields["queue:A"] = {**day.views[0].fields["queue:A"], "pace_seconds": 77}
    assert found(day) == {"wrong_view"}
    del day.views[0].fields["queue:A"]
    assert found(day) == {"wrong_view"}


def test_a_visit_that_names_other_places_on_the_log_is_found(day: Evidence) -> None:
    day.views[0].fields["visit:eve"] = {**day.views[0].fields["visit:eve"], "offsets": [1, 3]}
    assert found(day) == {"wrong_view"}


def test_a_check_in_that_is_shown_to_screens_is_found(day: Evidence) -> None:
    said = next(said for said in day.alerts if said["kind"] == "checked-in" and said["visit"] == "eve")
    assert not [name for name in day.views[0].fields if name.startswith("alert:checked-in")]
    day.views[0].fields[f"alert:{said['id']}"] = {"alert": said["id"], "kind": "checked-in", "visit": "eve", "since_ms": NINE}
    assert found(day) == {"wrong_view"}


def test_a_check_in_that_was_never_told_is_lost_with_its_text(day: Evidence) -> None:
    day.alerts = [said for said in day.alerts if said["kind"] != "checked-in" or said["visit"] != "eve"]
    day.texts = [text for text in day.texts if text["template"] != "checked-in" or text["visit"] != "eve"]
    day.ledger = {key: entry for key, entry in day.ledger.items() if "/eve/checked-in/" not in key}
    assert found(day) == {"alerts_lost", "texts_lost"}


def test_a_visit_that_never_was_and_is_shown_is_found(day: Evidence) -> None:
    day.views[0].fields["visit:nobody"] = {"visit": "nobody", "stage": "waiting"}
    assert found(day) == {"wrong_view"}


def test_a_view_in_the_midst_is_compared_with_the_log_up_to_there(day: Evidence) -> None:
    early = ordinary_day()
    of_then = Seen(SITE, NINE, 2, NINE + 2000, {"visit:ann": day.views[0].fields["visit:ann"]})
    assert check(replace(early.over(), views=[*day.views, of_then]))["wrong_view"]


def test_a_wall_that_calls_the_wrong_patient_is_found(day: Evidence) -> None:
    site, who, wall = day.walls[0]
    day.walls[0] = (site, who, {**wall, "calling": []})
    assert found(day) == {"wrong_view"}


def test_how_a_call_is_said_aloud_is_no_fault(day: Evidence) -> None:
    site, who, wall = day.walls[0]
    day.walls[0] = (site, who, {**wall, "calling": [{**call, "clips": ["chime"], "said": "…"} for call in wall["calling"]]})
    assert found(day) == set()


def test_a_system_that_never_comes_to_rest_is_found(day: Evidence) -> None:
    day.settled_ms = None
    assert found(day) == {"wrong_view"}


def test_an_alert_that_was_never_raised_is_lost(day: Evidence) -> None:
    day.alerts = [said for said in day.alerts if said["kind"] != "called"]
    assert {"alerts_lost", "texts_doubled"} <= found(day)


def test_an_alert_for_what_never_was_is_doubled(day: Evidence) -> None:
    raised = next(said for said in day.alerts if said["kind"] == "called")
    day.alerts.append({**raised, "id": f"{raised['id']}-again"})
    assert "alerts_doubled" in found(day)


def test_an_alert_that_is_over_and_was_not_taken_back_is_doubled(day: Evidence) -> None:
    day.alerts = [said for said in day.alerts if said["visit"] != "ann" or "raised" in said["type"]]
    assert found(day) == {"alerts_doubled"}


def test_the_same_alert_said_again_is_no_fault(day: Evidence) -> None:
    day.alerts += day.alerts[:3]
    assert found(day) == set()


def test_an_alert_that_a_worker_said_again_in_its_sleep_is_no_fault_and_is_shown(day: Evidence) -> None:
    day.alerts.append(next(said for said in day.alerts if said["visit"] == "ann" and said["kind"] == "called"))
    assert found(day) == set()
    assert [name.split("/")[:2] for name in stale(day)] == [["called", "ann"]]


def test_an_alert_of_a_kind_that_the_checker_does_not_know_is_left_alone(day: Evidence) -> None:
    day.alerts.append({**day.alerts[0], "id": "clinic-closing/mill/1", "kind": "clinic-closing"})
    day.views[0].fields["alert:clinic-closing/mill/1"] = {"kind": "clinic-closing"}
    assert found(day) == set()


def called_text(evidence: Evidence) -> dict[str, Any]:
    return next(text for text in evidence.texts if text["template"] == "called" and text["visit"] == "ben")


def test_a_text_that_never_went_out_is_lost(day: Evidence) -> None:
    text = called_text(day)
    day.texts.remove(text)
    del day.ledger[text["key"]]
    assert found(day) == {"texts_lost"}


def test_a_text_that_is_still_on_its_way_when_all_is_quiet_is_lost(day: Evidence) -> None:
    day.ledger[called_text(day)["key"]]["state"] = "sending"
    assert found(day) == {"texts_lost"}


def test_a_text_that_did_not_go_out_for_a_reason_is_not_lost(day: Evidence) -> None:
    text = next(text for text in day.texts if text["template"] == "called" and text["visit"] == "ann")
    day.texts.remove(text)
    day.ledger[text["key"]] |= {"state": "expired", "reason": "over"}
    assert found(day) == set()


def test_a_reason_that_is_not_so_is_no_reason(day: Evidence) -> None:
    text = called_text(day)
    day.texts.remove(text)
    day.ledger[text["key"]] |= {"state": "expired", "reason": "over"}
    assert found(day) == {"texts_lost"}


def test_a_text_that_went_out_twice_is_doubled(day: Evidence) -> None:
    day.texts.append(called_text(day))
    assert found(day) == {"texts_doubled"}


def test_a_text_that_went_out_after_its_time_is_late(day: Evidence) -> None:
    text = called_text(day)
    text["at"] = instant(day.log[-1].at_ms + 11 * 60_000)
    assert found(day) == {"texts_late"}


def test_a_text_that_went_out_long_after_its_alert_was_over_is_late(day: Evidence) -> None:
    text = next(text for text in day.texts if text["template"] == "called" and text["visit"] == "ann")
    text["at"] = instant(day.log[-1].at_ms + 60_000)
    assert found(day) == {"texts_late"}


def test_a_snapshot_that_goes_back_is_found(day: Evidence) -> None:
    day.markers = [(3, 5), (4, 2), (3, 4)]
    assert found(day) == {"offsets_back"}


def test_a_version_that_goes_back_in_one_life_of_redis_is_found(day: Evidence) -> None:
    day.versions = [Version("redis/mill", NINE, 1, 5, 9), Version("redis/mill", NINE, 1, 5, 8)]
    assert found(day) == {"offsets_back"}


def test_a_version_that_goes_back_after_a_wipe_is_no_fault(day: Evidence) -> None:
    day.versions = [Version("redis/mill", NINE, 1, 5, 9), Version("redis/mill", NINE, 2, 4, 9), Version("wall/mill", NINE, 2, 3, 9)]
    assert found(day) == set()
