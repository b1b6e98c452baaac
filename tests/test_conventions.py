"""The repository checks itself: the rules that no linter knows. Each check is shown to find what it looks for."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from schemas.topics import TOPICS

ROOT = Path(__file__).parent.parent
TOOLS = {"cli", "stack"}
"""They start services for people; no service knows them."""

CLOCKS = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns",
}  # fmt: skip
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
PLACES = ("/wo" + "rk/", "/tmp/" + "uvv", "/ro" + "ot/", "/ho" + "me/")
INDEX_VARIABLES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_INDEX",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "GOPROXY",
    "MAVEN_MIRROR_URL",
)
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org", "repo1.maven.org", "repo.maven.apache.org", "proxy.golang.org"}


def committed(*endings: str) -> list[str]:
    """Paths of the files that are in the repository or would be by the next commit."""
    told = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(told, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({name for name in listed if name.endswith(endings) and (ROOT / name).is_file()})


def text(name: str) -> str:
    """What is in a file, or nothing where it isn't text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


PYTHON = committed(".py")
SERVICE_MODULES = [name for name in PYTHON if name.startswith("services/")]
TEXTS = [name for name in committed("") if name != "uv.lock"]


def imports(source: str, package: str) -> Iterator[tuple[str, str]]:
    """(the name here, the full name) of everything a module imports; relative ones as seen from its package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield alias.asname or alias.name, f"{module}.{alias.name}"


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def clock_reads(source: str) -> Iterator[str]:
    """Every mention of a function that reads a clock, however it was imported."""
    names = dict(imports(source, ""))
    yield from (full for full in names.values() if full in CLOCKS)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            first, _, rest = dotted(node).partition(".")
            if first in names and (full := f"{names[first]}.{rest}") in CLOCKS:
                yield full


def service_of(name: str) -> str:
    """`services.flow.domain.fold` belongs to `flow`."""
    parts = name.split(".")
    return parts[1] if parts[0] == "services" and len(parts) > 1 else ""


def forbidden_imports(name: str, source: str) -> Iterator[str]:
    """What the module at this path imports against the rules of DESIGN §6."""
    package = ".".join(Path(name).parent.parts)
    mine = service_of(package)
    pure = "domain" in Path(name).with_suffix("").parts
    for _, full in imports(source, package):
        first, theirs = full.partition(".")[0], service_of(full)
        own_domain = full.startswith(f"services.{mine}.domain")
        if pure and not (first in sys.stdlib_module_names or first == "schemas" or own_domain):
            yield f"{full}: a domain imports the standard library and schemas only"
        elif first == "tests":
            yield f"{full}: the program does not import its tests"
        elif theirs not in {"", mine, "runtime"} and mine not in TOOLS:
            yield f"{full}: a service never imports another"


def topic_literals(source: str) -> Iterator[str]:
    """Strings, other than docstrings, that name a topic."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from (node.value for topic in TOPICS if re.search(rf"\b{re.escape(topic.suffix)}(?![.\w])", node.value))


def places() -> set[str]:
    """What may not be committed: paths of a machine, and hosts of a private package index, as this machine is set up."""
    hosts = {urlsplit(word).hostname or "" for name in INDEX_VARIABLES for word in re.split(r"[\s,|]+", os.environ.get(name, ""))}
    return {*PLACES, f"{ROOT}/", f"{Path.home()}/", *(hosts - PUBLIC_HOSTS - {""})} - {"//"}


def dead_links(name: str, markdown: str) -> Iterator[str]:
    """Links of a Markdown file to local files that aren't there."""
    without_code = re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)
    for found in re.findall(r"\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)", without_code, flags=re.MULTILINE):
        link = urlsplit(found[0] or found[1])
        base = ROOT if link.path.startswith("/") else (ROOT / name).parent
        if not link.scheme and link.path and not (base / link.path.lstrip("/")).exists():
            yield link.path


@pytest.mark.parametrize("name", [name for name in PYTHON if name.startswith(("schemas/", "services/"))])
def test_only_the_clock_reads_a_clock(name: str) -> None:
    if name != "services/runtime/clock.py" and not name.startswith("services/stack/"):
        assert list(clock_reads(text(name))) == []


@pytest.mark.parametrize("name", SERVICE_MODULES)
def test_a_module_imports_only_what_it_may(name: str) -> None:
    assert list(forbidden_imports(name, text(name))) == []


