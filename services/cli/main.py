"""The `clinicflow` command: one word for each task, its module imported only when it is used."""

import importlib
from dataclasses import dataclass

import click


@dataclass(frozen=True)
class Word:
    """One subcommand: where it is, and its line in the help."""

    target: str
    """module:attribute, the attribute a click command."""
    help: str


WORDS = {
    "up": Word("services.cli.up:up", "Run the whole stack on this machine, empty."),
    "demo": Word("services.cli.demo:demo", "Run the whole stack with a simulated clinic day."),
    "status": Word("services.cli.status:status", "Say what runs, since when, on which ports."),
    "doctor": Word("services.cli.doctor:doctor", "Say which programs are here, and how to install what is missing."),
    "site": Word("services.cli.site:site", "Add and look at sites."),
    "token": Word("services.cli.token:token", "Issue and revoke access tokens."),
    "user": Word("services.cli.user:user", "Add, invite and revoke the people who work here."),
    "replay": Word("services.cli.replay:replay", "Turn a CSV event log into events of a site."),
    "visits": Word("services.cli.visits:visits", "Print every visit of a site."),
    "dlq": Word("services.cli.dlq:dlq", "List, show and retry the records that could not be used."),
    "billing": Word("services.cli.billing:billing", "List what the billing system could not be told, and retry it."),
    "audit": Word("services.cli.audit:audit", "Print who did or looked at what."),
    "outbox": Word("services.cli.outbox:outbox", "Print the texts that would have been sent."),
}


class LazyGroup(click.Group):
    """A group that knows its words without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 # click's signature
        return list(WORDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 # click's signature
        if cmd_name not in WORDS:
            return None
        module, _, attribute = WORDS[cmd_name].target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{WORDS[cmd_name].target} is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 # click's
        with formatter.section("Commands"):
            formatter.write_dl([(name, word.help) for name, word in WORDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="clinicflow", prog_name="clinicflow")
def main() -> None:
    """Live patient flow for clinics: waits, rooms, texts."""
