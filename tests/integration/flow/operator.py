"""An operator at `clinicflow dlq`, on an installation of the tests."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from services.cli.dlq import dlq
from tests.integration.flow.installation import Installation
from tests.waiting import wait_until


@dataclass
class Operator:
    """What is told to the command beyond the installation's environment stands in `environment`."""

    clinics: Installation
    nowhere: Path

    def says(self, *words: str, **environment: str) -> Result:
        """Run `clinicflow dlq` with these words."""
        told = {**self.clinics.environment, **environment}
        result = CliRunner().invoke(dlq, [*words, "--data", str(self.nowhere)], env=told)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    def letters(self, *words: str) -> list[dict[str, Any]]:
        """What `dlq list --json` says."""
        result = self.says("list", "--json", *words)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    def reasons(self) -> dict[str, str]:
        """By id, why it was set aside."""
        return {letter["id"]: letter["reason"] for letter in self.letters()}

    def waits_for(self, places: Sequence[tuple[int, int]], reason: str) -> list[str]:
        """Wait until these records are among the dead letters for this reason; returns their ids."""
        ids = [f"{partition}/{offset}" for partition, offset in places]
        wait_until(lambda: {name: self.reasons().get(name) for name in ids} == dict.fromkeys(ids, reason), 20, f"{reason} of {ids}")
        return ids

    def says_elsewhere(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `clinicflow dlq` as a process of its own; what it leaves open when Kafka is away ends with it."""
        told = {**os.environ, **self.clinics.environment, **environment}
        command = [sys.executable, "-m", "services.cli", "dlq", *words, "--data", str(self.nowhere)]
        return subprocess.run(command, env=told, capture_output=True, text=True, timeout=60, check=False)
