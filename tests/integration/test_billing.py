"""billing on a real broker and a real receiver: each complete visit told once per content, through whatever happens on either side."""

import ssl
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState
from schemas.partitioning import partition_of
from services.billing.domain.attempts import PAUSES
from services.runtime import topics
from services.runtime.settings import ServiceSettings
from services.stack.ports import unused
from tests.integration.billing_bench import SITE, Bench
from tests.integration.billing_crasher import POINTS
from tests.integration.billing_receiver import CUT, HANG
from tests.integration.conftest import StartStack
from tests.waiting import wait_until

COMPLETED, CORRECTED, VOIDED = "visit.completed", "visit.corrected", "visit.voided"
FAST = 10_000.0
"""So many times faster than real time, all attempts of a day take some seconds."""
Benches = Callable[..., Bench]


@pytest.fixture
def benches(kafka: str, tmp_path: Path) -> Iterator[Benches]:
    """Makes installations whose receiver listens."""
    with ExitStack() as made:

        def make(speed: float = 1.0) -> Bench:
            settings = ServiceSettings(
                environment="local", kafka_bootstrap=kafka, namespace=f"billing-{uuid4().hex[:8]}", secrets_dir=tmp_path / "secrets"
            )
            topics.create(settings)
            bench = Bench(settings, tmp_path, speed)
            made.callback(bench.close)
            made.enter_context(bench.receiver.listening())
            return bench

        yield make


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches()


def test_a_complete_visit_is_told_once_and_counted_and_one_that_is_not_is_not(bench: Bench) -> None:
    bench.complete("v1", "v2", checklist={"insurance": "done"})
    bench.summarize("v3", person="p-ann")
    with bench.running():
        wait_until(bench.is_ready)
        bench.complete("v4")
        bench.wait_told(("v1", COMPLETED), ("v2", COMPLETED), ("v4", COMPLETED))
        metrics = bench.page("/metrics")[1]
        assert 'clinicflow_deliveries_total{kind="completed",state="sent"} 3.0' in metrics
        assert "clinicflow_deliveries_waiting 0.0" in metrics
        assert '"shown":{"address":true,"answered":true}' in bench.page("/readyz")[1]
    with bench.running():
        wait_until(bench.is_ready)
        bench.complete("v5")
        wait_until(lambda: ("v5", COMPLETED) in bench.receiver.told())
    assert len(bench.receiver.got) == 4
    said = bench.receiver.got[0].said["data"]
    assert (said["payer"], said["member_number"], said["identifiers"]) == ("Example Health (invented)", "M-0001", {"ehr": "MRN-1"})
    assert (said["codes"], said["revision"]) == ({"diagnoses": ["J02.9"], "procedures": ["99213"]}, 1)
    assert "Ann" not in bench.receiver.got[0].body.decode()


def test_changes_are_corrections_an_undone_completion_is_taken_back_and_another_one_is_told(bench: Bench) -> None:
    bench.complete("v1", "v2")
    with bench.running():
        bench.wait_told(told := ("v1", COMPLETED), also := ("v2", COMPLETED))
        bench.complete("v1", disposition="home")
        bench.wait_told(told, also, changed := ("v1", CORRECTED))
        bench.summarize("v1", person="p-ann")
        bench.wait_told(told, also, changed, undone := ("v1", VOIDED))
        bench.withdraw("v2")
        bench.wait_told(told, also, changed, undone, merged := ("v2", VOIDED))
        bench.complete("v1")
        bench.wait_told(told, also, changed, undone, merged, told)
    ours = [got for got in bench.receiver.got if got.visit == "v1"]
    assert [got.said["data"]["revision"] for got in ours] == [1, 2, 3, 4]
    assert ours[1].said["data"]["disposition"] == "home"
    assert ours[2].said["data"] == {"site": SITE, "visit": "v1", "revision": 3}
    assert len(bench.receiver.ids("v1")) == 4


def test_a_patients_payer_that_is_corrected_corrects_their_visits_and_nobody_elses(bench: Bench) -> None:
    bench.complete("v1", "v2")
    bench.complete("v3", person="p-ben")
    with bench.running():
        wait_until(lambda: len(bench.receiver.told()) == 3)
        bench.patient(payer="Other Health (invented)")
        wait_until(lambda: {("v1", CORRECTED), ("v2", CORRECTED)} <= set(bench.receiver.told()))
        bench.patient(phone="+15555550123")
        bench.erase("p-ben")
        bench.complete("v4", person="p-cy")
        wait_until(lambda: ("v4", COMPLETED) in bench.receiver.told())
    assert len(bench.receiver.got) == 6
    assert bench.receiver.got[3].said["data"]["payer"] == "Other Health (invented)"


