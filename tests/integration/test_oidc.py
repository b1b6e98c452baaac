"""Staff sign in at their clinic's identity provider, a real one in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from schemas.access import User
from services.stack.ports import HOST, unused
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.integration.staff import PIN, SITE, Browser, Clinic, MovedCheckin
from tests.waiting import wait_until
from tests.web_texts import catalogues

SCRIPT = str(Path(__file__).with_name("oidc_provider.py"))


class ProviderProcess:
    """The clinic's identity provider, where checkin is registered."""

    def __init__(self) -> None:
        self.url = f"http://{HOST}:{unused(1)[0]}"

    def start(self) -> None:
        command = [sys.executable, SCRIPT, str(urlsplit(self.url).port)]
        self._process = subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "ignore"})
        wait_until(self._answers, 30, "the identity provider")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def register(self, callback: str, method: str) -> dict[str, str]:
        asked = {"redirect_uris": [callback], "token_endpoint_auth_method": method}
        made: dict[str, str] = httpx.post(f"{self.url}/oauth2/clients", json=asked).raise_for_status().json()
        return made

    def answers(self, address: str, **form: str) -> str:
        """Have somebody fill in the provider's form; returns where it sends the browser."""
        return httpx.post(address, data=form).headers["location"]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/jwks").is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderProcess]:
    process = ProviderProcess()
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    settings = StackSettings(data=tmp_path_factory.mktemp("oidc") / "data", ports="free", show_logs=False)
    with Stack(settings, parts=["checkin"]) as stack, closing(Clinic(stack)) as clinic:
        yield clinic


@pytest.fixture(scope="module", params=["client_secret_basic", "none"])
def checkin(
    clinic: Clinic, provider: ProviderProcess, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MovedCheckin]:
    """A checkin that the provider knows, with a secret and without one."""
    port = unused(1)[0]
    url = f"http://{HOST}:{port}"
    registered = provider.register(f"{url}/v1/session/oidc/callback", request.param)
    told: dict[str, Any] = {
        "oidc_issuer": provider.url,
        "oidc_client_id": registered["client_id"],
        "checkin_url": url,
        "port": port,
    }
    if request.param != "none":
        told["oidc_client_secret_file"] = tmp_path_factory.mktemp("secret") / "oidc"
        told["oidc_client_secret_file"].write_text(registered["client_secret"] + "\n", encoding="utf-8")
    with MovedCheckin(clinic, **told).serving() as serving:
        yield serving


TEXTS = catalogues(Path("services/checkin"))["en"]
WORDS = {**TEXTS["kit"], **TEXTS["sign_in"]}


def start(browser: Browser, **query: str) -> httpx.Response:
    return browser.http.get("/v1/session/oidc/start", params=query)


def sign_in(browser: Browser, provider: ProviderProcess, name: str, **query: str) -> httpx.Response:
    """All the way to the provider and back."""
    sent = start(browser, **query)
    assert sent.status_code == 302, sent.text
    return browser.http.get(provider.answers(sent.headers["location"], sub=name))


def said(answer: httpx.Response) -> str:
    """What the sign-in page is asked to say; it has words for it."""
    assert answer.status_code == 303, answer.text
    page, _, problem = answer.headers["location"].partition("#problem=")
    assert page == "/sign-in"
    assert f"refusal_{problem.replace('-', '_')}" in WORDS
    return problem


