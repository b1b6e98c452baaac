"""Codes, payers and numbers of patients are told to the billing system and stand nowhere else: no topic in the clear, no log, no metric."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from schemas.people import BillingCodes
from schemas.topics import DELIVERIES
from services.runtime import topics
from services.runtime.settings import ServiceSettings
from tests.integration.billing_bench import Bench
from tests.integration.billing_receiver import CUT, ECHO, HANG
from tests.planted import Marks, scan_files, scan_topics
from tests.waiting import wait_until

RUN = uuid4().hex[:8]
PLANTED: dict[str, Any] = {
    "payer": f"zqpayer{RUN}", "member_number": f"zqmember{RUN}", "name": f"zqname{RUN} (invented)", "identifiers": {"ehr": f"zqmrn{RUN}"},
    "phone": "+15555550173", "notes": {"v-planted": f"zqnote{RUN}"},
}  # fmt: skip
CODES = BillingCodes(diagnoses=(f"zQ{RUN[:5]}", "J02.9"), procedures=(f"zP{RUN[:5]}",))
MARKS = Marks(
    *(f"zq{kind}{RUN}" for kind in ("payer", "member", "name", "mrn", "note")),
    CODES.diagnoses[0],
    CODES.procedures[0],
    "5555550173",
)


@pytest.fixture
def bench(kafka: str, tmp_path: Path) -> Iterator[Bench]:
    """One whose secrets lie apart from what is looked through."""
    settings = ServiceSettings(
        environment="local", kafka_bootstrap=kafka, namespace=f"planted-{uuid4().hex[:8]}", secrets_dir=tmp_path / "secrets"
    )
    topics.create(settings)
    (tmp_path / "kept").mkdir()
    with closing(Bench(settings, tmp_path / "kept", speed=20)) as made, made.receiver.listening():
        yield made


@pytest.mark.parametrize("level", ["info", "debug"])
def test_what_is_told_stands_nowhere_in_the_clear_however_it_is_answered(bench: Bench, level: str) -> None:
    bench.patient(**PLANTED)
    bench.receiver.answers = [500, 422, HANG, CUT, 307, 200]
    for visit in ("v1", "v2", "v3"):
        bench.patient(codes={**bench.patients["p-ann"].codes, f"codes-{visit}": CODES})
        bench.complete(visit)
    with bench.running(CLINICFLOW_LOG_LEVEL=level):
        wait_until(lambda: len(bench.receiver.told()) == 2)
        wait_until(lambda: sorted(bench.states().values()) == ["failed", "sent", "sent"])
        said = [bench.page(path)[1] for path in ("/metrics", "/readyz", "/healthz")]
    listed = [bench.clinicflow("billing", "list", *words) for words in ([], ["--json"], ["--state", "sent"])]
    assert all(MARKS.stand_in(got.body) for got in bench.receiver.got), "it is told"
    assert (bench.folder / "billing-1.log").stat().st_size > 0
    assert [words for words in (*said, *listed) if MARKS.stand_in(words.encode())] == []
    assert scan_files(bench.folder, MARKS) == []
    assert scan_topics(bench.settings.kafka_bootstrap, MARKS, bench.settings.namespace) == []
    assert ECHO not in bench.log()


def test_the_scan_finds_what_is_there(bench: Bench) -> None:
    bench.complete("v1")
    with bench.running():
        wait_until(lambda: bench.states() == {"v1": "sent"})
    found = scan_topics(bench.settings.kafka_bootstrap, Marks(bench.ledger()["v1"].delivery), bench.settings.namespace)
    assert {place.partition("/")[0] for place in found} == {DELIVERIES.name(bench.settings.namespace)}
    assert scan_files(bench.folder, Marks("ledger read")) == ["billing-1.log"]
