"""People are sealed: for one site, under one key, and nothing of a record can be changed or exchanged unseen."""

import base64
import itertools
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.people import Person, SealedPerson
from services.runtime.secret import MissingSecretError
from services.runtime.settings import ServiceSettings
from services.runtime.vault import Unopenable, Vault

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
ANN = Person(person="p-ann", name="Ann Invented", phone="+15550100142", born=date(1970, 1, 2), notes={"v-1": "An invented note."})
BEN = Person(person="p-ben", name="Ben Invented")


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return ServiceSettings(environment="local", secrets_dir=tmp_path / "secrets")


@pytest.fixture
def vault(settings: ServiceSettings) -> Vault:
    return Vault(settings)


def new_key(settings: ServiceSettings, number: int) -> None:
    (settings.secrets_dir / f"people-{number}.key").write_bytes(secrets.token_bytes(32))


def flipped(text: str) -> str:
    """The same Base64 with one bit of its last byte changed."""
    raw = bytearray(base64.b64decode(text))
    raw[-1] ^= 1
    return base64.b64encode(raw).decode()


def test_what_is_sealed_is_opened_and_says_nothing_before(vault: Vault) -> None:
    sealed = vault.seal(ANN, "harbor", NOW, None)
    assert vault.open(sealed) == ANN
    assert (sealed.person, sealed.site, sealed.key_id, sealed.recorded_at) == ("p-ann", "harbor", "people-1", NOW)
    written = sealed.model_dump_json()
    assert not any(word in written or word in str(base64.b64decode(sealed.sealed)) for word in ("Invented", "555", "1970"))


def test_a_record_is_read_after_a_restart(settings: ServiceSettings, vault: Vault) -> None:
    assert Vault(settings).open(vault.seal(ANN, "harbor", NOW, None)) == ANN


@pytest.mark.parametrize(("field", "change"), [
    ("person", lambda _: "p-ben"), ("site", lambda _: "hillside"), ("key_id", lambda _: "people-2"), ("wrapped_key", flipped),
    ("nonce", flipped), ("sealed", flipped),
])  # fmt: skip
def test_a_record_of_which_one_part_was_changed_stays_closed(
    settings: ServiceSettings, vault: Vault, field: str, change: Callable[[str], str]
) -> None:
    new_key(settings, 2)
    sealed = vault.seal(ANN, "harbor", NOW, None)
    with pytest.raises(Unopenable):
        vault.open(sealed.model_copy(update={field: change(getattr(sealed, field))}))


PARTS = ("wrapped_key", "nonce", "sealed")


@pytest.mark.parametrize("taken", [some for count in (1, 2, 3) for some in itertools.combinations(PARTS, count)])
def test_parts_of_somebody_elses_record_open_nothing(vault: Vault, taken: tuple[str, ...]) -> None:
    ann, ben = vault.seal(ANN, "harbor", NOW, None), vault.seal(BEN, "harbor", NOW, None)
    with pytest.raises(Unopenable):
        vault.open(ann.model_copy(update={part: getattr(ben, part) for part in taken}))


def test_the_same_person_at_another_site_is_sealed_with_that_sites_key(vault: Vault) -> None:
    here, there = vault.seal(ANN, "harbor", NOW, None), vault.seal(ANN, "hillside", NOW, None)
    for swapped in (here.model_copy(update={"site": "hillside"}), here.model_copy(update={"wrapped_key": there.wrapped_key})):
        with pytest.raises(Unopenable):
            vault.open(swapped)


@pytest.mark.parametrize("changed", [
    {"key_id": "people-9"}, {"key_id": "site-key-1"}, {"key_id": "people-1/.."}, {"key_id": "people-01"}, {"wrapped_key": "x"},
    {"wrapped_key": base64.b64encode(b"short").decode()}, {"wrapped_key": base64.b64encode(bytes(40)).decode()},
    {"nonce": "=" * 16}, {"nonce": "A" * 16}, {"sealed": ""}, {"sealed": "no base64!"}, {"sealed": "AAAA"},
])  # fmt: skip
def test_a_malformed_record_stays_closed_and_the_error_tells_no_more_than_ids(vault: Vault, changed: dict[str, str]) -> None:
    sealed = vault.seal(ANN, "harbor", NOW, None).model_copy(update=changed)
    with pytest.raises(Unopenable) as refused:
        vault.open(sealed)
    assert str(refused.value) == f"the record of person p-ann, sealed with {sealed.key_id}, can't be opened"
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_another_installations_key_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    other = Vault(ServiceSettings(environment="local", secrets_dir=tmp_path / "other"))
    with pytest.raises(Unopenable):
        other.open(vault.seal(ANN, "harbor", NOW, None))


