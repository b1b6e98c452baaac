"""Only a token that the provider signed, for us, for this very sign-in, and not long ago, proves anything."""

from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from services.checkin.sign_in.id_token import Expected, NotProvenError, subject_of

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
EXPECTED = Expected("https://sign-in.clinic.example", "clinicflow", "nonce-1")
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
CLAIMS: dict[str, Any] = {
    "iss": EXPECTED.issuer, "aud": EXPECTED.client_id, "nonce": EXPECTED.nonce, "sub": "rosa", "iat": SECONDS, "exp": SECONDS + 60,
}  # fmt: skip


def token(alg: str = "RS256", key: Any = KEY, kid: str = "one", **claims: Any) -> str:
    said = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": kid}, said, key, algorithms=[alg])


def subject(text: str, keys: list[Any] | None = None) -> str:
    return subject_of(text, KeySet(keys or [KEY]), EXPECTED, NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": ["clinicflow"]},
        {"azp": "clinicflow"},
        {"aud": ["clinicflow", "other"], "azp": "clinicflow"},
        {"exp": SECONDS - 30},
    ],
    ids=str,
)
def test_the_providers_word_is_taken(claims: dict[str, Any]) -> None:
    assert subject(token(**claims)) == "rosa"


def test_other_signatures_that_only_the_provider_can_make_will_do() -> None:
    curve = ECKey.generate_key("P-256", {"kid": "two"})
    assert subject(token("ES256", curve, "two"), [KEY, curve]) == "rosa"
    assert subject(token("PS256")) == "rosa"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"}, {"iss": EXPECTED.issuer + "/"}, {"iss": None},
        {"aud": "another"}, {"aud": ["another"]}, {"aud": []}, {"aud": None}, {"aud": 7},
        {"aud": ["clinicflow", "other"]}, {"aud": ["clinicflow", "other"], "azp": "other"}, {"azp": "other"},
        {"nonce": "nonce-2"}, {"nonce": None}, {"nonce": ""},
        {"exp": SECONDS - 61}, {"exp": None}, {"exp": "tomorrow"}, {"iat": SECONDS + 61}, {"iat": None}, {"nbf": SECONDS + 61},
        {"sub": None}, {"sub": ""}, {"sub": 7},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_says_otherwise_proves_nothing(claims: dict[str, Any]) -> None:
    with pytest.raises(NotProvenError) as refused:
        subject(token(**claims))
    assert "rosa" not in str(refused.value)


def test_a_token_that_somebody_else_signed_proves_nothing() -> None:
    shared = OctKey.generate_key(256, {"kid": "one"})
    unsigned = token().split(".")
    for text, keys in (
        (token(key=OTHER), None),
        (token(kid="two"), None),
        (token("HS256", shared), [KEY, shared]),
        (token("HS256", shared), [shared]),
        (f"eyJhbGciOiJub25lIn0.{unsigned[1]}.", None),
        (f"{unsigned[0]}.{unsigned[1]}.", None),
        (f"{unsigned[0]}.{unsigned[1]}A.{unsigned[2]}", None),
        ("", None),
        ("x.y.z", None),
        ("é", None),
    ):
        with pytest.raises(NotProvenError):
            subject(text, keys)
