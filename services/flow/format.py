"""The format of flow's own state. A release that keeps another one counts up, and runs beside the old one (DESIGN §7.8)."""

FORMAT = 1


def group(namespace: str) -> str:
    """Return the consumer group of this format."""
    return f"{namespace}-flow-{FORMAT}"
