"""`--since`: how long ago, or from when."""

import re
from datetime import datetime, timedelta

import click

_AGO = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Since(click.ParamType):
    """A length of time before now, or a moment; one without an offset is this machine's."""

    name = "time"

    def convert(
        self, value: str | timedelta | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta | datetime:
        if not isinstance(value, str):
            return value
        if ago := _AGO.fullmatch(value):
            return timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        try:
            return datetime.fromisoformat(value).astimezone()
        except (ValueError, OverflowError):
            self.fail("say 90m, 24h, 7d, or a time such as 2026-03-02T08:00", param, ctx)
