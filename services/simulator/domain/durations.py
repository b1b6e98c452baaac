"""How long things take: log-normal, as stages of a visit are."""

from dataclasses import dataclass
from math import log, sqrt
from random import Random


@dataclass(frozen=True)
class Duration:
    """A log-normal duration by its own mean and standard deviation, in minutes."""

    mean: float
    sd: float

    def seconds(self, rng: Random) -> float:
        """Draw one, in seconds."""
        variance = log(1 + (self.sd / self.mean) ** 2)
        return 60 * rng.lognormvariate(log(self.mean) - variance / 2, sqrt(variance))
