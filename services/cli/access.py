"""What the commands read and write of access.v1."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

import click

from schemas.access import Access, Token, User
from services.runtime.access_book import AccessBook
from services.runtime.access_log import AccessLog, NotPublishedError
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.runtime.staff import Refusal
from services.runtime.users import Users

READ_SECONDS = 10
Done = TypeVar("Done")
Command = TypeVar("Command", bound=Callable[..., None])


class AccessRecords:
    """Who has access, kept current while a command runs: `with AccessRecords(settings) as records:`."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._clock = Clock.from_file(settings.clock_file)
        self._book = AccessBook(settings, self._clock)
        self.now = self._clock.now()

    def __enter__(self) -> Self:
        self._book.table.start()
        if not self._book.table.wait(READ_SECONDS):
            self._book.table.stop()
            raise click.ClickException(
                "Kafka can't be reached, or has no topics yet. Is the stack running? See `clinicflow status`."
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._book.table.stop()

    def token(self, name: str) -> Token | None:
        """The token of this name."""
        return self._book.one(Token, f"token:{name}")

    def tokens(self) -> list[Token]:
        """Every token, revoked ones too, by name."""
        return self._book.all(Token)

    def users(self) -> list[User]:
        """Every user, revoked ones too, by name."""
        return self._book.all(User)

    def publish(self, record: Access) -> None:
        """Put it on the log; returns once that is acknowledged. Raises ClickException."""
        self._with_log(lambda log: log.publish(record))

    def change(self, name: str, alter: Callable[[User | None], User | Refusal]) -> User | Refusal:
        """Change a user, as `services.runtime.users` does. Raises ClickException."""
        return self._with_log(lambda log: Users(self._book, log).change(f"user:{name}", alter))

    def _with_log(self, work: Callable[[AccessLog], Awaitable[Done]]) -> Done:
        async def run() -> Done:
            log = AccessLog(self._settings, "cli")
            try:
                return await work(log)
            finally:
                await log.close()

        try:
            return asyncio.run(run())
        except NotPublishedError as problem:
            raise click.ClickException("Kafka did not take it. Nothing was changed; please try again.") from problem


def reach_of(sites: tuple[str, ...], all_sites: bool) -> tuple[str, ...]:
    """The clinics that the options --site and --all-sites name. Raises UsageError unless it is one or the other."""
    if bool(sites) == all_sites:
        raise click.UsageError("Say which clinics it reaches: --site SITE (once for each), or --all-sites.")
    return sites


def reach_options(command: Command) -> Command:
    """Adds --site and --all-sites, for `reach_of`."""
    command = click.option("--all-sites", is_flag=True, help="It reaches every clinic, those made later too.")(command)
    return click.option(
        "--site", "sites", multiple=True, help="A clinic it reaches; repeat for several. Needed unless --all-sites."
    )(command)


def reach_in_words(sites: tuple[str, ...]) -> str:
    """What a list says of it."""
    return ", ".join(sites) or "every clinic"
