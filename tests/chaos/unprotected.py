"""What protects flow and no contract test has switched off yet."""

from collections.abc import Callable

from services.flow.domain.site import Site
from tests.integration.flow.circumstances import swap


def dedupe_off() -> None:
    """An event that comes again is folded again, and decided anew."""

    swap(Site, "decided", lambda _site, _event: None)


UNPROTECTED: dict[str, Callable[[], None]] = {"dedupe-off": dedupe_off}
