"""What is done about an alert."""

from datetime import datetime, timedelta

import pytest

from schemas.alerts import Alert, AlertKind, AlertRaised, RetractionReason
from schemas.notifications import Notification, TextState
from schemas.sites import SiteProfile
from services.notify.domain.ahead import NOTHING_AHEAD, Ahead
from services.notify.domain.answers import Absent, Accepted, Found, Lost, Refused
from services.notify.domain.plan import Around, Ask, Nothing, Reason, Record, Send, Step, answered, plan, reconciled
from services.notify.domain.templates import BY_ALERT, Template
from tests.builders_alerts import NOON, raised, retracted, site

KEY = "harbor/v1/called/e1"
DISREGARD_KEY = "harbor/v1/please-disregard/e1"
CLINIC = site()
UNDONE_AHEAD = Ahead(ended=RetractionReason.UNDONE)
OVER_AHEAD = Ahead(ended=RetractionReason.OVER)


def entry(state: TextState, key: str = KEY, at: datetime = NOON) -> Notification:
    template = key.split("/")[2]
    return Notification(dedupe_key=key, state=state, site="harbor", visit="v1", template=template, alert="called/v1/e1", at=at)


def step(
    alert: Alert, *entries: Notification, ahead: Ahead = NOTHING_AHEAD, profile: SiteProfile | None = CLINIC, now: datetime = NOON
) -> Step:
    return plan(alert, Around({kept.dedupe_key: kept for kept in entries}, profile, ahead, now))


def ending(found: Step) -> tuple[str, TextState, str | None]:
    assert isinstance(found, Record)
    return found.entry.dedupe_key, found.entry.state, found.entry.reason


def test_a_called_patient_is_told_where_to_go() -> None:
    found = step(raised(person="p7"))
    assert isinstance(found, Send)
    assert (found.entry.dedupe_key, found.entry.state, found.to, found.ticket) == (KEY, TextState.SENDING, "p7", "A12")
    assert found.text == "Harbor Clinic: Ticket A12, it is your turn. Please come to Room 3."


def test_a_patient_next_in_line_is_told_so_in_their_language() -> None:
    found = step(raised(AlertKind.NEXT_UP, language="es"))
    assert isinstance(found, Send)
    assert found.entry.dedupe_key == "harbor/v1/next-up/e1"
    assert found.text == "Harbor Clinic: Turno A12, pronto le llamaremos. Por favor, espere en la sala de espera."


def test_a_check_in_is_texted_for_a_quarter_of_an_hour() -> None:
    found = step(raised(AlertKind.CHECKED_IN), now=NOON + timedelta(minutes=15))
    assert isinstance(found, Send)
    assert (found.entry.dedupe_key, found.due_until) == ("harbor/v1/checked-in/e1", NOON + timedelta(minutes=15))
    too_late = step(raised(AlertKind.CHECKED_IN), now=NOON + timedelta(minutes=30))
    assert ending(too_late) == ("harbor/v1/checked-in/e1", TextState.EXPIRED, "too-late")


def test_a_visit_without_a_person_is_addressed_as_the_visit() -> None:
    found = step(raised())
    assert isinstance(found, Send)
    assert found.to == "visit:v1"


@pytest.mark.parametrize("kind", [kind for kind in AlertKind if kind not in BY_ALERT])
def test_an_alert_for_staff_brings_no_text_and_no_entry(kind: AlertKind) -> None:
    alert = raised(kind)
    assert step(alert) == step(retracted(alert)) == Nothing(Reason.FOR_STAFF)


@pytest.mark.parametrize(
    "state",
    [TextState.SENT, TextState.DELIVERED, TextState.FAILED, TextState.UNKNOWN, TextState.SUPPRESSED, TextState.RETRACTED],
)
def test_an_alert_that_comes_again_brings_no_second_text(state: TextState) -> None:
    assert step(raised(), entry(state)) == Nothing(Reason.DONE_BEFORE)


@pytest.mark.parametrize("template", BY_ALERT.values())
def test_a_text_is_due_for_its_time_to_live_and_not_a_second_longer(template: Template) -> None:
    assert template.alert is not None
    alert = raised(template.alert)
    assert isinstance(step(alert, now=NOON + template.time_to_live), Send)
    _, state, reason = ending(step(alert, now=NOON + template.time_to_live + timedelta(seconds=1)))
    assert (state, reason) == (TextState.EXPIRED, "too-late")


def test_an_expired_text_expires_once() -> None:
    late = NOON + timedelta(hours=1)
    assert step(raised(), entry(TextState.EXPIRED), now=late) == Nothing(Reason.DONE_BEFORE)


def test_next_in_line_again_an_hour_after_the_first_time_expired_is_told() -> None:
    alert = raised(AlertKind.NEXT_UP, time=NOON + timedelta(hours=1))
    expired = entry(TextState.EXPIRED, "harbor/v1/next-up/e1")
    assert isinstance(step(alert, expired, now=NOON + timedelta(hours=1)), Send)


def test_a_time_far_ahead_of_the_clock_brings_no_text() -> None:
    assert ending(step(raised(time=NOON + timedelta(hours=1)))) == (KEY, TextState.SUPPRESSED, "time-in-future")


def test_a_call_whose_undo_is_read_already_is_never_texted() -> None:
    assert ending(step(raised(), ahead=UNDONE_AHEAD)) == (KEY, TextState.SUPPRESSED, "undone")
    assert step(retracted(raised()), entry(TextState.SUPPRESSED)) == Nothing(Reason.NEVER_TEXTED)


