"""What protects flow and no contract test has switched off yet."""

from collections.abc import Callable

from schemas.codec import SiteEvent
from services.flow.domain.effects import Effects
from services.flow.domain.site import Site
from tests.integration.flow.circumstances import swap


def dedupe_off() -> None:
    """An event that comes again is folded again, and decided anew."""

    def fold(self: Site, event: SiteEvent, offset: int, effects: Effects) -> None:
        step = self._fold_visit if event.type.startswith("clinicflow.visit.") else self._fold_other
        step(event, offset, effects)

    swap(Site, "fold", fold)


UNPROTECTED: dict[str, Callable[[], None]] = {"dedupe-off": dedupe_off}
