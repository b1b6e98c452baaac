"""Whether an ID token says what it must, as OpenID Connect Core 3.1.3.7 asks."""

from dataclasses import dataclass
from datetime import datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures that only the provider can make. What needs a shared key, or none, is not among them."""
_LEEWAY_SECONDS = 60


class NotProvenError(Exception):
    """It proves nothing. The message says which part, and nothing of what is in it."""


@dataclass(frozen=True)
class Expected:
    """What the token must say: who issued it, for whom, in answer to which request."""

    issuer: str
    client_id: str
    nonce: str


def subject_of(token: str, keys: KeySet, expected: Expected, now: datetime) -> str:
    """Return the subject, a name that is the issuer's own. Raises NotProvenError."""
    claims_must = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        nonce={"essential": True, "value": expected.nonce},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        claims_must.validate(claims)
    except (JoseError, ValueError, TypeError) as problem:
        raise NotProvenError(type(problem).__name__) from problem
    audience = claims["aud"]
    for_others_too = isinstance(audience, list) and len(audience) > 1
    if (for_others_too or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise NotProvenError("azp")
    return str(claims["sub"])
