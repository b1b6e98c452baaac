"""The people who work here, as an administrator of their clinics may manage them."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.access import Invitation, User
from services.checkin.answers import not_recorded
from services.checkin.domain.reach import is_last_admin, is_within
from services.checkin.happenings import Happening, Watchers
from services.runtime import auth, staff
from services.runtime.access_book import AccessBook
from services.runtime.access_log import NotPublishedError
from services.runtime.auth import Principal
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook
from services.runtime.staff import Refusal
from services.runtime.users import Users

Alter = Callable[[User | None], User | Refusal]


@dataclass(frozen=True)
class UserDesk:
    """Changes users for an administrator. Every method raises Problem: 403, 404, 409, 422, or 503 when it can't be recorded."""

    access: AccessBook
    sites: SiteBook
    users: Users
    clock: Clock
    watchers: Watchers

    def all(self, admin: Principal) -> list[User]:
        """Everybody whom this administrator may manage, revoked ones too."""
        return [user for user in self.access.all(User) if is_within(user.sites, admin.sites)]

    async def add(self, admin: Principal, user: User) -> tuple[User, str]:
        """Add somebody; returns them, and the secret of their link."""
        self._check_reach(admin, user)
        link, invitation = self._invitation(user.subject)
        wanted = user.model_copy(update={"invitation": invitation})
        added = await self._change(user.subject, lambda standing: staff.added(standing, wanted))
        await self.watchers.tell(Happening.INVITED, added.subject, admin.actor)
        return added, link

    async def invite(self, admin: Principal, subject: str) -> tuple[User, str]:
        """Make a new link; returns its secret, too."""
        self._theirs(admin, subject)
        link, invitation = self._invitation(subject)
        invited = await self._change(subject, lambda standing: staff.invited(standing, invitation))
        await self.watchers.tell(Happening.INVITED, subject, admin.actor)
        return invited, link

    async def revoke(self, admin: Principal, subject: str) -> User:
        """End somebody's access, at once and everywhere."""
        now = self.clock.now()
        revoked = await self._change_theirs(admin, subject, lambda standing: staff.revoked(standing, now))
        await self.watchers.tell(Happening.REVOKED, subject, admin.actor)
        return revoked

    async def edit(self, admin: Principal, wanted: User) -> User:
        """Give somebody another name, role, language or other clinics. It holds from their next request on."""
        self._check_reach(admin, wanted)
        now = {"name": wanted.name, "role": wanted.role, "sites": wanted.sites, "language": wanted.language}
        edited = await self._change_theirs(
            admin, wanted.subject, lambda standing: standing.model_copy(update=now) if standing else Refusal.UNKNOWN
        )
        await self.watchers.tell(Happening.CHANGED, wanted.subject, admin.actor)
        return edited

    async def _change_theirs(self, admin: Principal, subject: str, alter: Alter) -> User:
        self._theirs(admin, subject)

        def guarded(standing: User | None) -> User | Refusal:
            after = alter(standing)
            if standing is None or isinstance(after, Refusal) or subject != admin.actor:
                return after
            return Refusal.LAST_ADMIN if is_last_admin(standing, after, self.access.all(User)) else after

        return await self._change(subject, guarded)

    async def _change(self, subject: str, alter: Alter) -> User:
        try:
            changed = await self.users.change(subject, alter)
        except NotPublishedError:
            raise not_recorded() from None
        if isinstance(changed, Refusal):
            raise _refused(changed)
        return changed

    def _invitation(self, subject: str) -> tuple[str, Invitation]:
        return auth.invite(subject.removeprefix("user:"), self.clock.now())

    def _theirs(self, admin: Principal, subject: str) -> None:
        user = self.access.one(User, subject)
        if user is None or not is_within(user.sites, admin.sites):
            raise _refused(Refusal.UNKNOWN)

    def _check_reach(self, admin: Principal, wanted: User) -> None:
        if not is_within(wanted.sites, admin.sites):
            raise Problem(
                403, "beyond-reach", "Not your clinic", "You can give access to your own clinics only. Please name them one by one."
            )
        if any(self.sites.get(site) is None for site in wanted.sites):
            raise Problem(422, "invalid", "No such clinic", "Please correct: sites: one of them is no clinic that is here.")


def _refused(reason: Refusal) -> Problem:
    if reason is Refusal.EXISTS:
        return Problem(409, reason, "This user is there already", "Please choose another name, or send them a new link.")
    if reason is Refusal.LAST_ADMIN:
        return Problem(
            409,
            reason,
            "You are the last administrator",
            "Nobody could let anyone in any more. Please add another administrator first.",
        )
    return Problem(404, reason, "No such user", "There is no such user at your clinics. Please check the address.")
