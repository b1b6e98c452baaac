"""`python -m services.simulator`: the only wiring."""

import asyncio
import json
import signal
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from services.runtime import log
from services.runtime.clock import Clock
from services.simulator.reads import DeskError
from services.simulator.result import Result
from services.simulator.run import Run
from services.simulator.settings import NoTokenError, SimulatorSettings


@click.command()
@click.option("--site", required=True, help="The clinic's id, or the TOML file it was made from.")
@click.option("--for", "seconds", type=click.FloatRange(min=1), help="End after this many seconds of real time.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same plan.")
@click.option("--checkin-url", help="The front desk's API.")
@click.option("--board-url", help="The wall.")
@click.option("--flow-url", help="Where flow shows its metrics.")
@click.option("--outbox", "outbox_file", type=click.Path(path_type=Path), help="The file with the texts.")
def main(site: str, seconds: float | None, seed: int, **options: Any) -> None:
    """Drive one clinic's day through the public API, until SIGTERM or --for SECONDS.

    Tokens come from CLINICFLOW_SIMULATOR_TOKEN and CLINICFLOW_WALL_TOKEN. The last line is the day's result, one JSON object;
    exit code 0 means that all of it is as it should be.
    """
    settings = SimulatorSettings(**{name: value for name, value in options.items() if value is not None})
    log.configure(settings, "simulator")
    try:
        result = asyncio.run(_run(settings, _site_id(site), seed, seconds))
    except (DeskError, PermissionError, NoTokenError, BaseExceptionGroup) as problem:
        if not all(isinstance(found, (DeskError, PermissionError, NoTokenError)) for found in _leaves(problem)):
            raise
        raise click.ClickException("\n".join(sorted({str(found) for found in _leaves(problem)}))) from None
    click.echo(json.dumps(asdict(result)))
    sys.exit(0 if result.is_good else 1)


async def _run(settings: SimulatorSettings, site: str, seed: int, seconds: float | None) -> Result:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return await Run(settings, Clock.from_file(settings.clock_file), site, seed, seconds, stop).result()


def _site_id(site: str) -> str:
    if not site.endswith(".toml"):
        return site
    try:
        return str(tomllib.loads(Path(site).read_text(encoding="utf-8"))["site"])
    except (OSError, ValueError, KeyError) as problem:
        raise click.BadParameter("that file can't be read, or names no site", param_hint="--site") from problem


def _leaves(problem: BaseException) -> list[BaseException]:
    """What is in a group, however deep; what is none is itself."""
    if not isinstance(problem, BaseExceptionGroup):
        return [problem]
    return [leaf for inner in problem.exceptions for leaf in _leaves(inner)]


if __name__ == "__main__":
    main()
