"""The departed visits of a site, as summaries.v1 has them."""

from collections.abc import Iterable
from typing import Any

import click
from kafka import TopicPartition
from kafka.errors import KafkaError
from pydantic import ValidationError

from schemas.summaries import SOURCE_OFFSET_HEADER, VisitSummary
from schemas.topics import SUMMARIES
from services.runtime import kafka
from services.runtime.settings import ServiceSettings

POLL_MS = 500


def departed(settings: ServiceSettings, site: str) -> list[VisitSummary]:
    """Read the topic whole. Raises ClickException when Kafka can't be read."""
    try:
        return latest(_records(settings), site)
    except KafkaError:
        raise click.ClickException("Kafka can't be read. Is the stack running? See `clinicflow status`.") from None


def latest(records: Iterable[Any], site: str) -> list[VisitSummary]:
    """The last word on each visit of the site: the record with the highest source offset, unless that takes it back."""
    offsets: dict[str, int] = {}
    found: dict[str, VisitSummary | None] = {}
    for record in records:
        summary = _summary(record.value)
        if record.value is not None and (summary is None or summary.site != site):
            continue
        visit, offset = record.key.decode(), _source_offset(record, summary)
        if offset >= offsets.get(visit, -1):
            offsets[visit], found[visit] = offset, summary
    return [summary for summary in found.values() if summary is not None]


def _summary(value: bytes | None) -> VisitSummary | None:
    try:
        return VisitSummary.model_validate_json(value) if value else None
    except ValidationError:
        return None


def _source_offset(record: Any, summary: VisitSummary | None) -> int:
    if summary is not None:
        return summary.source_offset
    header = dict(record.headers).get(SOURCE_OFFSET_HEADER)
    return int(header) if header else 0


def _records(settings: ServiceSettings) -> Iterable[Any]:
    reader = kafka.consumer(settings, "visits")
    try:
        name = SUMMARIES.name(settings.namespace)
        partitions = [TopicPartition(name, number) for number in range(SUMMARIES.partitions)]
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        ends = reader.end_offsets(partitions)
        while any(reader.position(partition) < ends[partition] for partition in partitions):
            for records in reader.poll(timeout_ms=POLL_MS).values():
                yield from records
    finally:
        reader.close()
