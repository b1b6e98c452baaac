"""A clinic's log with whatever else may stand on it: bytes, half events, times of no century, other sites' records."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from schemas.dead_letters import DeadLetterReason as Reason
from schemas.partitioning import partition_of
from schemas.visits import PatientCheckedIn
from tests.builders import Clinic, Record, milliseconds
from tests.unit.flow.histories import AFTER, OPENS, Told, reports

SITE = "demo"
PARTITION = partition_of(SITE.encode())
NEIGHBOUR = next(name for number in range(1000) if partition_of((name := f"clinic-{number}").encode()) == PARTITION)
"""A site of the same partition that has no profile."""
STRANGER = "elsewhere"
"""A site of another partition."""
LONG_AGO = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
HUGE = (100_000, 300_000, 3_000_000)
NESTED = 5_000


class Row(NamedTuple):
    """A record, and what must become of it: a reason of these; None: it must not be set aside; empty: anything that is said."""

    record: Record
    reasons: frozenset[Reason] | None

    def __repr__(self) -> str:
        value = self.record.value or b""
        return f"<{self.record.offset} {self.record.key!r} {value[:600]!r} of {len(value)} bytes, at {self.record.timestamp}>"


class Bad(NamedTuple):
    """What stands in the place of a good record."""

    key: bytes | None
    value: bytes | None
    reasons: frozenset[Reason]
    broker_at: datetime | None = None
    """When the broker got it; None: when the good one was recorded."""


Spoils = Callable[[Record], Bad]


def _said(record: Record) -> Any:
    return json.loads(record.value or b"")


def _bytes(said: Any) -> bytes:
    return json.dumps(said).encode()


def _only(*reasons: Reason) -> frozenset[Reason]:
    return frozenset(reasons)


def _changed(record: Record, **fields: Any) -> bytes:
    return _bytes(_said(record) | fields)


ANYTHING: frozenset[Reason] = frozenset()
UNREADABLE = _only(Reason.EMPTY, Reason.NOT_JSON, Reason.INVALID)

FAR_TIMES = (
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00-23:59", "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59+23:59", "1999-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
    "2026-03-02T14:00:00", "2026-02-30T12:00:00Z", "2026-03-02T25:00:00Z", "20260302", "", "now",
)  # fmt: skip
"""Out of every clinic's time, without an offset, or no time at all."""

_SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.sampled_from((2**31, 2**53, 2**63, 2**64, -1, 10**400)),
    st.floats(), st.text(max_size=20), st.sampled_from(FAR_TIMES), st.sampled_from(("\x00", "r1\n", "../UTC", "ann", "A" * 41)),
    st.sampled_from(("2000-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z", "2026-03-02T09:00:00+23:59")),
)  # fmt: skip
JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6
)
"""Wrong types, wrong values, and now and then something right. `json` writes NaN and Infinity as such."""


@st.composite
def _spoilt(draw: st.DrawFn) -> Spoils:
    """An event with something else at one place, or one thing more or less."""
    place, deep = draw(st.integers(0, 99)), draw(st.integers(0, 3)) > 0
    new, how = draw(JSON), draw(st.sampled_from(("set", "set", "drop", "add")))

    def spoil(record: Record) -> Bad:
        said = _said(record)
        inside = said["data"] if deep and said.get("data") else said
        name = sorted(inside)[place % len(inside)]
        if how == "drop":
            del inside[name]
        else:
            inside[name if how == "set" else "of_a_newer_release"] = new
        return Bad(record.key, _bytes(said), ANYTHING)

    return spoil


@st.composite
def _wrong_type(draw: st.DrawFn) -> Spoils:
    field = draw(st.sampled_from(("id", "source", "type", "subject", "site", "actor", "intent", "fingerprint", "specversion")))
    new = draw(st.none() | st.booleans() | st.integers() | st.lists(st.text(max_size=3), max_size=2))
    return lambda record: Bad(record.key, _changed(record, **{field: new}), _only(Reason.INVALID))


@st.composite
def _far_time(draw: st.DrawFn) -> Spoils:
    field, time = draw(st.sampled_from(("time", "recordedtime"))), draw(st.sampled_from(FAR_TIMES))
    return lambda record: Bad(record.key, _changed(record, **{field: time}), _only(Reason.INVALID))


@st.composite
def _no_number(draw: st.DrawFn) -> Spoils:
    number = draw(st.sampled_from((b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 5000, b"-0.0")))
    field = draw(st.sampled_from(("time", "id", "fingerprint", "site")))
    return lambda record: Bad(
        record.key, _bytes(_said(record) | {field: "@"}).replace(b'"@"', number), _only(Reason.INVALID, Reason.NOT_JSON)
    )


@st.composite
def _cut_off(draw: st.DrawFn) -> Spoils:
    share = draw(st.floats(0, 0.999))
    return lambda record: Bad(
        record.key, (record.value or b"")[: int(share * len(record.value or b""))], _only(Reason.NOT_JSON, Reason.EMPTY)
    )


@st.composite
def _damaged(draw: st.DrawFn) -> Spoils:
    at, junk = draw(st.floats(0, 1)), draw(st.binary(min_size=1, max_size=4))

    def spoil(record: Record) -> Bad:
        value = bytearray(record.value or b"")
        begin = int(at * len(value))
        value[begin : begin + len(junk)] = junk
        return Bad(record.key, bytes(value), ANYTHING)

    return spoil


@st.composite
def _huge(draw: st.DrawFn) -> Spoils:
    size, field = draw(st.sampled_from(HUGE)), draw(st.sampled_from(("subject", "actor", "site", "time", "type")))
    text = draw(st.sampled_from(("x", "é", "9", "{"))) * size
    return lambda record: Bad(record.key, _changed(record, **{field: text}), _only(Reason.INVALID))


