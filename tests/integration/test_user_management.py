"""Administrators manage the people who work here, through the API and by the command."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from schemas.access import Role
from services.cli.user import user as user_command
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.integration.staff import OTHER, PIN, SITE, Browser, Clinic
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    settings = StackSettings(data=tmp_path_factory.mktemp("users") / "data", ports="free", show_logs=False)
    with Stack(settings, parts=["checkin"]) as stack, closing(Clinic(stack)) as clinic:
        yield clinic


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def said(user: str, role: str = "desk", *sites: str) -> dict[str, Any]:
    return {"user": user, "name": f"{user} (invented)", "role": role, "sites": sites}


def names(browser: Browser) -> list[str]:
    return [found["user"] for found in browser.http.get("/v1/users").json()["users"]]


def test_somebody_is_added_listed_and_shown_without_what_opens(clinic: Clinic) -> None:
    made = clinic.admin.post("/v1/users", json=said("ann", "clinical", SITE) | {"language": "es"})
    assert made.status_code == 201
    shown = made.json()["user"]
    assert made.json()["qr"].startswith("data:image/svg+xml;charset=utf-8,%3Csvg")
    assert made.json()["link"].partition("#link=")[2] not in made.json()["qr"], "a picture, not the words"
    assert shown["invited_until"]
    assert shown | {"invited_until": None} == {
        "user": "ann", "name": "ann (invented)", "role": "clinical", "sites": [SITE], "language": "es", "pin_set": False,
        "oidc": False, "invited_until": None, "locked_at": None, "revoked_at": None,
    }  # fmt: skip
    listed = clinic.admin.get("/v1/users")
    assert shown in listed.json()["users"]
    assert "hash" not in listed.text
    assert problem(clinic.admin.post("/v1/users", json=said("ann", "admin", SITE))) == (409, "user-exists")


def test_who_comes_back_is_let_in_again_by_a_new_link(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    assert clinic.admin.post(f"/v1/users/{user}/revoke").json()["revoked_at"]
    assert clinic.admin.post(f"/v1/users/{user}/revoke").status_code == 200
    assert problem(clinic.admin.post("/v1/users", json=said(user, "admin", SITE))) == (409, "user-exists")
    assert browser.follow(clinic.invite(user)).json()["user"]["role"] == "desk"


def test_an_administrator_of_one_clinic_keeps_to_it(clinic: Clinic) -> None:
    boss, browser = clinic.signed_in("admin", SITE)
    here, both = clinic.hire("desk", SITE)[0], clinic.hire("desk", SITE, OTHER)[0]
    everywhere = said("everywhere", "desk")
    assert clinic.admin.post("/v1/users", json=everywhere).status_code == 201
    assert {boss, here} <= set(names(browser))
    assert not {both, "everywhere"} & set(names(browser))
    for user in (both, "everywhere", "nobody"):
        assert problem(browser.send("POST", f"/v1/users/{user}/invite")) == (404, "unknown-user")
        assert problem(browser.send("POST", f"/v1/users/{user}/revoke")) == (404, "unknown-user")
        assert problem(browser.send("PUT", f"/v1/users/{user}", _edited(said(user, "desk", SITE)))) == (404, "unknown-user")
    for sites in ((), (OTHER,), (SITE, OTHER)):
        assert problem(browser.send("POST", "/v1/users", said("new", "desk", *sites))) == (403, "beyond-reach")
        assert problem(browser.send("PUT", f"/v1/users/{here}", _edited(said(here, "desk", *sites)))) == (403, "beyond-reach")
    assert browser.send("PUT", f"/v1/users/{here}", _edited(said(here, "clinical", SITE))).json()["role"] == "clinical"
    assert browser.send("POST", "/v1/users", said("theirs", "admin", SITE)).status_code == 201
    assert browser.send("POST", f"/v1/users/{here}/revoke").status_code == 200


def _edited(whole: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name != "user"}


def test_the_last_administrator_cannot_shut_themselves_out(clinic: Clinic) -> None:
    boss, browser = clinic.signed_in("admin", SITE, OTHER)
    refused = browser.send("POST", f"/v1/users/{boss}/revoke")
    assert problem(refused) == (409, "last-admin")
    assert "another administrator" in refused.json()["detail"]
    for role, sites in (("desk", (SITE, OTHER)), ("admin", (SITE,))):
        assert problem(browser.send("PUT", f"/v1/users/{boss}", _edited(said(boss, role, *sites)))) == (409, "last-admin")
    assert browser.send("PUT", f"/v1/users/{boss}", _edited(said(boss, "admin", SITE, OTHER))).status_code == 200
    clinic.hire("admin", SITE, OTHER)
    assert browser.send("POST", f"/v1/users/{boss}/revoke").status_code == 200
    assert browser.state == "none"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user": "Ann Lopez"}, "user"), ({"name": ""}, "name"), ({"role": "display"}, "role"), ({"sites": ["nowhere"]}, "sites"),
        ({"sites": None}, "sites"), ({"language": "Spanish"}, "language"), ({"pin": "493817"}, "a field"), ({"user": None}, "user"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_by_its_field_and_not_repeated(clinic: Clinic, change: dict[str, Any], words: str) -> None:
    refused = clinic.admin.post("/v1/users", json=said("new-one", "desk", SITE) | change)
    assert problem(refused) == (422, "invalid")
    assert words in refused.json()["detail"]
    assert not any(str(value) in refused.text for value in change.values() if value and value != "493817" and words != "sites")


def test_machines_have_no_sessions(clinic: Clinic) -> None:
    for role in (Role.DISPLAY, Role.INTEGRATION):
        made = clinic.admin.post("/v1/users", json={"user": "x", "name": "X (invented)", "role": role, "sites": [SITE]})
        assert problem(made) == (422, "invalid")


def test_without_kafka_a_link_stays_good_and_open_sessions_stay_open(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    newcomer, link = clinic.hire()
    clinic.stack.stop_part("kafka")
    try:
        assert browser.reads() == 200
        assert browser.unlock(user, PIN).status_code == 200
        stranger = clinic.browser()
        refused = stranger.follow(link)
        assert problem(refused) == (503, "not-recorded")
        assert "set-cookie" not in refused.headers
        assert problem(clinic.admin.post(f"/v1/users/{newcomer}/invite")) == (503, "not-recorded")
    finally:
        clinic.stack.start_part("kafka")
    wait_until(lambda: clinic.browser().follow(clinic.invite(newcomer)).status_code == 200)


# --- the command --------------------------------------------------------------------------------------------------


def run(clinic: Clinic, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(user_command, list(words), env=clinic.stack.environment, catch_exceptions=False)
    return done.exit_code, done.stdout.strip(), done.stderr


def test_the_first_administrator_is_added_by_the_command(clinic: Clinic) -> None:
    code, link, _ = run(clinic, "add", "rosa", "--name", "Rosa Test (invented)", "--role", "admin", "--all-sites")
    assert (code, link.partition("#link=")[0]) == (0, f"{clinic.url}/sign-in")
    browser = clinic.browser()
    wait_until(lambda: browser.follow(link).status_code == 200)
    assert browser.look()["user"]["sites"] == []
    assert "rosa" in names(browser)
    assert browser.choose(PIN).status_code == 200
    code, again, _ = run(clinic, "invite", "rosa", "--url", "https://desk.example.org/")
    assert (code, again.partition("_")[0]) == (0, "https://desk.example.org/sign-in#link=cf-link")
    second = clinic.browser()
    wait_until(lambda: second.follow(again).status_code == 200)
    assert run(clinic, "revoke", "rosa") == (0, "", "rosa is revoked.\n")
    wait_until(lambda: browser.reads() == second.reads() == 401)


def test_the_command_lists_people_without_what_opens(clinic: Clinic) -> None:
    user, link = clinic.hire("desk", SITE)
    _, signed_in = clinic.signed_in("desk", SITE)
    assert signed_in.state == "open"
    code, listed, _ = run(clinic, "list")
    [line] = [line for line in listed.splitlines() if line.startswith(f"{user} ")]
    assert (code, line.split()[-2:]) == (0, ["invited", SITE])
    assert "in force" in listed
    as_json = run(clinic, "list", "--json")[1]
    assert f'"user:{user}"' in as_json
    assert not any(word in as_json for word in ("hash", "identity", "invitation", link.rpartition("_")[2]))


def test_the_command_says_what_is_wrong(clinic: Clinic) -> None:
    user, _ = clinic.hire()
    code, out, words = run(clinic, "add", user, "--name", "Another (invented)", "--role", "desk", "--site", SITE)
    assert (code, out) == (1, "")
    assert f"clinicflow user invite {user}" in words
    assert run(clinic, "add", "new", "--name", "New (invented)", "--role", "desk")[0] == 2
    assert run(clinic, "add", "New One", "--name", "New (invented)", "--role", "desk", "--all-sites")[0] == 2
    assert run(clinic, "add", "new", "--name", "New (invented)", "--role", "display", "--all-sites")[0] == 2
    for word in ("invite", "revoke"):
        code, out, words = run(clinic, word, "nobody")
        assert (code, out) == (1, "")
        assert "clinicflow user list" in words
