"""The log's own oddities: offsets without a record, and records that are gone."""

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from schemas.codec import encode
from services.flow.exits import EXIT_CODE
from services.runtime import kafka
from services.runtime.clock import Clock
from tests.builders import Clinic
from tests.integration.flow.installation import Installation


def test_what_a_transactional_producer_sends_is_folded_over_its_control_records(clinics: Installation) -> None:
    clinics.happens(300)
    worker = clinics.flow("1", "batches-lost")
    in_transactions(clinics, 10)
    worker.wait_ready()
    in_transactions(clinics, 10)
    clinics.assert_right(worker)


@pytest.mark.slow
def test_sabotage_a_hole_that_is_believed_without_a_look_loses_events(clinics: Installation) -> None:
    clinics.happens(3000)
    clinics.flow("1", "batches-lost", "holes-believed", flow_batch_records=20)
    clinics.assert_wrong("chunk", "screens", "summary")


def in_transactions(clinics: Installation, transactions: int) -> None:
    """Let things happen that a transactional producer puts on the log; each leaves a control record on every partition."""
    producer: KafkaProducer = kafka.producer(clinics.settings, "feed", transactional_id=f"{clinics.namespace}-feed")
    producer.init_transactions()
    for _ in range(transactions):
        producer.begin_transaction()
        clinics.happens(15, producer)
        producer.commit_transaction()
    producer.close()


def test_records_deleted_before_they_were_folded_end_the_worker_with_an_alarm(clinics: Installation) -> None:
    fold_some_and_delete_more(clinics)
    worker = clinics.flow()
    assert worker.exit_code(within=40) == EXIT_CODE, worker.last_words
    assert worker.has_said("the log begins at")
    before = dict(clinics.saved.markers)
    clinics.saved.catch_up()
    assert clinics.saved.markers == before


def test_records_deleted_under_a_lagging_worker_end_it_with_an_alarm(clinics: Installation) -> None:
    clinics.happens(300)
    worker = clinics.flow("1", "nothing-delivered")
    worker.wait_ready()
    clinics.wait_folded()
    worker.tell("deliver-nothing")
    clinics.happens(300)
    delete_all(clinics)
    clinics.happens(300)
    (worker.folder / "deliver-nothing").unlink()
    assert worker.exit_code(within=40) == EXIT_CODE, worker.last_words
    assert worker.has_said("the log begins at")


@pytest.mark.slow
def test_sabotage_a_truncated_log_that_is_accepted_is_jumped_over_in_silence(clinics: Installation) -> None:
    fold_some_and_delete_more(clinics)
    worker = clinics.flow("1", "truncation-accepted")
    worker.wait_ready()
    clinics.happens(300)
    clinics.assert_wrong("chunk", "screens")


def fold_some_and_delete_more(clinics: Installation) -> None:
    """Fold and save; then let things happen that are deleted from the log before a worker comes back."""
    clinics.happens(600)
    worker = clinics.flow()
    worker.wait_ready()
    clinics.wait_folded()
    worker.ask_to_stop()
    assert worker.exit_code(within=20) == 0, worker.last_words
    clinics.happens(600)
    delete_all(clinics)
    clinics.happens(100)


def delete_all(clinics: Installation) -> None:
    """Delete every record that is on the log, as retention would."""
    clinics.undisturbed.catch_up()
    admin = KafkaAdminClient(bootstrap_servers=clinics.bootstrap)
    admin.delete_records({TopicPartition(clinics.log_name, n): end for n, end in clinics.undisturbed.log.ends().items() if end})
    admin.close()


def test_a_site_with_very_many_answers_that_belong_to_no_visit_is_saved(clinics: Installation) -> None:
    clinic = Clinic("busy-clinic", opens=None)
    now = Clock().now()
    clinic.changes_profile(now)
    for number in range(7000):
        clinic.room(f"nobody-{number:032d}", now, "r1")
    clinics.put_all(encode(record.event) for record in clinic.records)
    worker = clinics.flow()
    clinics.assert_right(worker)
    assert not worker.has_said("snapshot failed")
