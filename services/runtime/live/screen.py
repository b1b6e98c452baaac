"""One connected screen: what waits to be sent to it."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import NamedTuple


class Frame(NamedTuple):
    """An event for the screens of a site, made once for all of them. `body` is JSON members without the braces."""

    event: str
    id: str
    body: str


class Screen:
    """A bounded queue of frames. Who does not keep up is ended: it comes back and gets a snapshot."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._frames: deque[Frame] = deque()
        self._woken = asyncio.Event()
        self.ended = False
        self.too_slow = False

    def put(self, frame: Frame) -> None:
        """Queue a frame, or end the screen where the queue is full."""
        if self.ended:
            return
        if len(self._frames) >= self._limit:
            self.too_slow = True
            self.end()
            return
        self._frames.append(frame)
        self._woken.set()

    def end(self) -> None:
        """Let the screen go; what waits for it is not sent any more."""
        self.ended = True
        self._frames.clear()
        self._woken.set()

    async def next(self, seconds: float) -> Frame | None:
        """Return the next frame, or None when none came in that time or the screen has ended."""
        if not self._frames and not self.ended:
            self._woken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), seconds)
        return self._frames.popleft() if self._frames else None
