"""Sign-in at the clinic's identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

Who is known there is let in here only once they have been added here: an administrator sends a link, and whoever has used it goes
on to the provider at once; from then on the two belong together. What is kept of it is an HMAC: access.v1 does not say who somebody
is at the provider.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from schemas.access import User
from services.checkin.answers import not_recorded
from services.checkin.sign_in.errand import Errand
from services.checkin.sign_in.id_token import NotProvenError
from services.checkin.sign_in.provider import Provider, ProviderAwayError
from services.runtime import staff
from services.runtime.access_book import AccessBook
from services.runtime.access_log import NotPublishedError
from services.runtime.problems import Problem
from services.runtime.users import Users

KEY_FILE = "oidc-identity"

log = structlog.stdlib.get_logger("clinicflow.checkin")


@dataclass(frozen=True)
class Return:
    """What a browser brought back from the provider: the errand it was on, and the code."""

    errand: Errand
    code: str
    redirect_uri: str


class OidcSignIn:
    """Whoever the provider says somebody is, if that person is a user here."""

    def __init__(self, provider: Provider, identity_key: bytes, access: AccessBook, users: Users) -> None:
        self._provider, self._identity_key, self._access, self._users = provider, identity_key, access, users

    async def address(self, errand: Errand, redirect_uri: str) -> str:
        """Where to send the browser. Raises Problem 502."""
        try:
            return await self._provider.address(errand.challenge, redirect_uri)
        except ProviderAwayError as problem:
            raise _away(problem) from None

    async def prove(self, evidence: Return) -> User:
        """Return the user; with `link_to` in the errand, that user is known there from now on. Raises Problem."""
        try:
            subject = await self._provider.subject(evidence.code, evidence.errand.challenge, evidence.redirect_uri)
        except ProviderAwayError as problem:
            raise _away(problem) from None
        except NotProvenError as problem:
            log.warning("what the identity provider answered proves nothing", part=str(problem))
            raise Problem(
                502, "not-proven", "The clinic's sign-in answered something that can't be right",
                "Nobody was signed in. Please tell whoever runs the system.",
            ) from None  # fmt: skip
        identity = self._identity(subject)
        if evidence.errand.link_to is not None:
            return await self._link(evidence.errand.link_to, identity)
        return self._known(identity)

    def _identity(self, subject: str) -> str:
        return hmac.digest(self._identity_key, f"{self._provider.client.issuer}|{subject}".encode(), "sha256").hex()

    def _find(self, wanted: Callable[[User], bool]) -> User | None:
        return next((user for user in self._access.all(User) if wanted(user)), None)

    def _known(self, identity: str) -> User:
        user = self._find(lambda user: user.identity == identity)
        if user is None:
            raise Problem(
                403, "not-added", "Nobody has added you here yet",
                "Your clinic's sign-in knows you, but this system doesn't. Please ask an administrator for a link.",
            )  # fmt: skip
        if not staff.is_in_force(user):
            raise _ended()
        return user

    async def _link(self, subject: str, identity: str) -> User:
        if self._find(lambda user: user.identity == identity and user.subject != subject):
            raise Problem(
                409, "identity-taken", "Somebody else signs in so",
                "This account of your clinic's sign-in belongs to another user here. Please ask an administrator.",
            )  # fmt: skip
        try:
            linked = await self._users.change(subject, lambda user: staff.with_identity(user, identity))
        except NotPublishedError:
            raise not_recorded() from None
        if not isinstance(linked, User):
            raise _ended()
        return linked


def _away(problem: ProviderAwayError) -> Problem:
    log.warning("the identity provider does not answer as one does", step=str(problem))
    return Problem(
        502, "provider-away", "The clinic's sign-in can't be reached", "Please try again in a moment, or use your PIN.",
        headers={"Retry-After": "5"},
    )  # fmt: skip


def _ended() -> Problem:
    return Problem(403, "access-ended", "Your access has ended", "Please ask an administrator for a new link.")
