"""Every Redis key and channel, declared once. `namespace` keeps two installations apart."""

from schemas.live import LIVE_FORMAT

OUTCOME_SECONDS = 24 * 60 * 60
"""How long an outcome can be read back."""


SCREEN_SECONDS = 24 * 60 * 60
"""So long after its last word a display is forgotten."""


def _prefix(namespace: str) -> str:
    return f"{namespace}:live{LIVE_FORMAT}"


def site(namespace: str, site_id: str) -> str:
    """Hash: the live state of one site (schemas.live)."""
    return f"{_prefix(namespace)}:site:{site_id}"


def sites(namespace: str, partition: int) -> str:
    """Set: the sites whose live state a partition has shown."""
    return f"{_prefix(namespace)}:sites:{partition}"


def sentinel(namespace: str, partition: int) -> str:
    """JSON Beat of who wrote the partition last; missing or another's means: publish the partition again."""
    return f"{_prefix(namespace)}:sentinel:{partition}"


def screens(namespace: str, site_id: str) -> str:
    """Hash: by screen, its ScreenState (schemas.screens)."""
    return f"{_prefix(namespace)}:screens:{site_id}"


def outcome(namespace: str, event_id: str) -> str:
    """JSON Outcome, for a day."""
    return f"{_prefix(namespace)}:outcome:{event_id}"


def changes(namespace: str) -> str:
    """Channel: Change."""
    return f"{_prefix(namespace)}:changes"


def beats(namespace: str) -> str:
    """Channel: Beat."""
    return f"{_prefix(namespace)}:beats"


def outcomes(namespace: str) -> str:
    """Channel: Outcome."""
    return f"{_prefix(namespace)}:outcomes"
