"""The departed visits of a site, as summaries.v1 has them."""

from collections.abc import Iterable
from typing import Any

import click
from kafka.errors import KafkaError
from pydantic import ValidationError

from schemas.summaries import SOURCE_OFFSET_HEADER, VisitSummary
from schemas.topics import SUMMARIES
from services.cli.whole_topic import whole_topic
from services.runtime.settings import ServiceSettings


def departed(settings: ServiceSettings, site: str) -> list[VisitSummary]:
    """Read the topic whole. Raises ClickException when Kafka can't be read."""
    try:
        return latest(whole_topic(settings, SUMMARIES, "visits"), site)
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
