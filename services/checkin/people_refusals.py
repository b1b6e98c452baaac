"""What is said where a patient can't be shown, changed or made one with another."""

from services.runtime.problems import Problem


def unknown_person() -> Problem:
    """Nobody of this clinic, or nobody any more."""
    return Problem(404, "unknown-person", "No such patient", "There is no such patient at this clinic. Please search again.")


def closed() -> Problem:
    """A record that no key here opens."""
    return Problem(
        503,
        "person-closed",
        "This patient's details can't be opened",
        "They are kept, but can't be opened with the keys that are here. Please tell whoever runs the system.",
    )


def key_reused() -> Problem:
    """A key that was another patient's."""
    return Problem(
        409,
        "key-reused",
        "This key was used before",
        "The Idempotency-Key was used for a patient whose details are different now. Please use a new key for each new patient.",
    )


def not_mergeable() -> Problem:
    """Two who are one already, or are others' by now."""
    return Problem(
        409,
        "not-mergeable",
        "These two can't be made one",
        "They are the same already, or one of them is somebody else's by now. Please search for both again.",
    )


def not_partable() -> Problem:
    """Two who are one, and a third as well."""
    return Problem(
        409,
        "not-partable",
        "These two can't be parted yet",
        "The patient they were made one with was made one with another since. Please undo that first.",
    )
