"""What carries the texts: one protocol, one module for each gateway."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notify.domain.answers import Answer, Finding


@dataclass(frozen=True)
class Text:
    """One text as it is handed over."""

    key: str
    """Its dedupe key."""
    to: str
    template: str
    text: str
    visit: str
    ticket: str
    at: datetime


class SmsGateway(Protocol):
    """Takes texts and remembers which it took. Whatever it raises means that it is broken and ends the process."""

    def send(self, text: Text, /) -> Answer:
        """Hand over a text; may block for some seconds. Not idempotent: call it once for each key."""

    def find(self, key: str, /) -> Finding:
        """Say whether a text of this dedupe key was ever taken, for after a crash; may be slow."""

    def close(self) -> None:
        """Let go of it."""
