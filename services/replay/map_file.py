"""Reads a map, and says in plain words what is wrong with one."""

import codecs
import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from schemas.sites import SiteProfile
from services.replay.domain.log_map import LogMap
from services.replay.errors import UnusableError
from services.runtime.problems import field_problems

_MAP: TypeAdapter[LogMap] = TypeAdapter(LogMap)


def read_map(path: Path) -> LogMap:
    """Read a map. Raises UnusableError."""
    try:
        found = _MAP.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as problem:
        raise UnusableError(f"The map {path} can't be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise UnusableError(f"The map {path} is no text in UTF-8.") from None
    except tomllib.TOMLDecodeError as problem:
        raise UnusableError(f"The map {path} is not TOML: {problem}.") from None
    except ValidationError as problem:
        raise UnusableError(f"The map {path} is not right:\n{_listed(problem)}") from None
    if len(found.file.separator) != 1:
        raise UnusableError(f"The map {path} is not right:\n  file.separator: must be one character")
    try:
        codecs.lookup(found.file.encoding)
    except LookupError:
        raise UnusableError(f"The map {path} is not right:\n  file.encoding: there is no encoding of this name") from None
    return found


def profile_of(log_map: LogMap, site: str) -> SiteProfile:
    """The profile of the site that the map describes; it follows its log. Raises UnusableError."""
    if log_map.site is None:
        raise UnusableError(f"There is no site {site}, and the map has no [site] to make one from.")
    try:
        return SiteProfile.model_validate({**log_map.site, "site": site, "clock": "log"}, extra="forbid")
    except ValidationError as problem:
        raise UnusableError(f"The map's [site] is not right:\n{_listed(problem)}") from None


def _listed(problem: ValidationError) -> str:
    errors = problem.errors(include_url=False, include_input=False, include_context=False)
    fields: list[dict[str, Any]] = [{**error, "loc": ("map", *error["loc"]), "type": _kind(error["type"])} for error in errors]
    return "\n".join(f"  {entry['field'] or 'the map'}: {entry['problem']}" for entry in field_problems(fields))


def _kind(error: str) -> str:
    """A dataclass has its own name for a field that isn't declared."""
    return "extra_forbidden" if error == "unexpected_keyword_argument" else error
