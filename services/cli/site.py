"""`clinicflow site`: adds and lists the clinics of an installation."""

import time
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from schemas.sites import SiteProfile
from services.cli.front_desk import ask, front_desk, front_desk_options, profile
from services.runtime.problems import field_problems

LOOKS = 60
LOOK_SECONDS = 0.5


@click.group()
def site() -> None:
    """Add and list clinics."""


@site.command()
@click.argument("file", type=click.Path(path_type=Path))
@front_desk_options
def add(file: Path, **where: Any) -> None:
    """Make a clinic from FILE, or change one to what FILE says. deploy/sites/example.toml is a commented example."""
    wanted = read_profile(file)
    with front_desk(**where).client() as client:
        before = profile(client, wanted.site)
        if before == wanted:
            click.echo(f"The site {wanted.site} is there already, just so.")
            return
        said = wanted.model_dump_json()
        state = before.model_dump_json() if before else ""
        key = f"site-{sha256(f'{state}/{said}'.encode()).hexdigest()[:40]}"
        ask(client, "PUT", f"/v1/sites/{wanted.site}/profile", content=said, headers={"Idempotency-Key": key})
        for _ in range(LOOKS):
            if profile(client, wanted.site) == wanted:
                click.echo(f"The site {wanted.site} was {'changed' if before else 'added'}.")
                return
            time.sleep(LOOK_SECONDS)
    raise click.ClickException(f"The site {wanted.site} is recorded, but not in force yet. `clinicflow status` may say why.")


@site.command("list")
@front_desk_options
def list_sites(**where: Any) -> None:
    """List the clinics."""
    with front_desk(**where).client() as client:
        found = ask(client, "GET", "/v1/sites").json()["sites"]
    for entry in found:
        clock = "" if entry["clock"] == "wall" else "   follows its log"
        click.echo(f"{entry['site']:<24} {entry['name']:<32} {entry['timezone']}{clock}")
    if not found:
        click.echo("No clinics yet. `clinicflow site add deploy/sites/example.toml` makes one.")


def read_profile(file: Path) -> SiteProfile:
    """The profile in a TOML file. Raises ClickException that names the fields to correct, not what stands in them."""
    try:
        return SiteProfile.model_validate(tomllib.loads(file.read_text(encoding="utf-8")), extra="forbid")
    except OSError as problem:
        raise click.ClickException(f"{file} can't be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is no text in UTF-8.") from None
    except tomllib.TOMLDecodeError as problem:
        raise click.ClickException(f"{file} is not TOML: {problem}.") from None
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_input=False, include_context=False)
        fields = field_problems({**error, "loc": ("file", *error["loc"])} for error in errors)
        listed = "\n".join(f"  {entry['field'] or 'the whole'}: {entry['problem']}" for entry in fields)
        raise click.ClickException(f"{file} is not right. Please correct:\n{listed}") from None
