"""The link in a text: under the address by which patients reach the board, if they do."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.alerts import AlertKind
from services.notify.links import Links
from services.notify.settings import NotifySettings
from services.runtime import secret
from services.runtime.phone_link import KEY, PhoneLinks
from tests.builders_alerts import raised


def test_where_patients_cannot_reach_the_board_there_are_no_links_and_no_key_is_needed(tmp_path: Path) -> None:
    assert Links.from_settings(NotifySettings(secrets_dir=tmp_path)) is None


def test_a_link_is_the_boards_address_and_the_path_under_the_key_that_the_board_has(tmp_path: Path) -> None:
    for address in ("https://wall.example", "https://wall.example/"):
        settings = NotifySettings(environment="local", secrets_dir=tmp_path, public_url=address)
        links = Links.from_settings(settings)
        assert links is not None
        path = PhoneLinks(secret.load(settings, KEY)).path("harbor", "v1")
        assert links.of(raised(AlertKind.CHECKED_IN)) == f"https://wall.example{path}"


def test_a_missing_key_is_told_where_keys_are_not_made_by_themselves(tmp_path: Path) -> None:
    with pytest.raises(secret.MissingSecretError, match="phone-links"):
        Links.from_settings(NotifySettings(secrets_dir=tmp_path, public_url="https://wall.example"))


@pytest.mark.parametrize("address", ["", "wall.example", "ftp://wall.example", "https://wall example"])
def test_what_is_no_address_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValidationError):
        NotifySettings(public_url=address)


def test_an_alert_about_nobody_has_no_link() -> None:
    links = Links("https://wall.example", PhoneLinks(b"k" * 32))
    assert links.of(raised(AlertKind.SITE_SILENT).model_copy(update={"visit": None})) is None
