"""A replay as a command runs it: reads, sends, tells a person what became of it, and ends with an exit code."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import click
import httpx

from services.replay.domain.log_map import LogMap
from services.replay.domain.rows import Found
from services.replay.errors import UnusableError
from services.replay.log_file import read_log
from services.replay.map_file import read_map
from services.replay.replaying import Replay, Summary
from services.runtime import secret
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings

SHOWN = 100
"""So many bad rows are listed."""
WHOLE, IN_PARTS, UNUSABLE = 0, 1, 2
"""Exit codes: every row is in; some are not, and are listed; nothing could be done."""
ANSWER_SECONDS = 60.0
"""A batch may wait for its outcomes."""


@dataclass(frozen=True)
class Job:
    """What is replayed where. `speed`: times as fast as it happened; None: as fast as possible."""

    file: Path
    map_path: Path
    site: str
    speed: float | None
    url: str
    token: str
    settings: ServiceSettings

    def run(self) -> int:
        """Do all of it, and give the exit code."""
        try:
            log_map = read_map(self.map_path)
            summary = asyncio.run(self._replayed(log_map, self._found(log_map)))
        except (UnusableError, secret.MissingSecretError) as problem:
            _say(f"Error: {problem}")
            return UNUSABLE
        _tell(summary)
        return WHOLE if summary.is_whole else IN_PARTS

    def _found(self, log_map: LogMap) -> Found:
        """The log of what happened is read by the real clock, whatever the installation's shows."""
        key = None if log_map.case_ids_name_nobody else secret.load(self.settings, "replay.key")
        return read_log(self.file, log_map, key, Clock().now())

    async def _replayed(self, log_map: LogMap, found: Found) -> Summary:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=ANSWER_SECONDS) as client:
            return await Replay(client, self.site, log_map, self.speed, Clock(), _say).run(found)


def _tell(summary: Summary) -> None:
    bad = summary.bad_rows()
    for row in bad[:SHOWN]:
        _say(f"line {row.line}: {row.reason}")
    if len(bad) > SHOWN:
        _say(f"… and {len(bad) - SHOWN} more")
    for activity, count in summary.found.unmapped.most_common(SHOWN):
        _say(f"the map doesn't name the activity {activity[:60]!r}, which {count} rows have")
    click.echo(summary.line())


def _say(words: str) -> None:
    click.echo(words, err=True)
