"""Tickets: a letter and a number, per site and local day, given in the order of the log and never twice."""

from zoneinfo import ZoneInfo

from services.flow.domain.facts import instant


class Tickets:
    """The last number given, by local day and letter."""

    def __init__(self) -> None:
        self.last: dict[str, dict[str, int]] = {}
        self.forgotten_before = ""
        """No ticket is given any more for the days (ISO) before this one, whose last numbers are forgotten."""

    def give(self, letter: str, arrived: int, zone: ZoneInfo) -> str | None:
        """Give the next ticket of the queue for the local day of the arrival (ms); None: that day is long over."""
        day = _day(arrived, zone)
        if day < self.forgotten_before:
            return None
        numbers = self.last.setdefault(day, {})
        numbers[letter] = numbers.get(letter, 0) + 1
        return f"{letter}{numbers[letter]:02d}"

    def forget_before(self, moment: int, zone: ZoneInfo) -> None:
        """Drop the days that ended before the moment (ms); nobody of those days is left in the state."""
        day = _day(moment, zone)
        self.forgotten_before = max(self.forgotten_before, day)
        for old in [known for known in self.last if known < day]:
            del self.last[old]


def _day(moment: int, zone: ZoneInfo) -> str:
    return instant(moment).astimezone(zone).date().isoformat()
