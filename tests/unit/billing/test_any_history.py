"""Whatever happens to a visit, to the other side and to us: in the end the other side has what there is to have, and knows it once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState, RetryAsked
from services.billing.domain.attempts import Answer, begun, ended
from services.billing.domain.plan import Attempt, Record, Wanted, plan
from tests.builders_billing import NOON, asked, wanted

Contents = st.sampled_from([None, "a", "b", "c"])
TAKEN = [200, DeliveryProblem.TIMED_OUT, DeliveryProblem.CUT_OFF, 500]
"""Answers to what may have been taken nevertheless."""
NOT_TAKEN = [404, 422, 429, 503, 302, *TAKEN[1:], DeliveryProblem.UNREACHABLE]


@dataclass
class OtherSide:
    """Takes each id once, and of each visit the highest revision."""

    told: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    revision: int = 0
    content: str | None = None

    def take(self, sent: Delivery) -> None:
        said = (sent.revision, sent.content)
        assert self.told.setdefault(sent.delivery, said) == said, "one id, one content"
        if sent.revision > self.revision:
            self.revision, self.content = said


@dataclass
class World:
    """The ledger's topic, the other side, and the time."""

    there: OtherSide = field(default_factory=OtherSide)
    ledger: Delivery | None = None
    retry: RetryAsked | None = None
    now: datetime = NOON

    def step(self, wants: Wanted | None, answer: Answer, taken: bool, crash: int) -> bool:
        """Look once; `crash`: die after so many acknowledged steps. Returns whether there was anything to do."""
        match plan(wants, self.ledger, self.retry, self.now, waited=True):
            case Attempt(entry):
                assert entry.next_attempt_at is not None
                self.now = max(self.now, entry.next_attempt_at)
                if crash == 0:
                    return True
                self.ledger = tried = begun(entry, self.now, 0.5)
                if crash == 1:
                    return True
                if taken:
                    self.there.take(tried)
                if crash == 2:
                    return True
                self.ledger = ended(entry, tried, answer, self.now, 0.5)
                return True
            case Record(entry):
                self.ledger = entry
                return True
        return False

    def settle(self, wants: Wanted | None) -> None:
        """Everything is well at last: somebody has what failed tried again, and all is taken."""
        if self.ledger is not None and self.ledger.state is DeliveryState.FAILED:
            self.retry = asked(self.ledger, "asked-at-last")
        for _ in range(20):
            if not self.step(wants, 200, taken=True, crash=3):
                return
        raise AssertionError("it never comes to rest")


Looks = st.tuples(
    Contents,
    st.one_of(
        st.tuples(st.just(True), st.sampled_from(TAKEN)), st.tuples(st.just(False), st.sampled_from(NOT_TAKEN))
    ),
    st.integers(0, 3),
)  # fmt: skip


@given(st.lists(Looks, max_size=12), Contents)
def test_in_the_end_the_other_side_has_what_there_is(
    looks: list[tuple[str | None, tuple[bool, Answer], int]], last: str | None
) -> None:
    world = World()
    for content, (taken, answer), crash in looks:
        world.step(wanted(content) if content else None, answer, taken, crash)
        world.now += timedelta(seconds=1)
    world.settle(wanted(last) if last else None)
    assert world.there.content == (last * 64 if last else None)


@given(st.lists(Contents, max_size=12))
def test_when_all_goes_well_each_change_is_told_once_and_nothing_else(contents: list[str | None]) -> None:
    world, kinds, before = World(), [], None
    for content in contents:
        wants = wanted(content) if content else None
        told = len(world.there.told)
        while world.step(wants, 200, taken=True, crash=3):
            assert world.ledger is not None
            kinds.append(world.ledger.kind)
        assert len(world.there.told) - told == (content != before)
        before = content
    assert [kind for kind in kinds[:1] if kind is not DeliveryKind.COMPLETED] == []
