"""`clinicflow replay`: turns a CSV event log into events of a site that follows its log."""

import sys
from pathlib import Path
from typing import Any

import click

from services.cli.front_desk import front_desk, front_desk_options
from services.cli.site_name import site_option
from services.replay.job import UNUSABLE, Job


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "map_path", type=click.Path(path_type=Path), required=True, help="What the log's columns and activities are."
)
@site_option
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="So many times as fast as it happened.")
@click.option("--as-fast-as-possible", is_flag=True, help="Without waiting; this is the default.")
@front_desk_options
def replay(file: Path, map_path: Path, site: str, speed: float | None, as_fast_as_possible: bool, **where: Any) -> None:
    """Turn FILE, a CSV event log (case, activity, time), into events of a site that follows its log.

    A site that doesn't exist is made from the map. Events go in by their time. The same file again, or the rest of one that
    was interrupted, doubles nothing. Exit code 0: every row is in; 1: some rows are not, and are listed; 2: nothing could be done.
    """
    if speed is not None and as_fast_as_possible:
        raise click.UsageError("Choose --speed or --as-fast-as-possible, not both.")
    try:
        desk = front_desk(**where)
    except click.ClickException as problem:
        problem.show()
        sys.exit(UNUSABLE)
    sys.exit(Job(file, map_path, site, speed, desk.url, desk.token, desk.settings).run())
