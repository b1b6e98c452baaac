"""A web server whose streams don't keep it from stopping."""

from socket import socket

import uvicorn

from services.runtime.live.hub import Hub


class LiveServer(uvicorn.Server):
    """Lets the screens go as soon as it is told to stop, so that it has nothing to wait for."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let go, then wait for what is under way."""
        self._hub.close()
        await super().shutdown(sockets)
