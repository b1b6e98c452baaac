"""Puts on the audit trail what happens to people's access: who signed in, who was invited, whose PIN was wrong."""

from schemas.access import User
from services.checkin.audit import Auditor
from services.checkin.domain.audit import Act, Ended
from services.checkin.happenings import Happening
from services.runtime.access_book import AccessBook
from services.runtime.profiles import SiteBook

_DENIED = frozenset({Happening.WRONG_PIN, Happening.LOCKED_OUT, Happening.CSRF_REFUSED})


class AccessAudit:
    """Told of each happening; it stands on the trail of every clinic that the user may reach. It never raises."""

    def __init__(self, auditor: Auditor, access: AccessBook, sites: SiteBook) -> None:
        self._auditor, self._access, self._sites = auditor, access, sites

    async def on_event(self, kind: Happening, subject: str, actor: str) -> None:
        """Record it."""
        user = self._access.one(User, subject)
        reach = user.sites if user is not None else ()
        sites = reach or [profile.site for profile in self._sites.all()]
        outcome: Ended = "denied" if kind in _DENIED else "done"
        await self._auditor.noted(actor, sites, Act(kind.value, outcome, user=subject))
