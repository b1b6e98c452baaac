"""`python -m services.replay`: a replay against the installation that the environment names; see `clinicflow replay`."""

import sys
from pathlib import Path

import click
from pydantic import ValidationError

from services.replay.job import Job
from services.replay.settings import ReplaySettings


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "map_path", type=click.Path(path_type=Path), required=True, help="What the log's columns and activities are."
)
@click.option("--site", required=True, help="The site's id.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="So many times as fast as it happened.")
def main(file: Path, map_path: Path, site: str, speed: float | None) -> None:
    """Turn FILE, a CSV event log, into events of a site that follows its log."""
    try:
        settings = ReplaySettings()
    except ValidationError:
        raise click.UsageError("Set CLINICFLOW_TOKEN to a token that may do this, and CLINICFLOW_CHECKIN_URL.") from None
    sys.exit(Job(file, map_path, site, speed, settings.checkin_url, settings.token.get_secret_value(), settings).run())


if __name__ == "__main__":
    main()
