"""What a wall display sees of a site, for the live kit."""

from collections.abc import Collection

from schemas.alerts import AlertKind
from services.board.domain.wall import Shown, Wall, wall_of
from services.board.domain.wall_change import WallChange, change_between
from services.runtime.live.site import LiveSite


class WallView:
    """The wall of one waiting area, or of the whole site."""

    kind = "wall"

    def __init__(self, area: str | None, languages: Collection[str]) -> None:
        self.key = f"wall:{area or ''}"
        self._area, self._languages = area, languages

    def of(self, live: LiveSite) -> Wall:
        """Return the wall; its clock is the site's own, so that the same state is always the same wall."""
        silent = any(alert.kind is AlertKind.SITE_SILENT for alert in live.alerts.values())
        shown = Shown(live.profile, live.visits, live.rooms, live.queues, silent, live.meta.version[1])
        return wall_of(shown, self._languages, self._area)

    def change(self, old: Wall, new: Wall) -> WallChange:
        """Return what became different."""
        return change_between(old, new)
