"""The format of flow's own state. A release that keeps another one counts up, and runs beside the old one (DESIGN §7.8)."""

from schemas.live import LIVE_FORMAT

FORMAT = LIVE_FORMAT


def group(namespace: str) -> str:
    """Return the consumer group of this format."""
    return f"{namespace}-flow-{FORMAT}"