@st.composite
def _huge_and_ignored(draw: st.DrawFn) -> Spoils:
    size = draw(st.sampled_from(HUGE))
    return lambda record: Bad(record.key, _changed(record, of_a_newer_release="x" * size), ANYTHING)


def _nested(record: Record) -> Bad:
    deep = b'{"a":' * NESTED + b"1" + b"}" * NESTED
    return Bad(record.key, (record.value or b"{}")[:-1] + b',"deep":' + deep + b"}", ANYTHING)


def _surrogate(record: Record) -> Bad:
    return Bad(record.key, _changed(record, actor="\ud800"), _only(Reason.NOT_JSON))


def _newer(record: Record) -> Bad:
    return Bad(record.key, _changed(record, type="clinicflow.visit.teleported.v1"), _only(Reason.NEWER_VERSION))


def _in_future(record: Record) -> Bad:
    late = AFTER + timedelta(hours=1)
    value = _changed(record, id=f"ahead-{record.offset}", recordedtime=late.isoformat())
    broker_at = late - timedelta(minutes=2, milliseconds=1)
    return Bad(record.key, value, _only(Reason.TIME_IN_FUTURE, Reason.UNKNOWN_SITE), broker_at)


def _of_neighbour(record: Record) -> Bad:
    return Bad(NEIGHBOUR.encode(), _changed(record, site=NEIGHBOUR), _only(Reason.UNKNOWN_SITE, Reason.WRONG_SITE))


def _of_stranger(record: Record) -> Bad:
    said = _said(record) | {"site": STRANGER}
    if isinstance(said.get("data"), dict) and "site" in said["data"]:
        said["data"]["site"] = STRANGER
    return Bad(STRANGER.encode(), _bytes(said), _only(Reason.WRONG_SITE))


@st.composite
def _wrong_key(draw: st.DrawFn) -> Spoils:
    key = draw(st.none() | st.binary(max_size=50) | st.sampled_from((b"DEMO", b"demo ", b"\xff", b"demo\n")))
    return lambda record: Bad(key, record.value, _only(Reason.WRONG_SITE))


def _long_closed(record: Record) -> Bad:
    said = PatientCheckedIn(
        id=f"long-ago-{record.offset}", source="/tests", subject="long-gone", time=LONG_AGO, recordedtime=OPENS, site=SITE,
        actor="reception", intent="report", fingerprint="0" * 16,
    )  # fmt: skip
    return Bad(SITE.encode(), said.model_dump_json().encode(), _only(Reason.VISIT_CLOSED, Reason.UNKNOWN_SITE))


def _as_command(record: Record) -> Bad:
    return Bad(record.key, _changed(record, intent="command", id=f"asked-{record.offset}"), ANYTHING)


def _twice_in_one(record: Record) -> Bad:
    return Bad(record.key, (record.value or b"") * 2, _only(Reason.NOT_JSON))


_bytes_alone: st.SearchStrategy[Spoils] = st.binary(max_size=200).map(lambda raw: lambda record: Bad(record.key, raw, UNREADABLE))


def _nothing(record: Record) -> Bad:
    return Bad(record.key, None, _only(Reason.EMPTY))


def _no_bytes(record: Record) -> Bad:
    return Bad(record.key, b"", _only(Reason.EMPTY))


ALWAYS: tuple[Spoils, ...] = (
    _nothing, _no_bytes, _surrogate, _newer, _in_future, _of_neighbour, _of_stranger, _long_closed, _twice_in_one,
)  # fmt: skip
"""What makes a bad record of every good one."""
_small: list[st.SearchStrategy[Spoils]] = [
    _spoilt(), _spoilt(), _spoilt(), _wrong_type(), _far_time(), _no_number(), _cut_off(), _damaged(), _wrong_key(), _bytes_alone,
    st.sampled_from((_as_command, _nested)), st.sampled_from(ALWAYS), st.sampled_from(ALWAYS), st.sampled_from(ALWAYS),
]  # fmt: skip
_megabytes = st.integers(0, 29).flatmap(
    lambda chance: st.one_of(_huge(), _huge_and_ignored()) if chance == 29 else st.one_of(_small)
)
bad_ones: st.SearchStrategy[list[Spoils]] = st.lists(_megabytes, min_size=2, max_size=12)
"""What else stands on the log; a few of them are megabytes long."""


@st.composite
def logs(draw: st.DrawFn) -> list[Row]:
    """A clinic's log in any order: its profile, what feeds tell, some of it twice, and bad records all over."""
    clinic = Clinic(SITE, opens=None).feed()
    rows = [Row(clinic.changes_profile(OPENS), None)]
    rows += _good(draw(reports), clinic)
    models = st.sampled_from(rows).map(lambda row: row.record)
    rows += [bad(spoils, draw(models)) for spoils in draw(bad_ones)]
    rows += draw(st.lists(st.sampled_from(rows), max_size=4))
    if draw(st.booleans()):
        rows = [rows[0], *draw(st.permutations(rows[1:]))]
    elif draw(st.booleans()):
        rows = draw(st.permutations(rows))
    last = clinic.check_in("last", AFTER)
    return [Row(row.record._replace(offset=at), row.reasons) for at, row in enumerate([*rows, Row(last, None)])]


def _good(tellings: list[Told], clinic: Clinic) -> list[Row]:
    records: list[Record] = []
    for tell in tellings:
        records.append(tell(clinic, records))
    return [Row(record, None) for record in records]


def bad(spoils: Spoils, record: Record) -> Row:
    """A bad record made of a good one."""
    key, value, reasons, broker_at = spoils(record)
    return Row(Record(0, milliseconds(broker_at or record.event.recordedtime), key, value, record.event), reasons)
