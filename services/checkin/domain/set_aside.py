"""What may be shown of a record that could not be used: its kind, if it is one that we know. Its body may name patients."""

import json

from schemas.catalogue import KINDS
from schemas.topics import VISITS

_KINDS = {f"clinicflow.{kind}.v1": kind for kind in KINDS[VISITS.suffix]}


def kind_of(value: bytes | None) -> str | None:
    """Say which of our kinds of event the record claims to be, such as `visit.roomed`; nothing else of it is repeated."""
    try:
        said = json.loads(value or b"")
    except ValueError:
        return None
    claimed = said.get("type") if isinstance(said, dict) else None
    return _KINDS.get(claimed) if isinstance(claimed, str) else None
