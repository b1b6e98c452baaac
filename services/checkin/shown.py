"""The live state of the asker's clinic, as it is in memory."""

from services.checkin.security import Asker
from services.runtime.live.hub import Hub
from services.runtime.live.site import LiveSite
from services.runtime.problems import Problem

LOOK_SECONDS = 2.0


async def shown(hub: Hub, asker: Asker) -> LiveSite:
    """Give it; it changes under who keeps it. Raises Problem 503 where nothing is known of it yet."""
    assert asker.profile is not None
    live = await hub.look(asker.profile, LOOK_SECONDS)
    if live is None:
        raise Problem(
            503, "not-shown-yet", "Not shown yet", "This clinic's live view is being built. Please try again in a moment.",
            headers={"Retry-After": "1"},
        )  # fmt: skip
    return live
