"""Holes in the log: offsets that hold no record, such as a transactional producer's control records (DESIGN §7.2)."""

import aiokafka
from faust.types.tuples import TP

from services.flow.settings import FlowSettings
from services.flow.snapshots import LogTruncatedError


async def next_record(settings: FlowSettings, tp: TP, offset: int) -> int:
    """Ask a reader of our own for the next record at or after `offset`: its offset, or the log's end where there is none.

    Raises LogTruncatedError where the log begins after `offset`.
    """
    reader = aiokafka.AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap, enable_auto_commit=False, auto_offset_reset="none"
    )
    await reader.start()
    try:
        source = aiokafka.TopicPartition(tp.topic, tp.partition)
        start: int = (await reader.beginning_offsets([source]))[source]
        if start > offset:
            raise LogTruncatedError(f"partition {tp.partition} was folded up to {offset}, the log begins at {start}")
        reader.assign([source])
        reader.seek(source, offset)
        end: int = (await reader.end_offsets([source]))[source]
        while await reader.position(source) < end:
            found = (await reader.getmany(source, timeout_ms=200, max_records=1)).get(source)
            if found:
                return int(found[0].offset)
        return max(offset, end)
    finally:
        await reader.stop()
