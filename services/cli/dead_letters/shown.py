"""Dead letters as a person or a program reads them."""

import base64
import json
from typing import Any

from services.runtime.dead_letters.advice import ADVICE
from services.runtime.dead_letters.box import Entry
from services.runtime.dead_letters.unsealing import Unsealed


def row(entry: Entry, site: str | None) -> str:
    """One line of the list."""
    letter = entry.letter
    retried = f"retried as {entry.letter.source_partition}/{entry.retries[-1].retried_offset}" if entry.retries else "not retried"
    recorded = f"{letter.recorded_at.astimezone():%Y-%m-%d %H:%M:%S}"
    return f"{entry.id:<12} {letter.reason:<15} {site or '-':<24} {recorded}  {retried}"


def as_json(entry: Entry, site: str | None) -> str:
    """One JSON object of the list."""
    return json.dumps(_facts(entry, site))


def letter_as_json(entry: Entry, site: str | None, record: Unsealed) -> str:
    """A dead letter with its record, bytes in Base64."""
    headers = [[name, _base64(value)] for name, value in record.headers]
    opened = {"key": _base64(record.key), "value": _base64(record.value), "timestamp_ms": record.timestamp_ms, "headers": headers}
    means, remedy = ADVICE[entry.letter.reason]
    return json.dumps({**_facts(entry, site), "means": means, "remedy": remedy, "record": opened})


def letter_as_text(entry: Entry, site: str | None, record: Unsealed) -> str:
    """A dead letter with its record, for a person. The record comes last and whole."""
    letter = entry.letter
    said = ADVICE[letter.reason]
    lines = [
        f"{entry.id}  {letter.reason}", said.means, said.remedy, "",
        f"site      {site or 'not known'}",
        f"source    {letter.source_topic}, partition {letter.source_partition}, offset {letter.source_offset}",
        f"recorded  {letter.recorded_at.astimezone().isoformat(timespec='seconds')}",
    ]  # fmt: skip
    for retry in entry.retries:
        at = retry.retried_at.astimezone().isoformat(timespec="seconds")
        lines.append(f"retried   {at}, as {letter.source_partition}/{retry.retried_offset}")
    lines.append(f"key       {_legible(record.key)}")
    lines += [f"header    {_escaped(name)}: {_legible(value)}" for name, value in record.headers]
    lines += [f"value     {_size(record.value)}", "", _legible(record.value)]
    return "\n".join(lines)


def _facts(entry: Entry, site: str | None) -> dict[str, Any]:
    letter = entry.letter
    retries = [{"at": retry.retried_at.isoformat(), "offset": retry.retried_offset} for retry in entry.retries]
    return {
        "id": entry.id, "reason": letter.reason.value, "site": site, "recorded_at": letter.recorded_at.isoformat(),
        "source_topic": letter.source_topic, "source_partition": letter.source_partition, "source_offset": letter.source_offset,
        "retries": retries,
    }  # fmt: skip


def _size(value: bytes | None) -> str:
    return "none" if value is None else f"{len(value)} bytes"


def _legible(value: bytes | None) -> str:
    """Text where it is UTF-8, and else Base64, which says so."""
    if value is None:
        return "none"
    try:
        return _escaped(value.decode())
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(value).decode()}"


def _escaped(text: str) -> str:
    """Without anything that a terminal would obey."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else sign.encode("unicode_escape").decode() for sign in text)


def _base64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()
