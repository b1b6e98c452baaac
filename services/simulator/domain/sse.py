"""Server-sent events, line by line (WHATWG HTML, section 9.2)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One event of a stream."""

    event: str
    data: str
    id: str


class Reader:
    """Puts lines together to messages."""

    def __init__(self) -> None:
        self._event, self._id = "message", ""
        self._data: list[str] = []

    def line(self, text: str) -> Message | None:
        """Take the next line in; the message it ends, if it ends one."""
        if not text:
            return self._end()
        name, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
        elif name == "id":
            self._id = value
        return None

    def _end(self) -> Message | None:
        event, data = self._event, self._data
        self._event, self._data = "message", []
        return Message(event, "\n".join(data), self._id) if data else None
