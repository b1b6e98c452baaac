"""`clinicflow demo`: the whole stack with a simulated clinic day."""

import sys
import tomllib
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from services.cli.operator import operator_token
from services.cli.stack_options import run_stack, settings_from, stack_options
from services.cli.up import show_links
from services.stack.clock_file import real_now
from services.stack.errors import StackError
from services.stack.settings import PROJECT
from services.stack.stack import Stack

DEMO_SITE = PROJECT / "deploy" / "sites" / "demo.toml"
DEMO_SPEED = 10.0
"""Waits grow and queues move while one looks, unless --speed says otherwise."""
DEMO_USER = "demo"
DAY_BEGINS = time(8, 30)
CLI = [sys.executable, "-m", "services.cli"]
SIMULATOR = [sys.executable, "-m", "services.simulator"]


def this_morning(site_file: Path, now: datetime) -> datetime:
    """Today at half past eight at the site: where the clock of a fresh demo starts."""
    zone = ZoneInfo(tomllib.loads(site_file.read_text(encoding="utf-8"))["timezone"])
    return datetime.combine(now.astimezone(zone).date(), DAY_BEGINS, tzinfo=zone)


def wall_link(stack: Stack) -> list[str]:
    """The address that opens the demo's wall; what it carries reads that wall and nothing else."""
    site = tomllib.loads(DEMO_SITE.read_text(encoding="utf-8"))["site"]
    issue = [*CLI, "token", "issue", f"wall-{site}", "--role", "display", "--site", site, "--replace"]
    code, token = stack.run("wall", issue)
    if code:
        raise StackError("The wall's token could not be issued; see logs/wall.log in the data folder.")
    return ["", "  The wall:", f"  {stack.around.url('board')}/wall/{site}#key={token}"]


def desk_link(stack: Stack) -> str:
    """The one-time link by which somebody signs in at the demo's front desk, as its administrator."""
    site = tomllib.loads(DEMO_SITE.read_text(encoding="utf-8"))["site"]
    add = [*CLI, "user", "add", DEMO_USER, "--name", "Robin Demo (invented)", "--role", "admin", "--site", site]
    code, link = stack.run("user", add)
    if code:
        code, link = stack.run("user", [*CLI, "user", "invite", DEMO_USER])
    if code:
        raise StackError("The demo's user could not be invited; see logs/user.log in the data folder.")
    return link


def demo_links(stack: Stack) -> list[str]:
    """What to open of the demo: its wall, and its front desk."""
    return [*wall_link(stack), "", "  The front desk (this link works once, then a PIN of your own):", f"  {desk_link(stack)}"]


def run_demo(stack: Stack, arguments: list[str]) -> tuple[int, str]:
    """Add the demo's site and run the simulator to its end; its exit code and its last line, the result."""
    operator_token(stack)
    code, words = stack.run("site", [*CLI, "site", "add", str(DEMO_SITE)])
    if code:
        raise StackError(f"The demo's site could not be added. {words}")
    show_links(stack, demo_links)
    code, result = stack.run("simulator", [*SIMULATOR, "--site", str(DEMO_SITE), *arguments])
    return code, result


@click.command()
@stack_options
@click.option("--for", "seconds", type=click.FloatRange(min=1), help="End after this many seconds of real time.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same clinic day.")
def demo(seconds: float | None, seed: int, **options: Any) -> None:
    """Run the whole stack with a simulated clinic day, until Ctrl-C or --for SECONDS.

    The last line is the day's result, one JSON object.
    """
    settings = settings_from(**{**options, "speed": options["speed"] or DEMO_SPEED})
    if settings.start_at is None:
        settings = settings.model_copy(update={"start_at": this_morning(DEMO_SITE, real_now())})
    arguments = ["--seed", str(seed), *([] if seconds is None else ["--for", f"{seconds:g}"])]
    result = ""

    def rest(stack: Stack) -> int:
        nonlocal result
        code, result = run_demo(stack, arguments)
        return code

    code = run_stack(settings, rest)
    if result:
        click.echo(result)
    sys.exit(code if code >= 0 else 1)
