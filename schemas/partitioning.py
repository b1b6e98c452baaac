"""Where a record's key puts it: murmur2, as every Kafka client of ours partitions (a test compares them)."""

from schemas.topics import VISIT_PARTITIONS

_SEED = 0x9747B28C
_M = 0x5BD1E995
_32_BITS = 0xFFFFFFFF


def partition_of(key: bytes, partitions: int = VISIT_PARTITIONS) -> int:
    """The partition that holds everything with this key."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Kafka's murmur2 (org.apache.kafka.common.utils.Utils), as an unsigned number of 32 bits."""
    mixed = _SEED ^ len(data)
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        part = (int.from_bytes(data[at : at + 4], "little") * _M) & _32_BITS
        part = ((part ^ (part >> 24)) * _M) & _32_BITS
        mixed = ((mixed * _M) & _32_BITS) ^ part
    if rest := data[whole:]:
        mixed = ((mixed ^ int.from_bytes(rest, "little")) * _M) & _32_BITS
    mixed = ((mixed ^ (mixed >> 13)) * _M) & _32_BITS
    return mixed ^ (mixed >> 15)