def was_told(visit: str, days_ago: int) -> Delivery:
    """The ledger's entry of a visit that an earlier process told of."""
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return Delivery(
        site=SITE, visit=visit, delivery=str(uuid4()), revision=1, kind=DeliveryKind.COMPLETED, state=DeliveryState.SENT, content="a" * 64,
        held=True, completed_at=at, begun_at=at, attempts=1,
    )  # fmt: skip


def test_what_was_undone_while_nobody_looked_is_taken_back(bench: Bench) -> None:
    bench.put_entry(was_told("gone", days_ago=3))
    with bench.running():
        bench.wait_told(("gone", VOIDED))


def test_what_was_completed_too_long_ago_is_neither_told_nor_taken_back(bench: Bench) -> None:
    bench.complete("old", at=bench.clock.now() - timedelta(days=31))
    bench.put_entry(was_told("gone", days_ago=31))
    with bench.running(CLINICFLOW_BILLING_DAYS="30"):
        bench.complete("new")
        bench.wait_told(("new", COMPLETED))
    assert bench.receiver.told() == [("new", COMPLETED)]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [(500, DeliveryProblem.BROKEN), (429, DeliveryProblem.BUSY), (HANG, DeliveryProblem.TIMED_OUT), (CUT, DeliveryProblem.CUT_OFF)],
)
def test_what_was_not_taken_at_first_is_tried_again_under_the_same_id(
    benches: Benches, answer: int, problem: DeliveryProblem
) -> None:
    bench = benches(speed=20)
    bench.receiver.answers = [answer]
    bench.complete("v1")
    with bench.running():
        wait_until(lambda: f'clinicflow_delivery_problems_total{{problem="{problem}"}} 1.0' in bench.page("/metrics")[1])
        bench.wait_told(("v1", COMPLETED))
    first, second = bench.receiver.got
    assert (first.id, first.body) == (second.id, second.body)
    assert bench.ledger()["v1"].attempts == 2


def test_the_ledger_knows_of_an_attempt_before_the_other_side_does(bench: Bench) -> None:
    bench.receiver.answers = [HANG]
    bench.complete("v1")
    with bench.running():
        wait_until(lambda: bench.receiver.got)
        entry = bench.ledger()["v1"]
        assert (entry.state, entry.attempts, entry.held) == (DeliveryState.PENDING, 1, True)
        assert entry.delivery == bench.receiver.got[0].id
        bench.receiver.released.set()


def test_one_visit_that_hangs_over_there_holds_up_no_other_for_long(bench: Bench) -> None:
    bench.receiver.answers = [HANG]
    bench.complete("v1", "v2", "v3")
    with bench.running():
        wait_until(lambda: {("v2", COMPLETED), ("v3", COMPLETED)} <= set(bench.receiver.told()), within=20)
        wait_until(lambda: ("v1", COMPLETED) in bench.receiver.told())
        wait_until(lambda: set(bench.states().values()) == {"sent"})


def test_what_is_refused_fails_at_once_and_is_taken_when_somebody_has_it_tried_again(bench: Bench) -> None:
    bench.receiver.answers = [422]
    bench.complete("v1")
    with bench.running():
        wait_until(lambda: bench.states() == {"v1": "failed"})
        entry = bench.ledger()["v1"]
        assert (entry.status, entry.problem, entry.attempts) == (422, DeliveryProblem.REFUSED, 1)
        wait_until(lambda: "clinicflow_deliveries_failed 1.0" in bench.page("/metrics")[1])
        listed = bench.clinicflow("billing", "list")
        assert "v1" in listed
        assert "422" in listed
        bench.clinicflow("billing", "retry", "v1", "--yes")
        bench.wait_told(("v1", COMPLETED))
    assert len(bench.receiver.ids("v1")) == 1
    with bench.running():
        wait_until(bench.is_ready)
        bench.complete("v2")
        wait_until(lambda: ("v2", COMPLETED) in bench.receiver.told())
    assert len(bench.receiver.got) == 3, "what was asked once is done once"


