"""Writes the JSON Schema of every kind of record: `python -m schemas.json_schema`, or `--check` that they are up to date."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from schemas.catalogue import KINDS
from schemas.envelope import Frozen

FOLDER = Path(__file__).parent / "jsonschema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(model: type[Frozen]) -> dict[str, Any]:
    """What a reader may rely on and a writer must keep to. Unknown fields are allowed, since readers ignore them."""
    schema = model.model_json_schema()
    if "type" in schema["properties"]:  # pydantic calls it optional, as it has a default; who reads a union needs it
        schema["required"] = ["type", *schema.get("required", [])]
    return {"$schema": DIALECT, **schema}


def generated() -> dict[str, str]:
    """Path below the folder to the text that belongs there."""
    return {
        f"{suffix}/{name}.json": json.dumps(schema_of(model), indent=2, sort_keys=True) + "\n"
        for suffix, kinds in KINDS.items()
        for name, model in kinds.items()
    }


def differences(folder: Path = FOLDER) -> Iterator[str]:
    """What is not as it would be generated, in words; nothing when all is well."""
    wanted = generated()
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.json")}
    for name in sorted(wanted.keys() | present.keys()):
        if name not in present:
            yield f"{name} is missing"
        elif name not in wanted:
            yield f"{name} belongs to no kind of record"
        elif present[name].read_text(encoding="utf-8") != wanted[name]:
            yield f"{name} is out of date"


def write(folder: Path = FOLDER) -> None:
    """Makes the folder hold what is generated and no other schema."""
    wanted = generated()
    for path in folder.rglob("*.json"):
        if path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """0 when all is well, 1 when a check found something, 2 for arguments that mean nothing."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m schemas.json_schema [--check]\n")
        return 2
    if not arguments:
        write()
        return 0
    found = list(differences())
    if found:
        sys.stderr.write("\n".join([*found, "Run: python -m schemas.json_schema", ""]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
