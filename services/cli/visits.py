"""`clinicflow visits`: every visit of a site, open and departed."""

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from schemas.live import LiveVisit
from services.cli.departed import departed
from services.cli.front_desk import ask, front_desk, front_desk_options, profile
from services.cli.site_name import site_option
from services.cli.visit_row import COLUMNS, VisitRow


@click.command()
@site_option
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, with the columns' names in the first line.")
@front_desk_options
def visits(site: str, *, as_csv: bool, **where: Any) -> None:
    """Print every visit of a site with its times and durations.

    Times are the site's own, with their offset; what isn't known is empty.
    """
    desk = front_desk(**where)
    with desk.client() as client:
        found = profile(client, site)
        if found is None:
            raise click.ClickException(f"There is no site {site}. `clinicflow site list` shows those there are.")
        shown = ask(client, "GET", f"/v1/sites/{site}/visits").json()["visits"]
    rows = {summary.visit: VisitRow.of_summary(summary) for summary in departed(desk.settings, site)}
    rows |= {live.visit: VisitRow.of_live(live) for live in map(LiveVisit.model_validate, shown)}
    cells = [row.cells(found.timezone) for row in sorted(rows.values(), key=VisitRow.order)]
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *cells])
    else:
        for line in _table([COLUMNS, *cells]):
            click.echo(line)


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    listed = list(rows)
    widths = [max(len(row[index]) for row in listed) for index in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in listed]