def test_a_redirection_is_not_followed(benches: Benches) -> None:
    bench = benches(speed=20)
    bench.receiver.answers = [307, 302]
    bench.complete("v1")
    with bench.running():
        wait_until(lambda: len(bench.receiver.got) == 2)
    assert {got.path for got in bench.receiver.got} == {"/visits"}
    assert bench.ledger()["v1"].problem is DeliveryProblem.REDIRECTED


def test_where_nobody_listens_for_a_day_it_has_failed_and_a_retry_begins_all_over(benches: Benches) -> None:
    bench = benches(speed=FAST)
    bench.complete("v1")
    with bench.running(url=f"http://127.0.0.1:{unused(1)[0]}/"):
        wait_until(lambda: bench.states() == {"v1": "failed"})
    entry = bench.ledger()["v1"]
    assert (entry.problem, entry.attempts, entry.held) == (DeliveryProblem.UNREACHABLE, len(PAUSES) + 1, False)
    bench.clinicflow("billing", "retry", "--all", "--yes")
    with bench.running():
        bench.wait_told(("v1", COMPLETED))


def test_over_there_away_and_back_everything_is_told_though_few_attempts_were_made(bench: Bench) -> None:
    bench.complete(*(visits := [f"v{number}" for number in range(40)]))
    bench.receiver.usual = 503
    with bench.running():
        wait_until(lambda: len(bench.receiver.got) >= 3)
        assert len(bench.receiver.got) < 10, "one visit after the other finds out for all"
        bench.receiver.usual = 200
        wait_until(lambda: set(bench.receiver.told()) == {(visit, COMPLETED) for visit in visits})
        wait_until(lambda: Counter(bench.states().values()) == {"sent": 40})


def test_killed_at_every_point_of_its_work_it_still_tells_each_visit_and_under_one_id(benches: Benches) -> None:
    bench, visits = benches(speed=20), list[str]()

    def is_killed(crashing: "subprocess.Popen[bytes]", point: str) -> bool:
        visits.append(f"{point}-{len(visits)}")
        bench.complete(visits[-1])
        return crashing.poll() is not None

    for point in POINTS:
        crashing = bench.start("tests.integration.billing_crasher", point, "2")
        wait_until(partial(is_killed, crashing, point))
        assert crashing.wait() == -SIGKILL
    with bench.running():
        wait_until(lambda: set(bench.receiver.told()) == {(visit, COMPLETED) for visit in visits})
        wait_until(lambda: set(bench.states().values()) == {"sent"})
    assert {visit: len(bench.receiver.ids(visit)) for visit in visits} == dict.fromkeys(visits, 1)
    assert len(bench.receiver.got) <= len(visits) + 2, "only what was sent and not recorded is sent again"


def test_two_processes_share_the_work_and_what_one_that_sleeps_had_at_hand_the_other_tells_alone(bench: Bench) -> None:
    first, second = bench.start(), bench.start(number=2)
    wait_until(bench.is_ready)
    visits = [f"v{number}" for number in range(12)]
    bench.complete(*visits[:6])
    wait_until(lambda: len(bench.receiver.told()) == 6)
    bench.receiver.usual = 503
    bench.complete(*visits[6:])
    wait_until(lambda: len(bench.receiver.got) > 6)
    owner = next(process for process, log in ((first, 1), (second, 2)) if bench.tells(log))
    other = second if owner is first else first
    owner.send_signal(SIGSTOP)
    bench.receiver.usual = 200
    wait_until(lambda: len(bench.receiver.told()) == 12)
    owner.send_signal(SIGCONT)
    bench.complete("last")
    wait_until(lambda: ("last", COMPLETED) in bench.receiver.told())
    for process in (owner, other):
        process.terminate()
        assert process.wait(20) == 0
    taken = Counter(got.visit for got in bench.receiver.got if got.answer == 200)
    assert taken == Counter([*visits, "last"])


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_whoever_has_no_certificate_that_holds_is_told_nothing(bench: Bench, tmp_path: Path) -> None:
    told = bench.receiver
    bench.receiver = type(told)(told.secret)
    with bench.receiver.listening(self_signed(tmp_path)):
        bench.complete("v1")
        address = f"https://localhost:{bench.receiver.port}/"
        with bench.running(url=address):
            wait_until(lambda: 'clinicflow_delivery_problems_total{problem="untrusted"}' in bench.page("/metrics")[1])
        assert bench.receiver.got == []
        bench.start(url=address, told={"SSL_CERT_FILE": str(tmp_path / "cert.pem")})
        wait_until(lambda: bench.receiver.told() == [("v1", COMPLETED)])


