"""A line of the outbox file: one text that would have been sent. Only whole lines count."""

import os
from collections.abc import Iterator
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict


class OutboxLine(BaseModel):
    """One text, as the file holds it in JSON."""

    model_config = ConfigDict(frozen=True)

    key: str
    to: str
    template: str
    text: str
    visit: str
    ticket: str
    at: AwareDatetime

    def encode(self) -> bytes:
        """Return it as a line."""
        return self.model_dump_json().encode() + b"\n"


def whole_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines from the file's position on, each with its offset; leaves the file after the last of them."""
    offset = file.tell()
    for line in file:
        if not line.endswith(b"\n"):
            break
        yield offset, line
        offset += len(line)
    file.seek(offset, os.SEEK_SET)
