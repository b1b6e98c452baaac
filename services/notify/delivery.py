"""Takes the steps that the plan names, for one alert after another."""

from structlog.stdlib import BoundLogger

from schemas.alerts import Alert
from schemas.notifications import Notification, TextState
from schemas.sites import SiteProfile
from services.notify.domain.ahead import Ahead
from services.notify.domain.answers import Absent
from services.notify.domain.plan import Around, Ask, Nothing, Record, Send, answered, plan, reconciled, too_late
from services.notify.gateways import SmsGateway, Text
from services.notify.ledger import Ledger
from services.notify.links import Links
from services.notify.metrics import Metrics
from services.runtime.clock import Clock

STEPS = 8
"""More than any alert takes."""


class Deliverer:
    """Brings an alert to its end: nothing, a text, or an entry in the ledger that says why none.

    Safe to run twice, and to be killed anywhere: `sending` is acknowledged before the gateway is called, and who finds
    it asks the gateway.
    """

    def __init__(
        self, ledger: Ledger, gateway: SmsGateway, clock: Clock, metrics: Metrics, log: BoundLogger, *, links: Links | None
    ) -> None:
        self._ledger, self._gateway, self._clock, self._metrics, self._log = ledger, gateway, clock, metrics, log
        self._links = links

    def handle(self, alert: Alert, profile: SiteProfile | None, ahead: Ahead) -> None:
        """Do all that the alert asks for. What it noted last is kept once the ledger is settled."""
        link = self._links.of(alert) if self._links is not None else None
        for _ in range(STEPS):
            match plan(alert, Around(self._ledger, profile, ahead, self._clock.now(), link)):
                case Nothing():
                    return
                case Record(entry):
                    self._ledger.note(entry)
                    self._count(entry)
                case Ask(entry):
                    self._ask(entry)
                case Send() as send:
                    self._send(send)
        raise RuntimeError("a plan without an end")

    def _ask(self, left: Notification) -> None:
        finding = self._gateway.find(left.dedupe_key)
        entry = reconciled(left, finding, self._clock.now())
        self._ledger.record(entry)
        self._log.info("a text left by a crash", template=entry.template, now=entry.state.value)
        if finding is not Absent.NOT_FOUND:
            self._count(entry)

    def _send(self, send: Send) -> None:
        self._ledger.record(send.entry)
        now = self._clock.now()
        if now > send.due_until:  # the ledger may have waited for its broker
            entry = too_late(send.entry, now)
            self._ledger.note(entry)
        else:
            entry = self._hand_over(send)
        self._count(entry)

    def _hand_over(self, send: Send) -> Notification:
        entry = send.entry
        at = self._clock.now()
        answer = self._gateway.send(Text(entry.dedupe_key, send.to, entry.template, send.text, entry.visit, send.ticket, at))
        entry = answered(entry, answer, self._clock.now())
        self._ledger.record(entry)
        if entry.state is TextState.SENT and send.fact_at is not None:
            self._metrics.latency.labels(entry.template).observe(max(0.0, (entry.at - send.fact_at).total_seconds()))
        elif entry.state is not TextState.SENT:
            self._log.warning("text not sent", template=entry.template, outcome=entry.state.value, reason=entry.reason)
        return entry

    def _count(self, entry: Notification) -> None:
        self._metrics.texts.labels(entry.template, entry.state.value).inc()