@pytest.mark.parametrize("name", SERVICE_MODULES)
def test_topics_are_named_through_their_table(name: str) -> None:
    assert list(topic_literals(text(name))) == []


def test_nothing_is_left_unfinished() -> None:
    assert [name for name in TEXTS if UNFINISHED.search(text(name))] == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    forbidden = places()
    assert [(name, place) for name in TEXTS for place in forbidden if place in text(name)] == []


@pytest.mark.parametrize("name", committed(".md"))
def test_a_link_leads_somewhere(name: str) -> None:
    assert list(dead_links(name, text(name))) == []


@pytest.mark.parametrize("name", [name for name in PYTHON if name.startswith("schemas/")])
def test_everything_in_the_contract_says_what_it_is(name: str) -> None:
    tree = ast.parse(text(name))
    public = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")]
    assert ast.get_docstring(tree)
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "import time as t\nt.perf_counter_ns()",
        "from time import monotonic",
        "from time import monotonic as tick",
        "import datetime\ndatetime.datetime.now()",
        "import datetime as dt\ndt.date.today()",
        "from datetime import datetime, UTC\nmake = datetime.now",
        "from datetime import date as day\nday.today()",
        "def late():\n    from datetime import datetime\n    return datetime.utcnow()",
    ],
)
def test_a_clock_read_is_found(source: str) -> None:
    assert list(clock_reads(source))


@pytest.mark.parametrize(
    "source",
    ["import asyncio\nasyncio.get_running_loop().time()", "def f(clock):\n    return clock.now()", "import time\ntime.strftime"],
)
def test_another_clock_than_the_machines_is_no_clock_read(source: str) -> None:
    assert list(clock_reads(source)) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("services/flow/agent.py", "from services.notify.plan import plan"),
        ("services/flow/agent.py", "import services.notify.plan"),
        ("services/flow/agent.py", "from services import notify"),
        ("services/flow/agent.py", "from ..notify import plan"),
        ("services/flow/agent.py", "from services.stack.ports import free"),
        ("services/runtime/kafka.py", "from services.flow import agent"),
        ("services/flow/agent.py", "from tests.builders import visit"),
        ("services/flow/domain/fold.py", "import pydantic"),
        ("services/flow/domain/fold.py", "from services.runtime.clock import Clock"),
        ("services/flow/domain/fold.py", "from services.flow.agent import x"),
        ("services/flow/domain/fold.py", "from ..agent import x"),
        ("services/flow/domain.py", "import redis"),
    ],
)
def test_a_forbidden_import_is_found(name: str, source: str) -> None:
    assert len(list(forbidden_imports(name, source))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "services/flow/agent.py",
            "from services.runtime.clock import Clock\nfrom services.flow.domain.fold import fold\nimport faust",
        ),
        ("services/flow/domain/fold.py", "import json\nfrom schemas.visits import VisitBooked\nfrom . import places"),
        ("services/cli/demo.py", "from services.stack.stack import Stack"),
    ],
)
def test_an_import_that_is_allowed_is_no_fault(name: str, source: str) -> None:
    assert list(forbidden_imports(name, source)) == []


@pytest.mark.parametrize("source", ["t = 'clinicflow.visits.v1'", "t = f'{n}.alerts.v1'", "t = 'visits.v1.dlq'", "t = 'sites.v1'"])
def test_a_literal_topic_is_found(source: str) -> None:
    assert len(list(topic_literals(source))) == 1


def test_a_docstring_and_an_event_type_are_no_literal_topics() -> None:
    assert list(topic_literals('"""Reads clinicflow.visits.v1."""\nt = "clinicflow.visit.booked.v1"')) == []


def test_a_dead_link_is_found() -> None:
    said = "[a](nowhere.md) [b](README.md#top) [c](https://example.org/x.md) [d](#here) `[e](code.md)`\n\n[f]: gone/too.md"
    assert list(dead_links("README.md", said)) == ["nowhere.md", "gone/too.md"]


def test_unfinished_work_is_found() -> None:
    assert UNFINISHED.search("# TO" + "DO: later")
    assert not UNFINISHED.search("the todo list")


def test_a_private_index_of_this_machine_is_not_to_be_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://token@packages.example.test/simple")
    monkeypatch.setenv("UV_INDEX_URL", "https://pypi.org/simple")
    assert "packages.example.test" in places()
    assert "pypi.org" not in places()