@pytest.mark.parametrize(
    "address", ["http://billing.example/", "ftp://billing.example/", "https://a:b@billing.example/", "billing"]
)
def test_an_address_that_would_not_be_safe_is_refused_at_the_start_and_not_repeated(bench: Bench, address: str) -> None:
    assert bench.start(url=address).wait(60) == 1
    assert "billing_url" in bench.log()
    assert f"'{address}'" not in bench.log()


def test_without_an_address_nothing_is_told_or_written_and_with_one_all_that_is_complete_is(bench: Bench) -> None:
    bench.complete("v1", "v2")
    with bench.running(url=""):
        wait_until(bench.is_ready)
        assert '"shown":{"address":false}' in bench.page("/readyz")[1]
        wait_until(lambda: "nothing is handed over" in bench.log())
    assert (bench.receiver.got, bench.ledger()) == ([], {})
    with bench.running():
        bench.wait_told(("v1", COMPLETED), ("v2", COMPLETED))


def test_codes_that_come_after_the_visit_are_waited_for(bench: Bench) -> None:
    bench.patient()
    bench.summarize("v1", person="p-ann", completed_at=bench.clock.now(), completion="c1", codes="codes-v1")
    with bench.running():
        wait_until(lambda: "clinicflow_deliveries_waiting 1.0" in bench.page("/metrics")[1])
        bench.complete("v1")
        bench.wait_told(("v1", COMPLETED))
    assert "codes" in bench.receiver.got[0].said["data"]


def test_what_cannot_be_read_is_counted_and_the_next_visit_told(bench: Bench) -> None:
    bench.summarize("v0", person="p-ann")
    name = f"{bench.settings.namespace}.summaries.v1"
    bench.producer.send(name, b"MARKED-NAME", key=b"v9", partition=0).get(10)
    with bench.running():
        bench.complete("v1")
        bench.wait_told(("v1", COMPLETED))
        assert 'clinicflow_table_unreadable_records{topic="summaries.v1"} 1.0' in bench.page("/metrics")[1]
    assert "MARKED-NAME" not in bench.log()


def test_a_visit_of_which_a_newer_release_spoke_last_is_left_alone_and_not_taken_back(bench: Bench) -> None:
    bench.put_entry(was_told("newer", days_ago=3))
    name = f"{bench.settings.namespace}.summaries.v1"
    bench.producer.send(name, b'{"of": "a newer release"}', key=b"newer", partition=partition_of(SITE.encode())).get(10)
    with bench.running():
        bench.complete("v1")
        bench.wait_told(("v1", COMPLETED))
        wait_until(lambda: bench.states() == {"newer": "sent", "v1": "sent"})
    assert bench.ledger()["newer"].kind is DeliveryKind.COMPLETED


def test_stopped_in_the_midst_of_an_attempt_it_finishes_and_records_it(bench: Bench) -> None:
    bench.receiver.answers = [HANG]
    bench.complete("v1")
    with bench.running() as process:
        wait_until(lambda: bench.receiver.got)
        process.terminate()
    assert bench.ledger()["v1"].problem is DeliveryProblem.TIMED_OUT
    with bench.running():
        bench.wait_told(("v1", COMPLETED))


def test_a_broker_that_is_away_is_waited_for_and_nothing_is_lost(start_stack: StartStack, tmp_path: Path) -> None:
    stack = start_stack(["kafka"])
    settings = ServiceSettings(
        environment="local",
        kafka_bootstrap=stack.around.kafka_bootstrap,
        namespace="billing-alone",
        secrets_dir=tmp_path / "secrets",
    )
    topics.create(settings)
    bench = Bench(settings, tmp_path)
    with bench.receiver.listening():
        bench.complete(*(visits := [f"v{number}" for number in range(30)]))
        with bench.running():
            wait_until(lambda: bool(bench.receiver.got))
            stack.part("kafka").kill()
            wait_until(lambda: bench.page("/readyz")[0] == 503)
            wait_until(lambda: stack.part("kafka").is_up)
            wait_until(lambda: set(bench.receiver.told()) == {(visit, COMPLETED) for visit in visits})
            wait_until(lambda: Counter(bench.states().values()) == {"sent": 30})
        bench.close()
    assert {visit: len(bench.receiver.ids(visit)) for visit in visits} == dict.fromkeys(visits, 1)
