"""How often a wrong PIN was given in a row."""

MOST = 5
"""So many wrong PINs in a row, and the user is locked out."""


class Tries:
    """Counts per user and PIN, in this process: who chooses another PIN, as after a new link, has all tries again.

    Several processes count each for themselves, and a restart begins anew.
    """

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[str, int]] = {}

    def left(self, subject: str, pin_hash: str) -> int:
        """How many more may be wrong."""
        known, wrong = self._wrong.get(subject, (pin_hash, 0))
        return MOST - wrong if known == pin_hash else MOST

    def wrong(self, subject: str, pin_hash: str) -> int:
        """One more was wrong; returns how many are left."""
        left = self.left(subject, pin_hash) - 1
        self._wrong[subject] = pin_hash, MOST - left
        return left

    def right(self, subject: str) -> None:
        """It was right: what was wrong before doesn't count any more."""
        self._wrong.pop(subject, None)
