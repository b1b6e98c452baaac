"""How long everything rests when the other side is in trouble, so that one visit finds out for all that it is back."""

from dataclasses import dataclass
from datetime import timedelta

from schemas.deliveries import DeliveryProblem

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=1)


@dataclass(frozen=True)
class Hold:
    """How long nothing is sent after the last attempt."""

    rest: timedelta = timedelta(0)

    def after(self, problem: DeliveryProblem | None) -> "Hold":
        """Give the next one, doubled with each trouble in a row. Whoever takes a delivery, or will not have it, is well."""
        if problem in {None, DeliveryProblem.REFUSED}:
            return Hold()
        return Hold(min(max(self.rest * 2, FIRST), LONGEST))
