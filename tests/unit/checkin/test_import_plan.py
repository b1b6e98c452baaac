"""Which rows of a file are new: the same row is the same visit, whenever it comes, and its key tells nothing of who it is."""

from hashlib import sha256

import pytest

from services.checkin.domain.book_file import Entry
from services.checkin.domain.identity import is_key
from services.checkin.domain.import_keys import MOST_TRIES, ImportKeys, sameness
from services.checkin.domain.import_plan import Plan, plan, without_overlaps
from tests.unit.checkin.book_files import JUDGE, NOW, calendar, event, events_read, judged, said, sheet

KEYS = ImportKeys(b"s" * 32, "riverside")
ANN = "2026-03-03,09:00,Ann (invented),(555) 010-0142,1970-01-02,en,Invented Payer,INV-1,check-up,20,dr-lee,r1"


def entry(line: str = ANN) -> Entry:
    [found], flaws, _ = judged(sheet(line))
    assert flaws == []
    return found


def planned(*lines: str, booked: frozenset[str] = frozenset()) -> Plan:
    return plan(judged(sheet(*lines))[0], KEYS, booked, NOW)


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ANN, ANN.replace("Ann (invented)", "  INVÉNTED   Ann"), ANN.replace("(555) 010-0142", "+1 555 010 0142"),
        ANN.replace("Invented Payer", "Another Payer"), ANN.replace("INV-1", ""), ANN.replace(",en,", ",es,"),
        ANN.replace("dr-lee", "Dr. Lee (invented)"), ANN.replace("09:00", "9:00"),
    ],
)  # fmt: skip
def test_the_same_visit_of_the_same_patient_has_the_same_keys_however_it_is_written(line: str) -> None:
    assert KEYS.visit(entry(line)) == KEYS.visit(entry())
    assert KEYS.person(entry(line)) == KEYS.person(entry())


@pytest.mark.parametrize(
    ("old", "new"),
    [("09:00", "09:15"), ("dr-lee", "dr-roy"), (",20,", ",25,"), (",r1", ","), ("check-up", ""), ("2026-03-03", "2026-03-04")],
)
def test_another_visit_of_the_same_patient_has_another_key(old: str, new: str) -> None:
    other = entry(ANN.replace(old, new))
    assert KEYS.visit(other) != KEYS.visit(entry())
    assert KEYS.person(other) == KEYS.person(entry())


@pytest.mark.parametrize(("old", "new"), [("Ann", "Ben"), ("1970-01-02", "1970-01-03"), ("0142", "0143"), ("1970-01-02", "")])
def test_another_patient_at_the_same_time_has_other_keys(old: str, new: str) -> None:
    other = entry(ANN.replace(old, new))
    assert KEYS.visit(other) != KEYS.visit(entry())
    assert KEYS.person(other) != KEYS.person(entry())


def test_a_name_alone_is_nobodys_so_each_row_has_a_patient_of_its_own_and_the_same_row_the_same_one() -> None:
    first, second = (entry(f"2026-03-0{day},09:00,Ann (invented),,,,,,,,,") for day in (3, 4))
    assert KEYS.person(first) != KEYS.person(second)
    assert KEYS.person(first) == KEYS.person(entry("2026-03-03,09:00,Ann (invented),,,,,,,,,"))
    assert sameness(first.person) is None


def test_the_times_of_one_series_are_visits_of_one_patient() -> None:
    drafts = events_read(calendar(event("DTSTART:20260303T100000", "RRULE:FREQ=WEEKLY;COUNT=3"))).drafts
    found = [one for draft in drafts if isinstance(one := JUDGE.row(draft, []), Entry)]
    assert len({KEYS.person(one) for one in found}) == 1
    assert len({KEYS.visit(one) for one in found}) == 3


def test_the_keys_of_an_earlier_release_are_still_the_same() -> None:
    assert KEYS.person(entry()) == "import/cb68ee215a0d42cdddbe59db583a5e0a3a4a87f44aed3580d8309249ef93d595"
    assert KEYS.visit(entry(), 2) == "import/023812ef1a0026d118c6fe4f8b57601081050d9ca32b21d6467c7b6d941989ef/2"


def test_keys_depend_on_the_installation_and_the_clinic_and_are_no_hash_that_could_be_guessed() -> None:
    others = [ImportKeys(b"t" * 32, "riverside"), ImportKeys(b"s" * 32, "hillside")]
    assert len({keys.visit(entry()) for keys in (KEYS, *others)}) == 3
    same = sameness(entry().person)
    assert same is not None
    assert sha256(same.encode()).hexdigest() not in KEYS.person(entry())
    assert all(is_key(key) and "ann" not in key.lower() for key in (KEYS.person(entry()), KEYS.visit(entry(), 3)))