def linked(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> tuple[str, str]:
    """Somebody who has named their account at the provider: who they are here, and there."""
    user, link = clinic.hire("desk", SITE, url=checkin.url)
    browser, account = clinic.browser(checkin.url), f"{user}@clinic.example"
    assert browser.follow(link).status_code == 200
    assert sign_in(browser, provider, account, link="1").status_code == 303
    return user, account


def test_after_a_link_the_provider_signs_in_on_any_device(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> None:
    user, account = linked(clinic, checkin, provider)
    elsewhere = clinic.browser(checkin.url)
    assert elsewhere.look()["oidc"]
    back = sign_in(elsewhere, provider, account)
    assert (back.status_code, back.headers["location"], back.headers["cache-control"]) == (303, "/", "no-store")
    found = elsewhere.look()
    assert (found["state"], found["user"]["subject"]) == ("open", f"user:{user}")
    assert [person["subject"] for person in found["users_here"]] == [f"user:{user}"]
    assert elsewhere.choose(PIN).status_code == 200
    elsewhere.send("POST", "/v1/session/lock")
    assert elsewhere.unlock(user, PIN).status_code == 200
    assert checkin.notes.of(user) == ["invited", "signed-in", "signed-in", "signed-in", "unlocked"]


def test_what_is_kept_does_not_say_who_somebody_is_at_the_provider(
    clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess
) -> None:
    user, account = linked(clinic, checkin, provider)
    kept = checkin.parts.access.one(User, f"user:{user}")
    assert kept is not None
    assert kept.identity is not None
    assert account not in kept.model_dump_json()
    [shown] = [found for found in clinic.admin.get(f"{checkin.url}/v1/users").json()["users"] if found["user"] == user]
    assert shown["oidc"]


def test_who_is_sent_out_takes_along_what_must_come_back(clinic: Clinic, checkin: MovedCheckin) -> None:
    sent = [start(clinic.browser(checkin.url)) for _ in range(2)]
    asked = [parse_qs(urlsplit(answer.headers["location"]).query) for answer in sent]
    for query in asked:
        assert (query["response_type"], query["scope"], query["code_challenge_method"]) == (["code"], ["openid"], ["S256"])
        assert query["redirect_uri"] == [f"{checkin.url}/v1/session/oidc/callback"]
    assert all(asked[0][name] != asked[1][name] for name in ("state", "nonce", "code_challenge"))
    [cookie] = sent[0].headers.get_list("set-cookie")
    assert {"HttpOnly", "SameSite=lax", "Path=/v1/session/oidc", "Max-Age=600"} <= set(cookie.split("; "))
    assert asked[0]["state"][0] not in cookie


def test_whom_nobody_has_added_is_not_let_in(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> None:
    browser = clinic.browser(checkin.url)
    assert said(sign_in(browser, provider, "stranger@clinic.example")) == "not-added"
    assert (browser.state, browser.look()["users_here"]) == ("none", [])


def test_who_was_revoked_or_locked_out_is_not_let_in(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> None:
    user, account = linked(clinic, checkin, provider)
    browser = clinic.browser(checkin.url)
    sign_in(browser, provider, account)
    browser.choose(PIN)
    for _ in range(5):
        browser.unlock(user, "618302")
    assert said(sign_in(browser, provider, account)) == "access-ended"
    clinic.admin.post(f"{checkin.url}/v1/users/{user}/revoke")
    assert said(sign_in(browser, provider, account)) == "not-added"


def test_an_account_belongs_to_one_user(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> None:
    _, account = linked(clinic, checkin, provider)
    _, link = clinic.hire(url=checkin.url)
    other = clinic.browser(checkin.url)
    other.follow(link)
    assert said(sign_in(other, provider, account, link="1")) == "identity-taken"


def test_an_account_is_named_only_right_after_a_link(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> None:
    assert said(start(clinic.browser(checkin.url), link="1")) == "use-link-first"
    user, browser = clinic.signed_in(url=checkin.url)
    browser.unlock(user, PIN)
    assert said(start(browser, link="1")) == "use-link-first"
    browser.follow(clinic.invite(user, url=checkin.url))
    for _ in range(2):
        browser.send("POST", "/v1/session/touch")
        checkin.pass_minutes(6)
    assert browser.state == "open"
    assert said(start(browser, link="1")) == "use-link-first"
    assert browser.choose(PIN).json()["code"] == "sign-in-again"


def test_what_comes_back_must_have_been_sent_out_by_this_browser(
    clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess
) -> None:
    _, account = linked(clinic, checkin, provider)
    over = "sign-in-over"
    attacker, victim = clinic.browser(checkin.url), clinic.browser(checkin.url)
    callback = provider.answers(start(attacker).headers["location"], sub=account)
    assert said(victim.http.get(callback)) == over
    start(victim)
    assert said(victim.http.get(callback)) == over
    assert said(victim.http.get("/v1/session/oidc/callback")) == over
    assert victim.state == "none"
    copied = clinic.browser(checkin.url, like=attacker)
    assert attacker.http.get(callback).status_code == 303
    assert said(attacker.http.get(callback)) == over
    assert said(copied.http.get(callback)) == "provider-away"


def test_a_sign_in_that_takes_too_long_is_over(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> None:
    _, account = linked(clinic, checkin, provider)
    browser = clinic.browser(checkin.url)
    callback = provider.answers(start(browser).headers["location"], sub=account)
    checkin.pass_minutes(11)
    assert said(browser.http.get(callback)) == "sign-in-over"


def test_who_is_refused_there_or_gives_up_is_told_so(clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess) -> None:
    browser = clinic.browser(checkin.url)
    state = parse_qs(urlsplit(start(browser).headers["location"]).query)["state"][0]
    refused = browser.http.get("/v1/session/oidc/callback", params={"state": state, "error": "access_denied <b>"})
    assert said(refused) == "sign-in-refused"
    assert "denied" not in refused.text


def test_when_the_provider_changes_its_keys_people_still_get_in(
    clinic: Clinic, checkin: MovedCheckin, provider: ProviderProcess
) -> None:
    _, account = linked(clinic, checkin, provider)
    httpx.post(f"{provider.url}/tests/change-keys").raise_for_status()
    assert sign_in(clinic.browser(checkin.url), provider, account).status_code == 303


def test_while_the_provider_is_away_the_pin_still_opens(clinic: Clinic, provider: ProviderProcess) -> None:
    told = {"oidc_issuer": f"http://{HOST}:{unused(1)[0]}", "oidc_client_id": "clinicflow"}
    with MovedCheckin(clinic, **told).serving() as checkin:
        user, browser = clinic.signed_in(url=checkin.url)
        away = start(browser)
        assert said(away) == "provider-away"
        assert browser.unlock(user, PIN).status_code == 200


def test_a_provider_that_calls_itself_otherwise_is_not_believed(clinic: Clinic, provider: ProviderProcess) -> None:
    with MovedCheckin(clinic, oidc_issuer=f"{provider.url}/", oidc_client_id="clinicflow").serving() as checkin:
        assert said(start(clinic.browser(checkin.url))) == "provider-away"


def test_without_a_provider_there_is_no_such_sign_in(clinic: Clinic) -> None:
    browser = clinic.browser()
    assert said(start(browser)) == said(browser.http.get("/v1/session/oidc/callback")) == "no-provider"
    assert not browser.look()["oidc"]
