"""What a patient's phone sees of a site, for the live kit."""

from schemas.alerts import AlertKind
from schemas.live import Version
from schemas.self_check_in import Due
from schemas.sites import SiteClock
from services.board.domain.phone import GONE, Phone, Place, phone_of, places
from services.runtime.live.site import LiveSite


def site_clock_ms(live: LiveSite, now_ms: int) -> int:
    """Return the site's clock; one that lives now goes on between two changes, one that follows its log doesn't."""
    shown = live.meta.version[1]
    return shown if live.profile.clock is SiteClock.LOG else max(shown, now_ms)


class Places:
    """The places in line at each site, worked out once for all phones that look at the same version."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Version, dict[str, Place]]] = {}

    def of(self, live: LiveSite) -> dict[str, Place]:
        """Return the place of everybody who waits to be called, by visit."""
        site, version = live.profile.site, live.meta.version
        known = self._known.get(site)
        if known is None or known[0] != version:
            known = self._known[site] = version, places(live.visits.values(), live.queues, version[1])
        return known[1]


class PhoneView:
    """The page of one visit. Whether it is due follows from the hour and no change of the site tells it: it is given."""

    kind = "phone"

    def __init__(self, visit: str, due: Due, places: Places) -> None:
        self.key = f"phone:{visit}:{due}"
        self._visit, self._due, self._places = visit, due, places

    def of(self, live: LiveSite) -> Phone:
        """Return what the patient is told."""
        visit = live.visits.get(self._visit)
        if visit is None:
            return GONE
        silent = any(alert.kind is AlertKind.SITE_SILENT for alert in live.alerts.values())
        return phone_of(visit, self._places.of(live).get(visit.visit), live.profile, self._due, silent=silent)

    def change(self, old: Phone, new: Phone) -> Phone | None:
        """Return all that the patient is told, where anything of it became different."""
        return new if new != old else None