# --- the plan -----------------------------------------------------------------------------------------------------


def test_new_rows_are_booked_in_their_order() -> None:
    made = planned(ANN, ANN.replace("09:00", "08:00"))
    assert [one.row for one in made.new] == [2, 3]
    assert (made.already, made.flaws, made.notes) == ([], [], [])


@pytest.mark.parametrize("attempt", range(MOST_TRIES))
def test_a_row_whose_visit_is_in_the_book_is_there_already_whichever_try_it_was(attempt: int) -> None:
    visit = list(KEYS.visits(entry()))[attempt]
    made = planned(ANN, booked=frozenset({visit}))
    assert (made.new, [one.row for one in made.already]) == ([], [2])


def test_a_row_that_is_there_twice_is_taken_once_with_a_note() -> None:
    made = planned(ANN, ANN)
    assert [one.row for one in made.new] == [2]
    assert said(made.notes) == [(3, "", "is the same as")]


def test_what_has_begun_is_not_booked_any_more_unless_it_is_there_already() -> None:
    late = ANN.replace("2026-03-03,09:00", "2026-03-02,08:59")
    assert said(planned(late).flaws) == [(2, "time", "lies in the past;")]
    assert planned(late, booked=frozenset(KEYS.visits(entry(late)))).flaws == []


# --- overlaps -----------------------------------------------------------------------------------------------------


def overlapping(*events: list[str], booked: frozenset[str] = frozenset()) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
    """Which rows are kept, with their hour of UTC, and what is said of the others."""
    drafts = events_read(calendar(*events)).drafts
    entries = [one for draft in drafts if isinstance(one := JUDGE.row(draft, []), Entry)]
    made = without_overlaps(plan(entries, KEYS, booked, NOW), JUDGE.profile.slot_minutes)
    return [(one.row, one.at.hour) for one in made.new], [(flaw.row, flaw.reason) for flaw in made.flaws]


def test_of_two_events_that_overlap_the_earlier_is_kept_and_the_other_names_it() -> None:
    one = event("DTSTART:20260303T101500", "DTEND:20260303T110000")
    two = event("DTSTART:20260303T100000", "DTEND:20260303T103000", uid="two")
    three = event("DTSTART:20260303T110000", uid="three")
    kept, flaws = overlapping(one, two, three)
    assert kept == [(2, 15), (3, 16)]
    assert flaws == [(1, "overlaps with event 2, which begins first")]


def test_what_is_in_the_book_already_stays_there_and_what_overlaps_with_it_is_named_as_before() -> None:
    one = event("DTSTART:20260303T100000", "DTEND:20260303T103000")
    two = event("DTSTART:20260303T101500", uid="two")
    [first] = [JUDGE.row(draft, []) for draft in events_read(calendar(one)).drafts]
    assert isinstance(first, Entry)
    kept, flaws = overlapping(one, two, booked=frozenset(KEYS.visits(first)))
    assert (kept, flaws) == ([], overlapping(one, two)[1])


def test_an_event_that_overlaps_itself_keeps_every_other_time() -> None:
    one = event("DTSTART:20260303T100000", "DTEND:20260304T100000", "RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260303T220000")
    kept, flaws = overlapping(one)
    assert kept == [(1, 15), (1, 15)]
    assert flaws == [(1, "overlaps with another time of the same event, which begins first")]


def test_two_series_that_meet_once_lose_that_time_alone() -> None:
    weekly = event("DTSTART:20260303T100000", "DTEND:20260303T103000", "RRULE:FREQ=WEEKLY;COUNT=3")
    monthly = event("DTSTART:20260310T101500", "DTEND:20260310T104500", "RRULE:FREQ=MONTHLY;COUNT=2", uid="two")
    kept, flaws = overlapping(weekly, monthly)
    assert [row for row, _ in kept] == [1, 1, 1, 2]
    assert [row for row, _ in flaws] == [2]


def test_an_event_without_an_end_is_as_long_as_usual_when_it_comes_to_overlaps() -> None:
    assert overlapping(event("DTSTART:20260303T100000"), event("DTSTART:20260303T101500", uid="two"))[1] == []
    assert len(overlapping(event("DTSTART:20260303T100000"), event("DTSTART:20260303T101400", uid="two"))[1]) == 1
