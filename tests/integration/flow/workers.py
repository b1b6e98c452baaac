"""Flow workers as processes of their own, to be killed, frozen and asked to stop."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from services.stack.child import Child
from services.stack.ports import HOST, unused
from services.stack.service_parts import answers_ready
from tests.waiting import comes_about

PROJECT = Path(__file__).resolve().parents[3]


class FlowWorker:
    """One `python -m services.flow`; with `under`, as launch.py starts it under those circumstances."""

    def __init__(self, environment: Mapping[str, str], folder: Path, instance: str, under: tuple[str, ...] = ()) -> None:
        self.instance = instance
        self.folder = folder / f"flow-{instance}"
        self.folder.mkdir(exist_ok=True)
        self.port, faust_port = unused(2)
        module = ["tests.integration.flow.launch", *under] if under else ["services.flow"]
        own = {
            "CLINICFLOW_INSTANCE": instance, "CLINICFLOW_HOST": HOST, "CLINICFLOW_PORT": str(self.port),
            "CLINICFLOW_FLOW_FAUST_PORT": str(faust_port), "CLINICFLOW_DATA_DIR": str(self.folder),
        }  # fmt: skip
        self.said: list[str] = []
        self.started_at = time.monotonic()
        self._child = Child([sys.executable, "-m", *module], {**environment, **own}, self.said.append)

    @property
    def is_running(self) -> bool:
        """Whether the process is there, frozen or not."""
        return not self._child.ended.is_set()

    @property
    def is_ready(self) -> bool:
        """Whether it says that all its partitions have caught up."""
        return self.is_running and answers_ready(self.port)

    def wait_ready(self, within: float = 60) -> None:
        """Wait until it is ready; fails at once if it ends."""
        assert comes_about(lambda: not self.is_running or self.is_ready, within), f"not ready in {within:g} s: {self.last_words}"
        assert self.is_running, f"flow ended with {self._child.code}: {self.last_words}"

    def exit_code(self, within: float) -> int | None:
        """Its exit code, negative for a signal; None where it is still there after so many seconds."""
        return self._child.code if self._child.ended.wait(within) else None

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.said[-15:])

    def has_said(self, words: str) -> bool:
        """Whether a line of its log has these words."""
        return any(words in line for line in list(self.said))

    def wait_said(self, words: str, within: float = 30) -> None:
        """Wait until a line of its log has these words."""
        assert comes_about(lambda: self.has_said(words), within), f"{words!r} was not said in {within:g} s: {self.last_words}"

    def tell(self, name: str) -> None:
        """Lay down a file that a circumstance of launch.py waits for."""
        (self.folder / name).touch()

    def has(self, name: str) -> bool:
        """Whether a circumstance of launch.py has laid down a file."""
        return (self.folder / name).exists()

    def kill(self) -> None:
        """SIGKILL, and see it gone."""
        self._child.signal(signal.SIGKILL)
        self._child.wait()

    def freeze(self) -> None:
        """SIGSTOP."""
        self._child.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._child.signal(signal.SIGCONT)

    def is_frozen(self) -> bool:
        """Whether the kernel says that it is stopped."""
        state = Path(f"/proc/{self._child.pid}/stat")
        if state.exists():
            return state.read_text().rsplit(")", 1)[1].split()[0] == "T"
        return os.name != "posix"

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        self._child.signal(signal.SIGTERM)
