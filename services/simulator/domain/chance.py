"""Chance that is the same for the same seed."""

from random import Random


def chance(*seed: object) -> Random:
    """The dice of one thing: its throws don't depend on how often those of another are thrown."""
    return Random("/".join(str(part) for part in seed))  # noqa: S311  # a simulated day, no secret
