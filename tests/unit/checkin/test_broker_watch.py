"""An acknowledgement counts only where it survives a power cut."""

import pytest

from services.checkin.broker_watch import is_durable


@pytest.mark.parametrize(
    ("config", "durable"),
    [
        ({"min.insync.replicas": "2", "flush.messages": "9223372036854775807"}, True),
        ({"min.insync.replicas": "1", "flush.messages": "1"}, True),
        ({"min.insync.replicas": "1", "flush.messages": "9223372036854775807"}, False),
        ({}, False),
    ],
)
def test_two_replicas_or_a_flush_per_message_keep_what_is_acknowledged(config: dict[str, str], durable: bool) -> None:
    assert is_durable(config) is durable
