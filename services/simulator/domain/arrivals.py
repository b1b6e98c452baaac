"""When patients arrive: a Poisson process whose rate changes by the hour."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

_HOUR = 3600.0


@dataclass(frozen=True)
class HourlyRates:
    """Arrivals per hour, hour after hour from the start, and then over again."""

    per_hour: tuple[float, ...]

    def at(self, seconds: float) -> float:
        """Arrivals per hour, so many seconds after the start."""
        return self.per_hour[int(seconds // _HOUR) % len(self.per_hour)]


def busy_hours(by_hour: Mapping[int, float], opens: int, closes: int, busiest: float) -> HourlyRates:
    """The hours from `opens` to before `closes` of a published profile, scaled so that its busiest hour has `busiest` arrivals.

    A demo is to be watched at any hour, so its clinic lives these hours over and over and has no night.
    """
    chosen = [by_hour.get(hour, 0.0) for hour in range(opens, closes)]
    scale = busiest / max(chosen)
    return HourlyRates(tuple(rate * scale for rate in chosen))


def arrivals(rates: HourlyRates, rng: Random) -> Iterator[float]:
    """Seconds after the start at which patients arrive, without end: by thinning (Lewis and Shedler 1979)."""
    peak = max(rates.per_hour)
    seconds = 0.0
    while True:
        seconds += rng.expovariate(peak / _HOUR)
        if rng.random() * peak < rates.at(seconds):
            yield seconds
