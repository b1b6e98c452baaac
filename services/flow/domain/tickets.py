"""Tickets: a letter and a number, per site and local day, given in the order of the log and never twice."""

from zoneinfo import ZoneInfo

from services.flow.domain.facts import instant


class Tickets:
    """The last number given, by local day and letter."""

    def __init__(self) -> None:
        self.last: dict[str, dict[str, int]] = {}

    def give(self, letter: str, arrived: int, zone: ZoneInfo) -> str:
        """Give the next ticket of the queue for the local day of the arrival (ms)."""
        day = instant(arrived).astimezone(zone).date().isoformat()
        numbers = self.last.setdefault(day, {})
        numbers[letter] = numbers.get(letter, 0) + 1
        return f"{letter}{numbers[letter]:02d}"

    def forget_before(self, moment: int, zone: ZoneInfo) -> None:
        """Drop the days that ended before the moment (ms); nobody of those days is left in the state."""
        day = instant(moment).astimezone(zone).date().isoformat()
        for old in [known for known in self.last if known < day]:
            del self.last[old]
