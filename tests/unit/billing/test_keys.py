"""The files of the keys."""

from pathlib import Path

import pytest

from services.billing.keys import content_key, signing_keys
from services.runtime.secret import MissingSecretError
from services.runtime.settings import ServiceSettings


def test_a_local_installation_makes_its_keys_and_keeps_them(tmp_path: Path) -> None:
    settings = ServiceSettings(environment="local", secrets_dir=tmp_path)
    [made] = signing_keys(settings)
    assert signing_keys(settings) == [made]
    assert content_key(settings) == content_key(settings) != made
    assert {path.name for path in tmp_path.iterdir()} == {"billing-webhook-1.key", "billing-content.key"}


def test_elsewhere_nothing_starts_without_them(tmp_path: Path) -> None:
    settings = ServiceSettings(secrets_dir=tmp_path)
    with pytest.raises(MissingSecretError, match=r"billing-webhook-1\.key"):
        signing_keys(settings)
    with pytest.raises(MissingSecretError, match=r"billing-content\.key"):
        content_key(settings)


def test_while_keys_are_changed_all_of_them_sign_the_newest_first(tmp_path: Path) -> None:
    for number in (2, 10, 1):
        (tmp_path / f"billing-webhook-{number}.key").write_bytes(bytes([number]) * 32)
    (tmp_path / "billing-webhook-old.key").write_bytes(b"no key of ours")
    assert signing_keys(ServiceSettings(secrets_dir=tmp_path)) == [bytes([number]) * 32 for number in (10, 2, 1)]
