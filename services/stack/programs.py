"""The programs the stack needs besides Python, and where they are."""

import re
import shutil
from pathlib import Path

from services.stack.errors import StackError
from services.stack.settings import PROJECT

KAFKA_POM = PROJECT / "deploy" / "kafka" / "pom.xml"


def program(*names: str) -> str:
    """The path of the first of these programs that is installed. Raises StackError when none is."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise StackError(f"{names[0]} is not installed. `make setup` installs it, and `clinicflow doctor` says what is missing.")


def java() -> str:
    """The Java that runs Kafka."""
    return program("java")


def redis_server() -> str:
    """Redis, or Valkey, which is the same for us."""
    return program("redis-server", "valkey-server")


def kafka_version() -> str:
    """The version of Kafka that deploy/kafka/pom.xml names."""
    found = re.search(r"<kafka.version>(.*)</kafka.version>", KAFKA_POM.read_text(encoding="utf-8"))
    return found.group(1) if found else ""


def kafka_jars(tools: Path) -> Path:
    """The folder with Kafka's jars. Raises StackError when deploy/setup.sh has not fetched them, or not all."""
    home = tools / "kafka" / kafka_version()
    pom = home / "pom.xml"  # put there last
    if not pom.exists() or pom.read_bytes() != KAFKA_POM.read_bytes():
        raise StackError(f"Kafka's jars are not in {home}. `make setup` fetches them.")
    return home / "libs"