def test_an_undo_after_the_text_asks_to_disregard_it_once() -> None:
    found = step(retracted(raised(person="p7")), entry(TextState.SENT))
    assert isinstance(found, Send)
    assert (found.entry.dedupe_key, found.to) == (DISREGARD_KEY, "p7")
    assert "disregard" in found.text
    sent = entry(TextState.SENT, DISREGARD_KEY)
    assert ending(step(retracted(raised()), entry(TextState.SENT), sent)) == (KEY, TextState.RETRACTED, "undone")
    assert step(retracted(raised()), entry(TextState.RETRACTED), sent) == Nothing(Reason.DONE_BEFORE)


def test_an_undo_of_a_text_that_may_have_gone_out_asks_to_disregard_it_and_leaves_it_unknown() -> None:
    assert isinstance(step(retracted(raised()), entry(TextState.UNKNOWN)), Send)
    after = step(retracted(raised()), entry(TextState.UNKNOWN), entry(TextState.SENT, DISREGARD_KEY))
    assert after == Nothing(Reason.DONE_BEFORE)


def test_a_disregard_comes_too_late_an_hour_after_the_text() -> None:
    late = NOON + timedelta(minutes=61)
    assert ending(step(retracted(raised()), entry(TextState.SENT), now=late)) == (DISREGARD_KEY, TextState.EXPIRED, "too-late")


@pytest.mark.parametrize("state", [None, TextState.EXPIRED, TextState.FAILED, TextState.SUPPRESSED])
def test_an_undo_of_what_was_never_texted_says_nothing(state: TextState | None) -> None:
    assert step(retracted(raised()), *([entry(state)] if state else [])) == Nothing(Reason.NEVER_TEXTED)


def test_an_undo_that_was_itself_undone_says_nothing() -> None:
    ahead = Ahead(raised_again=True)
    assert step(retracted(raised()), entry(TextState.SENT), ahead=ahead) == Nothing(Reason.STANDS_AGAIN)


def test_a_call_that_was_over_before_its_text_went_out_brings_none_and_a_new_one_does() -> None:
    assert ending(step(raised(), ahead=OVER_AHEAD)) == (KEY, TextState.EXPIRED, "over")
    assert step(raised(), entry(TextState.EXPIRED), ahead=OVER_AHEAD) == Nothing(Reason.DONE_BEFORE)
    assert isinstance(step(raised(), entry(TextState.EXPIRED)), Send)


@pytest.mark.parametrize("kind", [AlertKind.CALLED, AlertKind.NEXT_UP])
def test_an_alert_that_was_over_and_is_said_again_by_a_worker_that_slept_brings_no_text(kind: AlertKind) -> None:
    over = step(raised(kind), ahead=OVER_AHEAD)
    assert isinstance(over, Record)
    assert step(raised(kind), over.entry) == Nothing(Reason.DONE_BEFORE)


def test_an_alert_that_was_over_and_is_raised_by_a_later_record_is_told() -> None:
    first = raised(AlertKind.NEXT_UP)
    over = step(first, ahead=OVER_AHEAD)
    assert isinstance(over, Record)
    later = first.model_copy(update={"source_offset": first.source_offset + 1})
    assert isinstance(step(later, over.entry), Send)
    over_again = step(later, over.entry, ahead=OVER_AHEAD)
    assert isinstance(over_again, Record)
    assert step(later, over_again.entry) == Nothing(Reason.DONE_BEFORE)


def test_a_call_that_is_over_says_nothing() -> None:
    assert step(retracted(raised(), RetractionReason.OVER), entry(TextState.SENT)) == Nothing(Reason.OVER)


def test_a_site_nobody_knows_and_a_patient_without_a_ticket_are_recorded() -> None:
    assert ending(step(raised(), profile=None)) == (KEY, TextState.SUPPRESSED, "unknown-site")
    assert ending(step(raised(ticket=None))) == (KEY, TextState.SUPPRESSED, "no-ticket")


@pytest.mark.parametrize("alert", [raised(), retracted(raised())])
def test_a_text_that_a_crash_left_in_mid_sending_is_asked_for(alert: AlertRaised) -> None:
    assert step(alert, entry(TextState.SENDING)) == Ask(entry(TextState.SENDING))


def test_a_disregard_that_a_crash_left_in_mid_sending_is_asked_for() -> None:
    left = entry(TextState.SENDING, DISREGARD_KEY)
    assert step(retracted(raised()), entry(TextState.SENT), left) == Ask(left)


def test_what_the_gateway_has_is_sent_what_it_surely_has_not_is_sent_now_and_the_rest_stays_unknown() -> None:
    left = entry(TextState.SENDING)
    found, absent, open_ = (reconciled(left, finding, NOON) for finding in (Found("g1"), Absent.NOT_FOUND, Absent.UNKNOWN))
    assert (found.state, found.gateway_id) == (TextState.SENT, "g1")
    assert isinstance(step(raised(), absent), Send)
    assert ending(step(raised(), absent, ahead=UNDONE_AHEAD))[1] is TextState.SUPPRESSED
    assert ending(step(retracted(raised()), absent))[1] is TextState.SUPPRESSED
    assert ending(step(raised(), absent, now=NOON + timedelta(hours=1)))[1] is TextState.EXPIRED
    assert open_.state is TextState.UNKNOWN
    assert step(raised(), open_) == Nothing(Reason.DONE_BEFORE)


def test_each_answer_of_the_gateway_has_its_entry() -> None:
    sending = entry(TextState.SENDING)
    assert answered(sending, Accepted("g1"), NOON).gateway_id == "g1"
    assert answered(sending, Refused("no-such-number"), NOON).reason == "no-such-number"
    assert answered(sending, Lost.LOST, NOON).state is TextState.UNKNOWN
