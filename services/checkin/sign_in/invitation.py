"""Sign-in by a link that works once."""

from schemas.access import User
from services.checkin.answers import not_recorded
from services.runtime import auth, staff
from services.runtime.access_book import AccessBook
from services.runtime.access_log import NotPublishedError
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.staff import Refusal
from services.runtime.users import Users


class InvitationSignIn:
    """Whoever has the link is the user. It is used up on access.v1 before anything is opened.

    Of two who use it at once, one gets in: within this process one after the other is looked at, and among processes the one whose
    record has the lower offset on access.v1 wins; the other sees after its own record that it came second (services.runtime.users).
    """

    def __init__(self, access: AccessBook, users: Users, clock: Clock) -> None:
        self._access, self._users, self._clock = access, users, clock

    async def prove(self, evidence: str) -> User:
        """Use the link up; from now on the user has no PIN until they choose one. Raises Problem 410, or 503: not recorded."""
        subject, kept = auth.link_subject(evidence), auth.hash_of(evidence)
        now = self._clock.now()
        wanted = staff.used(self._access.one(User, subject) if subject else None, kept, now)
        if subject is not None and isinstance(wanted, User):
            try:
                wanted = await self._users.change(subject, lambda user: staff.used(user, kept, now))
            except NotPublishedError:
                raise not_recorded() from None
        if isinstance(wanted, Refusal):
            raise _refused(wanted)
        return wanted


def _refused(reason: Refusal) -> Problem:
    if reason is Refusal.LINK_EXPIRED:
        return Problem(410, reason, "This link is too old", "A link can be used for three days. Please ask for a new one.")
    return Problem(
        410, reason, "This link can't be used", "It was used already, or a newer one has been sent. Please ask for a new one."
    )
