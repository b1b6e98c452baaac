"""The map of a log: which column is what, and what its activities are called here. A TOML file, read by `map_file`."""

from dataclasses import dataclass, field
from typing import Any, Literal

from schemas.sites import Zone

Step = Literal[
    "checked-in", "called", "recalled", "roomed", "provider-seen", "left-room", "checked-out", "left", "no-show", "cancelled",
    "still-here",
]  # fmt: skip
"""The steps a log can tell: those that need no more than a visit and a time."""

Field = Literal["room", "provider", "visit_type", "queue", "reason"]

TAKES: dict[Step, frozenset[Field]] = {
    "checked-in": frozenset({"provider", "visit_type", "queue"}),
    "called": frozenset({"room"}),
    "recalled": frozenset({"room"}),
    "roomed": frozenset({"room", "provider"}),
    "provider-seen": frozenset({"provider"}),
    "left": frozenset({"reason"}),
    "no-show": frozenset({"reason"}),
    "cancelled": frozenset({"reason"}),
}
"""What more a step can say."""

_EXACT: Any = {"extra": "forbid"}


@dataclass(frozen=True)
class FileForm:
    """How the file is written."""

    __pydantic_config__ = _EXACT

    separator: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Columns:
    """The names in the file's first line."""

    __pydantic_config__ = _EXACT

    case: str
    activity: str
    time: str


@dataclass(frozen=True)
class TimeForm:
    """`formats` are `iso` or patterns of strptime; `zone` is that of times without an offset."""

    __pydantic_config__ = _EXACT

    zone: Zone
    formats: tuple[str, ...] = ("iso",)


@dataclass(frozen=True)
class LogMap:
    """All of a map. `site` is the profile of the site to make, without its id and clock."""

    __pydantic_config__ = _EXACT

    columns: Columns
    time: TimeForm
    activities: dict[str, Step]
    case_ids_name_nobody: bool = False
    """True: the case ids are the visit ids. False: the visit ids are HMACs of them."""
    ignored: tuple[str, ...] = ()
    file: FileForm = field(default_factory=FileForm)
    fields: dict[Field, str] = field(default_factory=dict)
    """What more the rows say: our field, and the column that holds it."""
    site: dict[str, Any] | None = None

    def wanted_columns(self) -> tuple[str, ...]:
        """Every column that the file must have."""
        return (self.columns.case, self.columns.activity, self.columns.time, *self.fields.values())
