"""Patients' names and numbers, on real Kafka and Redis: kept encrypted, shown to those who may, and found nowhere else."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import redis
from kafka import KafkaProducer

from schemas.topics import PEOPLE, VISITS
from services.runtime.vault import Vault
from tests.integration.checkin_alone import OTHER, SITE, CheckinAlone, add, as_json, checkin_alone, fields, names
from tests.integration.test_checkin_api import Desk, problem
from tests.planted import Marks, scan_files, scan_redis, scan_topics
from tests.waiting import wait_until

ANN = {
    "name": "  Ann Invented ", "phone": "(555) 010-0142", "language": "es", "born": "1970-01-02", "payer": "Invented Payer",
    "member_number": "INV-1", "notes": {"v-1": "An invented note.\nOf two lines."}, "new": True,
}  # fmt: skip
KEPT = {field: value for field, value in ANN.items() if field != "new"} | {
    "name": "Ann Invented", "phone": "+15550100142", "identifiers": {}, "codes": {}, "same_as": None, "absorbed": {},
}  # fmt: skip

NAME, PHONE, NOTE = "Xq-Planted-Zoraida", "+1 555 010 0173", "zq-planted-remark"
MARKS = Marks(NAME, "5550100173", "555 010 0173", NOTE)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckinAlone]:
    with checkin_alone(tmp_path_factory.mktemp("people")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(clinic: CheckinAlone) -> Desk:
    return clinic.hire("desk-1", "desk")


# --- add and change -----------------------------------------------------------------------------------------------


def test_a_patient_is_added_and_read_back_as_kept(desk: Desk) -> None:
    answered = desk.say("/people", ANN)
    person = as_json(answered)["person"]
    assert answered.headers["Location"] == f"/v1/sites/{SITE}/people/{person}"
    read = desk.get(f"/people/{person}")
    assert read.headers["Cache-Control"] == "no-store"
    assert as_json(read) == KEPT | {"person": person}


def test_the_same_command_again_is_the_same_patient_and_changes_nothing(clinic: CheckinAlone, desk: Desk) -> None:
    key = str(uuid4())
    first, again = desk.say("/people", ANN, key=key), desk.say("/people", ANN, key=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(clinic.sealed(first.json()["person"])) == 1
    assert add(desk, **ANN) != first.json()["person"]


def test_one_key_pressed_at_many_desks_at_once_is_one_patient(clinic: CheckinAlone, desk: Desk) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(8) as desks:
        answers = list(desks.map(lambda _: desk.say("/people", ANN, key=key), range(8)))
    [person] = {as_json(answered)["person"] for answered in answers}
    assert len(clinic.sealed(person)) == 1


def test_another_name_under_the_same_key_is_refused_and_nobody_is_overwritten(desk: Desk) -> None:
    key = str(uuid4())
    person = as_json(desk.say("/people", ANN, key=key))["person"]
    assert problem(desk.say("/people", ANN | {"name": "Ben Invented"}, key=key)) == (409, "key-reused")
    assert as_json(desk.get(f"/people/{person}"))["name"] == "Ann Invented"


def test_a_change_changes_what_is_given_and_null_takes_away(desk: Desk) -> None:
    person = add(desk, **ANN)
    assert as_json(desk.say(f"/people/{person}", {"phone": "+44 20 7946 0958", "notes": {"v-2": "Another."}}, method="PUT")) == {
        "person": person
    }
    both = {"v-1": ANN["notes"]["v-1"], "v-2": "Another."}  # type: ignore[index]  # a dict among texts
    assert as_json(desk.get(f"/people/{person}")) == KEPT | {"person": person, "phone": "+442079460958", "notes": both}
    gone = {"phone": None, "language": None, "born": None, "payer": "  ", "notes": {"v-1": None}}
    as_json(desk.say(f"/people/{person}", gone, method="PUT"))
    assert as_json(desk.get(f"/people/{person}")) == KEPT | {
        "person": person, "phone": None, "language": "en", "born": None, "payer": None, "notes": {"v-2": "Another."},
    }  # fmt: skip


def test_two_desks_that_change_one_patient_at_once_lose_nothing(desk: Desk) -> None:
    person = add(desk)
    with ThreadPoolExecutor(8) as desks:
        said = [{"notes": {f"v-{number}": "Said."}} for number in range(40)]
        list(desks.map(lambda one: as_json(desk.say(f"/people/{person}", one, method="PUT")), said))
    assert len(as_json(desk.get(f"/people/{person}"))["notes"]) == 40


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"name": " "}, "name", "is missing"),
        ({"name": None}, "name", "input should be a valid string"),
        ({"name": f"{NAME}\x07"}, "name", "can't be printed"),
        ({"name": NAME * 20}, "name", "200 characters at most"),
        ({"phone": f"{PHONE}99"}, "phone", "is not a telephone number we can use; check the digits"),
        ({"phone": f"{PHONE} ext 5"}, "phone", "leave an extension out"),
        ({"phone": NAME}, "phone", "is not a telephone number"),
        ({"born": "3000-01-01"}, "born", "lies in the future"),
        ({"born": "1779-01-01"}, "born", "lies before 1880"),
        ({"born": NAME}, "born", "is not a date"),
        ({"born": "2001-02-29"}, "born", "is not a date"),
        ({"language": NAME}, "language", "form that is not allowed"),
        ({"payer": NAME * 9}, "payer", "120 characters at most"),
        ({"notes": {"v-1": NAME * 200}}, "notes", "2000 characters at most"),
        ({"notes": {f"{NAME} !": NOTE}}, "notes.(a field).(a field)", "form that is not allowed"),
        ({NAME: NAME}, "(a field)", "is not known here"),
        ({"identifiers": {NAME: NAME}}, "(a field)", "is not known here"),
    ],
)
def test_a_mistake_is_named_in_plain_words_and_not_repeated(desk: Desk, said: dict[str, Any], field: str, words: str) -> None:
    answered = desk.say("/people", {"name": "Ann Invented"} | said)
    assert words in fields(answered)[field]
    assert not MARKS.stand_in(answered.content)


def test_all_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    assert set(fields(desk.say("/people", {"name": "", "phone": "1", "born": "x"}))) == {"name", "phone", "born"}


def test_a_record_that_would_be_too_large_is_refused_and_the_next_command_works(desk: Desk) -> None:
    person = add(desk)
    notes = {f"v-{number}": "\U0001f600" * 2000 for number in range(100)}
    assert "too long altogether" in fields(desk.say(f"/people/{person}", {"notes": notes}, method="PUT"))["notes"]
    assert desk.walk_in()


# --- look at them -------------------------------------------------------------------------------------------------


def test_names_are_given_for_ids_and_ids_of_nobody_here_are_listed(clinic: CheckinAlone, desk: Desk) -> None:
    ann, elsewhere = add(desk, language="ar"), add(clinic.admin.at(OTHER))
    answered = names(desk, ann, elsewhere, "p-nobody", ann)
    assert as_json(answered) == {
        "people": [{"person": ann, "name": "Ann Invented", "language": "ar"}], "unknown": [elsewhere, "p-nobody"], "closed": [],
    }  # fmt: skip
    assert answered.headers["Cache-Control"] == "no-store"


def test_a_thousand_names_are_given_at_once_and_no_more(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as desks:
        known = list(desks.map(lambda number: add(desk, name=f"Invented {number}"), range(50)))
    asked = known + [f"p-{number}" for number in range(950)]
    answered = as_json(names(desk, *asked))
    assert [entry["person"] for entry in answered["people"]] == known
    assert len(answered["unknown"]) == 950
    assert problem(names(desk, *asked, "p-more")) == (422, "invalid")
    assert problem(names(desk)) == (422, "invalid")
    assert problem(names(desk, f"{NAME} !")) == (422, "invalid")


def test_a_patient_of_another_clinic_is_unknown_here(clinic: CheckinAlone) -> None:
    person = add(clinic.admin.at(OTHER))
    here = clinic.admin.at(SITE)
    assert problem(here.get(f"/people/{person}")) == problem(here.get("/people/p-nobody")) == (404, "unknown-person")
    assert problem(here.say(f"/people/{person}", {"name": "Ben Invented"}, method="PUT")) == (404, "unknown-person")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("desk", "add change read names"), ("admin", "add change read names"), ("clinical", "names"), ("manager", ""),
        ("auditor", ""), ("integration", ""), ("display", ""),
    ],
)  # fmt: skip
def test_each_role_may_what_it_is_for(clinic: CheckinAlone, desk: Desk, role: str, may: str) -> None:
    person = add(desk)
    somebody = clinic.hire(f"some-{role}", role)
    answers = {
        "add": somebody.say("/people", ANN), "change": somebody.say(f"/people/{person}", {"payer": "X"}, method="PUT"),
        "read": somebody.get(f"/people/{person}"), "names": names(somebody, person),
    }  # fmt: skip
    assert {word for word, answered in answers.items() if answered.status_code in {200, 201}} == set(may.split())
    assert {answered.status_code for answered in answers.values()} <= {200, 201, 403}
    assert not any("Invented" in answered.text for word, answered in answers.items() if word not in may.split())


# --- how they are kept --------------------------------------------------------------------------------------------


def test_the_topic_has_a_sealed_record_that_the_installations_key_opens(clinic: CheckinAlone, desk: Desk) -> None:
    person = add(desk, **ANN)
    [sealed] = clinic.sealed(person)
    assert sealed is not None
    assert (sealed.person, sealed.site) == (person, SITE)
    assert Vault(clinic.settings).open(sealed).model_dump(mode="json") == KEPT | {"person": person}


def test_a_tombstone_erases(clinic: CheckinAlone, desk: Desk) -> None:
    person = add(desk)
    clinic.put(PEOPLE, person, None)
    wait_until(lambda: desk.get(f"/people/{person}").status_code == 404)
    assert as_json(names(desk, person))["unknown"] == [person]


def test_a_record_that_was_tampered_with_is_not_shown_and_the_others_are(clinic: CheckinAlone, desk: Desk) -> None:
    ann, ben = add(desk), add(desk, name="Ben Invented")
    [first], [second] = clinic.sealed(ann), clinic.sealed(ben)
    assert first is not None
    assert second is not None
    clinic.put(PEOPLE, ann, first.model_copy(update={"sealed": second.sealed}).model_dump_json().encode())
    wait_until(lambda: as_json(names(desk, ann, ben))["closed"] == [ann])
    assert [entry["person"] for entry in as_json(names(desk, ann, ben))["people"]] == [ben]
    assert problem(desk.get(f"/people/{ann}")) == (503, "person-closed")
    assert problem(desk.say(f"/people/{ann}", {"payer": "X"}, method="PUT")) == (503, "person-closed")
    assert "clinicflow_people_closed_total 0.0" not in clinic.http.get("/metrics").text
    assert ann not in clinic.log()


def test_what_is_no_record_of_a_person_is_counted_and_left(clinic: CheckinAlone, desk: Desk) -> None:
    person = add(desk)
    clinic.put(PEOPLE, person, b'{"name": "not sealed"}')
    wait_until(lambda: 'clinicflow_table_unreadable_records{topic="people.v1"} 1.0' in clinic.http.get("/metrics").text)
    assert as_json(desk.get(f"/people/{person}"))["name"] == "Ann Invented"


def test_after_a_restart_with_a_new_key_all_are_read_and_changes_move_to_it(clinic: CheckinAlone, desk: Desk) -> None:
    ann, ben = add(desk), add(desk)
    clinic.stack.stop_part("checkin")
    (clinic.settings.secrets_dir / "people-2.key").write_bytes(secrets.token_bytes(32))
    clinic.stack.start_part("checkin")
    assert len(as_json(names(desk, ann, ben))["people"]) == 2
    as_json(desk.say(f"/people/{ann}", {"payer": "New"}, method="PUT"))
    assert [record.key_id for person in (ann, ben) for record in clinic.sealed(person) if record] == [
        "people-1",
        "people-2",
        "people-1",
    ]
    assert as_json(desk.get(f"/people/{ann}"))["payer"] == "New"


# --- and nowhere else ---------------------------------------------------------------------------------------------


def test_a_planted_name_or_number_is_found_nowhere_but_in_the_answers_to_those_who_may(clinic: CheckinAlone, desk: Desk) -> None:
    asked = {"name": f"{NAME} (invented)", "phone": PHONE, "payer": NOTE, "member_number": NOTE, "notes": {"v-1": NOTE}}
    person, key = add(desk, **asked), str(uuid4())
    as_json(desk.say(f"/people/{person}", asked | {"name": f"{NAME} changed"}, method="PUT"))
    assert NAME in names(desk, person).text
    assert MARKS.stand_in(desk.get(f"/people/{person}").content)
    said_no = [
        desk.say("/people", asked | {NAME: NAME}), desk.say("/people", asked | {"phone": f"{PHONE}123456"}),
        desk.say("/people", asked | {"born": PHONE}), desk.say("/people", [NAME]), desk.say("/people", asked | {"notes": {f"{NAME} !": NAME}}),
        desk.say("/people", asked, key=key) and desk.say("/people", asked | {"name": NAME}, key=key),
        desk.say(f"/people/{person}", {"name": f"{NAME}\x00"}, method="PUT"), desk.say("/people/p-nobody", asked, method="PUT"),
        desk.send("POST", f"/v1/sites/{SITE}/people", {"Idempotency-Key": "k"}, content=f'{{"name": "{NAME}'.encode()),
        desk.send("POST", f"/v1/sites/{SITE}/people", {"Idempotency-Key": f"{NAME} {PHONE}"}, json=asked),
        names(desk, f"{NAME} {PHONE}"), desk.say("/check-ins", asked), desk.say("/check-ins", {"queue": NAME}),
        desk.get(f"/people/{NAME} {PHONE}"), desk.get(f"/people/p-nobody?name={NAME}"), desk.get(f"/{NAME}?phone={PHONE}"),
        clinic.admin.at(SITE).get(f"/audit?person={NAME} {PHONE}&since={NAME}&limit={NAME}&format={NAME}&{NAME}={NAME}"),
        desk.at(NAME).get("/people/p-1"),
        desk.at(NAME.lower()).say(f"/visits/{NAME}/call"), clinic.hire("nosy-1", "manager").get(f"/people/{NAME}"),
        clinic.hire("nosy-2", "auditor").say(f"/visits/{NAME}/call"),
    ]  # fmt: skip
    assert {answered.status_code for answered in said_no} <= {400, 403, 404, 409, 422}
    assert [answered.text for answered in said_no if MARKS.stand_in(answered.content)] == []
    desk.get(f"/visits?name={NAME}&phone={PHONE}")
    as_json(clinic.admin.at(SITE).get(f"/audit?person={NAME}"))
    as_json(clinic.admin.at(SITE).get(f"/audit?visit={NAME}"))
    clinic.http.get(f"/{NAME}", headers={"Authorization": f"Bearer {NAME}", "X-Name": NAME})

    assert len(clinic.sealed(person)) == 2
    assert scan_topics(clinic.stack.around.kafka_bootstrap, MARKS) == []
    assert scan_redis(clinic.stack.around.redis_url, MARKS) == []
    assert "/v1/sites/{site}/people/names" in clinic.log()
    assert scan_files(clinic.stack.folder.path, MARKS) == []
    assert not MARKS.stand_in(clinic.http.get("/metrics").content)


def test_the_scan_finds_what_is_planted_in_a_topic_in_redis_and_in_a_file(clinic: CheckinAlone) -> None:
    mark = f"found-{uuid4().hex}"
    marks, around = Marks(mark), clinic.stack.around
    producer: Any = KafkaProducer(bootstrap_servers=around.kafka_bootstrap)
    topic = PEOPLE.name(around.namespace)  # what is no sealed person is left there
    planted: list[dict[str, Any]] = [{"key": mark.encode()}, {"value": mark.upper().encode()}, {"headers": [("h", mark.encode())]}]
    for number, sent in enumerate(planted):
        producer.send(topic, **{"key": b"p-x", "value": b"-", **sent}, partition=number).get(10)
    producer.close()
    assert {place.rsplit("/", 1)[0] for place in scan_topics(around.kafka_bootstrap, marks)} == {
        f"{topic}/{number}" for number in range(3)
    }
    client: Any = redis.Redis.from_url(around.redis_url)
    client.set("planted:1", mark)
    client.hset("planted:2", mapping={"a": mark})
    client.rpush("planted:3", mark)
    client.sadd(f"planted:4:{mark}", "a")
    client.zadd("planted:5", {mark: 1})
    client.xadd("planted:6", {"a": mark})
    assert len(scan_redis(around.redis_url, marks)) == 6
    client.delete(*client.scan_iter("planted:*"))
    (clinic.stack.folder.path / "planted.txt").write_text(mark)
    found = scan_files(clinic.stack.folder.path, marks)
    assert "planted.txt" in found
    assert any(place.startswith("kafka") and place.endswith(".log") for place in found), "Kafka's own files are among them"


def test_without_kafka_no_name_is_shown_and_nobody_is_said_to_be_added(clinic: CheckinAlone, desk: Desk) -> None:
    person, key = add(desk), str(uuid4())
    clinic.flow.rest()
    clinic.stack.stop_part("kafka")
    try:
        for answered in (names(desk, person), desk.get(f"/people/{person}")):
            assert problem(answered) == (503, "names-away")
            assert answered.headers["Retry-After"]
            assert "Invented" not in answered.text
        assert problem(desk.say("/people", ANN, key=key)) == (503, "not-recorded")
        assert problem(desk.say(f"/people/{person}", {"payer": "X"}, method="PUT")) == (503, "not-recorded")
    finally:
        clinic.stack.start_part("kafka")
        clinic.flow.work()
    wait_until(lambda: desk.say("/people", ANN, key=key).status_code == 201, within=40)
    assert as_json(names(desk, person))["people"][0]["name"] == "Ann Invented"


def test_after_a_restart_everybody_is_there_before_it_says_that_it_is_ready(clinic: CheckinAlone, desk: Desk) -> None:
    person = add(desk)
    clinic.stack.stop_part("checkin")
    clinic.stack.start_part("checkin")
    assert clinic.http.get("/readyz").json()["checks"]["people"]
    assert as_json(names(desk, person))["people"]
    assert clinic.records(VISITS), "the clinics' profiles"
