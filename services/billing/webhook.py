"""Posts a delivery to the billing system. Whatever becomes of it is a value; nothing the other side says is kept."""

import asyncio
import ssl
from collections.abc import Sequence

import httpx

from schemas.deliveries import DeliveryProblem
from services.billing.domain.attempts import Answer
from services.billing.domain.signing import headers
from services.runtime.clock import Clock

CONNECT_SECONDS = 5.0
_SAYS = {"content-type": "application/json", "user-agent": "clinicflow-billing"}


class Webhook:
    """One address. One thread uses it."""

    def __init__(self, address: str, keys: Sequence[bytes], seconds: float, clock: Clock) -> None:
        self._address, self._keys, self._seconds, self._clock = address, keys, seconds, clock
        self._runner = asyncio.Runner()
        limits = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        self._client = httpx.AsyncClient(timeout=limits, follow_redirects=False)

    def post(self, delivery: str, body: bytes) -> Answer:
        """Make one attempt, in so many seconds at most. The time it is signed with is real: the other side compares it."""
        signed = headers(self._keys, delivery, int(self._clock.real_now().timestamp()), body)
        return self._runner.run(self._post({**_SAYS, **signed}, body))

    def close(self) -> None:
        """Let go of it."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    async def _post(self, said: dict[str, str], body: bytes) -> Answer:
        try:
            self._client.cookies.clear()
            async with asyncio.timeout(self._seconds):
                async with self._client.stream("POST", self._address, content=body, headers=said) as answer:
                    return answer.status_code
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
            return DeliveryProblem.TIMED_OUT
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as problem:
            return DeliveryProblem.UNTRUSTED if _is_about_trust(problem) else DeliveryProblem.UNREACHABLE
        except httpx.TransportError:
            return DeliveryProblem.CUT_OFF


def _is_about_trust(problem: BaseException | None) -> bool:
    while problem is not None:
        if isinstance(problem, ssl.SSLError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False
