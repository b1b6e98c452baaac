"""`clinicflow doctor`: which programs are here, with versions, and how to install what is missing."""

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

import click

from services.stack.errors import StackError
from services.stack.programs import kafka_jars, kafka_version
from services.stack.settings import StackSettings


@dataclass(frozen=True)
class Program:
    """A program we use, and what installs it."""

    name: str
    commands: tuple[str, ...]
    """Names it goes by; the first that is found counts."""
    apt: str
    brew: str
    for_demo: bool = False
    version_option: str = "--version"
    oldest: int = 0


PROGRAMS = (
    Program("uv", (str(StackSettings().tools / "uv" / "bin" / "uv"), "uv"), "", "uv"),
    Program("java", ("java",), "openjdk-17-jre-headless", "openjdk@17", True, "-version", oldest=17),
    Program("maven", ("mvn",), "maven", "maven"),
    Program("redis-server", ("redis-server", "valkey-server"), "redis-server", "redis", for_demo=True),
    Program("chromium", ("chromium", "chromium-browser"), "chromium", "--cask chromium"),
    Program("prometheus", ("prometheus",), "prometheus", "prometheus"),
    Program("promtool", ("promtool",), "prometheus", "prometheus"),
    Program("alertmanager", ("prometheus-alertmanager", "alertmanager"), "prometheus-alertmanager", "alertmanager"),
)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's."""

    name: str
    version: str | None
    """None when it is missing."""
    remedy: str
    for_demo: bool


def examine(settings: StackSettings) -> list[Finding]:
    """Look for everything that demo and tests use."""
    findings = [Finding("python", platform.python_version(), "", for_demo=True)]
    findings += [_find(program) for program in PROGRAMS]
    try:
        jars = len(list(kafka_jars(settings.tools).glob("*.jar")))
        found = f"{kafka_version()} ({jars} jars)"
    except StackError:
        found = None
    findings.append(Finding("Kafka", found, "make setup", for_demo=True))
    return findings


def _find(program: Program) -> Finding:
    path = next(filter(None, map(shutil.which, program.commands)), None)
    version = _version([path, program.version_option]) if path else None
    if version and program.oldest and int(re.split(r"\D", version)[0]) < program.oldest:
        return Finding(program.name, None, f"{_remedy(program)}   (this one is {version})", program.for_demo)
    return Finding(program.name, version, _remedy(program), program.for_demo)


def _version(command: list[str]) -> str | None:
    """The first thing in its answer that looks like a version; None when it does not run."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 # names from our table
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\d+(\.\d+)+", answer.stdout + answer.stderr)
    return found.group() if answer.returncode == 0 and found else None


def _remedy(program: Program) -> str:
    if sys.platform == "darwin":
        return f"brew install {program.brew}"
    if not program.apt:
        return "make setup"
    return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install {program.apt}"


@click.command()
def doctor() -> None:
    """Say which programs are here, with versions, and how to install what is missing.

    Exit 1 when something is missing that the demo needs.
    """
    findings = examine(StackSettings())
    for finding in findings:
        use = "demo" if finding.for_demo else "tests, setup"
        words = finding.version or f"missing; install it with:  {finding.remedy}"
        click.echo(f"{'ok' if finding.version else '--'}  {finding.name:<14} {use:<14} {words}")
    lacking = [finding.name for finding in findings if finding.for_demo and not finding.version]
    click.echo(f"The demo needs: {', '.join(lacking)}." if lacking else "Everything the demo needs is here.")
    sys.exit(1 if lacking else 0)
