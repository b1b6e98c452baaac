"""The published arrival profile that comes with the simulator (see arrival_rates.toml for its source)."""

import tomllib
from importlib import resources

from services.simulator.domain.arrivals import HourlyRates, busy_hours

FROM_HOUR, TO_HOUR = 11, 20
"""The hours that the clinic lives, over and over."""


def published(busiest_hour: float) -> HourlyRates:
    """The profile's busy hours, scaled so that the busiest has so many arrivals."""
    text = resources.files("services.simulator").joinpath("arrival_rates.toml").read_text(encoding="utf-8")
    by_hour = {int(hour): float(rate) for hour, rate in tomllib.loads(text)["rates"].items()}
    return busy_hours(by_hour, FROM_HOUR, TO_HOUR, busiest_hour)
