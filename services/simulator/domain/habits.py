"""What patients and staff of the simulated clinic tend to do."""

from typing import NamedTuple

from services.simulator.domain.durations import Duration


class Habits(NamedTuple):
    """Shares are of 1, times in minutes. The exam's spread over its mean is the published one (mean 18.0, SD 13.5)."""

    at_the_door: int = 18
    """So many wait for the doors to open; a wall is never empty for long."""
    booked: float = 0.62
    slot_minutes: int = 10
    earliness: Duration = Duration(9, 6)
    """How long before the time of the booking a patient comes; some lateness is taken off again."""
    lateness: Duration = Duration(5, 7)
    no_show: float = 0.10
    cancels: float = 0.03
    urgent: float = 0.04
    spanish: float = 0.2
    """Would rather read Spanish."""
    impatient: float = 0.06
    """Leave without being seen when their patience ends before they are called."""
    patience: Duration = Duration(9, 5)
    recalled: float = 0.10
    wrong_call: float = 0.03
    """The wrong ticket is called, and taken back."""
    wrong_check_out: float = 0.02
    """The wrong patient is checked out, and it is taken back."""
    walk: Duration = Duration(1.2, 0.5)
    """From the call to the room."""
    preparing: Duration = Duration(7, 3)
    """In the room, before the provider may come."""
    with_provider: Duration = Duration(11, 8.25)
    at_the_desk: Duration = Duration(2.5, 1.2)
    """From leaving the room to being checked out."""
    cleaning: Duration = Duration(4, 1.5)
    noticing: Duration = Duration(1.3, 0.2)
    """Until a mis-click is seen."""