def test_a_change_keeps_the_persons_data_key_and_takes_a_new_nonce(vault: Vault) -> None:
    first = vault.seal(ANN, "harbor", NOW, None)
    second = vault.seal(ANN, "harbor", NOW, first)
    assert second.wrapped_key == first.wrapped_key
    assert second.nonce != first.nonce
    assert vault.open(second) == ANN
    assert vault.seal(BEN, "harbor", NOW, None).wrapped_key != vault.seal(BEN, "harbor", NOW, None).wrapped_key


def test_a_new_key_file_seals_from_the_next_start_on_and_the_old_one_still_opens(settings: ServiceSettings, vault: Vault) -> None:
    old = vault.seal(ANN, "harbor", NOW, None)
    for number in (2, 10):
        new_key(settings, number)
    rotated = Vault(settings)
    assert rotated.open(old) == ANN
    again = rotated.seal(ANN, "harbor", NOW, old)
    assert (again.key_id, again.wrapped_key != old.wrapped_key) == ("people-10", True)
    assert rotated.open(again) == ANN
    assert rotated._data_key(again) == rotated._data_key(old)


def test_a_process_that_has_not_seen_the_new_key_reads_it_when_a_record_needs_it(settings: ServiceSettings, vault: Vault) -> None:
    new_key(settings, 2)
    assert vault.open(Vault(settings).seal(ANN, "harbor", NOW, None)) == ANN
    assert vault.seal(BEN, "harbor", NOW, None).key_id == "people-2"


def test_a_record_whose_key_is_gone_stays_closed_and_is_not_sealed_anew(settings: ServiceSettings, vault: Vault) -> None:
    sealed = vault.seal(ANN, "harbor", NOW, None)
    new_key(settings, 2)
    (settings.secrets_dir / "people-1.key").unlink()
    rotated = Vault(settings)
    with pytest.raises(Unopenable):
        rotated.open(sealed)
    with pytest.raises(Unopenable):
        rotated.seal(ANN, "harbor", NOW, sealed)


@pytest.mark.parametrize(("person", "site"), [(BEN, "harbor"), (ANN, "hillside")])
def test_a_record_is_not_sealed_on_top_of_somebody_elses(vault: Vault, person: Person, site: str) -> None:
    with pytest.raises(ValueError, match="another"):
        vault.seal(person, site, NOW, vault.seal(ANN, "harbor", NOW, None))


def test_the_first_key_is_made_at_home_only(tmp_path: Path) -> None:
    home = ServiceSettings(environment="local", secrets_dir=tmp_path / "home")
    Vault(home)
    [made] = home.secrets_dir.iterdir()
    assert (made.name, len(made.read_bytes()), made.stat().st_mode & 0o077) == ("people-1.key", 32, 0)
    with pytest.raises(MissingSecretError, match=r"people-1\.key"):
        Vault(ServiceSettings(environment="production", secrets_dir=tmp_path / "elsewhere"))


def test_a_key_that_is_cut_off_stops_the_start(settings: ServiceSettings, vault: Vault) -> None:
    (settings.secrets_dir / "people-2.key").write_bytes(b"short")
    with pytest.raises(MissingSecretError, match=r"people-2\.key must hold 32 bytes"):
        Vault(settings)


def test_the_ids_and_the_key_derivation_never_change_between_releases(settings: ServiceSettings) -> None:
    settings.secrets_dir.mkdir()
    (settings.secrets_dir / "people-1.key").write_bytes(bytes(range(32)))
    sealed = SealedPerson(
        person="p-ben",
        site="harbor",
        key_id="people-1",
        wrapped_key="wBZ4wS/fXW02xXUMuTFshQikEBuaUnR7RCVOSPj6vysh70JNkurasA==",
        nonce="ftPx49Brh9qk1BZZ",
        sealed="bkajWuXlTvtddqeqCf3sNgNXMvpfXD3U/hYiQcmGkDM2zNPtitTYfNmuaublaHOdzLUB5zIc/JS81Qwi02Dto01umogcOgQxcETlsUobS9d/mk2qHrhXvuIWZe7BWjNodRhqHw==",
        recorded_at=NOW,
    )
    assert Vault(settings).open(sealed) == BEN
