"""The clinic's identity provider, as OpenID Connect describes one: where to send a browser, and who came back."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from pydantic import BaseModel, ConfigDict, ValidationError

from services.checkin.sign_in.id_token import Expected, NotProvenError, subject_of
from services.runtime.clock import Clock

Answer = TypeVar("Answer", bound=BaseModel)

_PATIENCE_SECONDS = 5.0
_FRESH_SECONDS = 3600.0


class ProviderAwayError(Exception):
    """It can't be reached, or does not answer as a provider does. The message says at which step."""


class _Metadata(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]


class _Keys(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    keys: list[dict[str, object]]


class _Tokens(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    id_token: str


@dataclass(frozen=True)
class Client:
    """How we are registered at the provider. Without a secret we are a public client, which PKCE protects."""

    issuer: str
    id: str
    secret: str | None


@dataclass(frozen=True)
class Challenge:
    """What is made up for one sign-in, and must come back."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """Asked when somebody signs in, not before. What it says of itself is kept for an hour, its keys until one doesn't fit."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client, self._clock = client, clock
        self._http = httpx.AsyncClient(timeout=_PATIENCE_SECONDS)
        self._metadata: tuple[float, _Metadata] | None = None
        self._keys: KeySet | None = None

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.aclose()

    async def address(self, challenge: Challenge, redirect_uri: str) -> str:
        """Where to send the browser. Raises ProviderAwayError."""
        metadata = await self._describe()
        code_challenge = urlsafe_b64encode(hashlib.sha256(challenge.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.client.id, "redirect_uri": redirect_uri, "scope": "openid",
            "state": challenge.state, "nonce": challenge.nonce, "code_challenge": code_challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"

    async def subject(self, code: str, challenge: Challenge, redirect_uri: str) -> str:
        """Whom the code is about. Raises ProviderAwayError, or NotProvenError where the answer proves nothing."""
        metadata = await self._describe()
        token = await self._redeem(metadata, code, challenge, redirect_uri)
        expected = Expected(self.client.issuer, self.client.id, challenge.nonce)
        if self._keys is not None:
            try:
                return subject_of(token, self._keys, expected, self._clock.real_now())
            except NotProvenError:
                pass  # it changes its keys now and then
        return subject_of(token, await self._read_keys(metadata), expected, self._clock.real_now())

    async def _describe(self) -> _Metadata:
        now = self._clock.monotonic()
        if self._metadata is None or self._metadata[0] < now - _FRESH_SECONDS:
            address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._ask(_Metadata, "discovery", "GET", address)
            endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
            schemes = {urlsplit(endpoint).scheme for endpoint in endpoints}
            if found.issuer != self.client.issuer or not schemes <= {"https", urlsplit(self.client.issuer).scheme}:
                raise ProviderAwayError("discovery")
            self._metadata = now, found
        return self._metadata[1]

    async def _read_keys(self, metadata: _Metadata) -> KeySet:
        found = await self._ask(_Keys, "keys", "GET", metadata.jwks_uri)
        try:
            self._keys = KeySet.import_key_set(cast("KeySetSerialization", found.model_dump()))
        except (JoseError, ValueError, TypeError) as problem:
            raise ProviderAwayError("keys") from problem
        return self._keys

    async def _redeem(self, metadata: _Metadata, code: str, challenge: Challenge, redirect_uri: str) -> str:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": challenge.verifier,
        }  # fmt: skip
        basic: tuple[str, str] | None = None
        if self.client.secret is None:
            form["client_id"] = self.client.id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            basic = (self.client.id, self.client.secret)
        else:
            form |= {"client_id": self.client.id, "client_secret": self.client.secret}
        return (await self._ask(_Tokens, "token", "POST", metadata.token_endpoint, data=form, auth=basic)).id_token

    async def _ask(self, kind: type[Answer], step: str, method: str, address: str, **sent: object) -> Answer:
        try:
            answer = await self._http.request(method, address, headers={"accept": "application/json"}, **sent)  # type: ignore[arg-type]  # httpx's own options
            answer.raise_for_status()
            return kind.model_validate_json(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as problem:
            raise ProviderAwayError(step) from problem
