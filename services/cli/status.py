"""`clinicflow status`: what runs, since when, on which ports; exit 0 only when all of it is ready."""

import json
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from services.cli.stack_options import data_option, settings_from
from services.stack.part import Part, Surroundings
from services.stack.service_parts import PARTS
from services.stack.settings import StackSettings
from services.stack.state import PartState, StackState, read

Report = dict[str, Any]
"""What --json prints."""


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(data: Path | None, *, as_json: bool) -> None:
    """Say what runs, since when, on which ports; exit 0 only when all of it is ready."""
    settings = settings_from(data=data)
    report = look(settings)
    click.echo(json.dumps(report) if as_json else "\n".join(_lines(report, settings.data)))
    sys.exit(0 if report["ready"] else 1)


def look(settings: StackSettings, table: Iterable[Part] = PARTS) -> Report:
    """Ask every part of the stack that runs on this data folder, now."""
    known = read(settings.data)
    if known is None:
        return {"running": False, "ready": False, "parts": {}}
    around = Surroundings(data=settings.data.absolute(), tools=settings.tools, ports=known.ports, namespace=known.namespace)
    parts = {part.name: part for part in table}
    with ThreadPoolExecutor() as asking:
        answers = {name: asking.submit(_is_ready, parts.get(name), state, around) for name, state in known.parts.items()}
    ready = {name: answer.result() for name, answer in answers.items()}
    return _report(known, ready)


def _is_ready(part: Part | None, state: PartState, around: Surroundings) -> bool:
    if part is None or part.is_task or state.pid is None:
        return state.state == "done"
    return part.ready(around)


def _report(known: StackState, ready: dict[str, bool]) -> Report:
    listing = known.model_dump(mode="json", exclude={"environment"})
    parts = {name: {**part, "ready": ready[name]} for name, part in listing.pop("parts").items()}
    all_there = known.complete and all(ready.values())
    return {"running": True, "ready": all_there, **listing, "parts": parts}


def _lines(report: Report, data: Path) -> list[str]:
    if not report["running"]:
        return [f"Nothing runs on {data}. `clinicflow up` starts the stack."]
    lines = [f"The stack on {data} runs since {_local(report['started_at'])} at speed {report['speed']:g}."]
    for name, part in report["parts"].items():
        ports = ", ".join(f"{port} {number}" for port, number in part["ports"].items()) or "-"
        word = "done" if part["state"] == "done" else "ready" if part["ready"] else f"not ready ({part['state']})"
        lines.append(f"  {name:<10} {word:<22} since {_local(part['started_at'])}   {ports}")
    return [*lines, "All of it is ready." if report["ready"] else "Not all of it is ready."]


def _local(instant: str | None) -> str:
    return datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M:%S") if instant else "-"
