"""The data folder: ours by its mark, used by one launcher at a time, emptied only when it is ours and not in use."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

from services.stack.errors import StackError

MARK = "THIS-IS-CLINICFLOW-DATA"
LOCK = "lock"


class DataFolder:
    """A data folder held by this process until `release`, or until the process is gone, however it went."""

    def __init__(self, path: Path) -> None:
        """Takes the folder, made if it isn't there. Raises StackError when it is somebody's else, or in use."""
        self.path = path.absolute()
        _make_ours(self.path)
        self._lock = _lock(self.path)

    def empty(self) -> None:
        """Remove everything in it."""
        for entry in self.path.iterdir():
            if entry.name in (MARK, LOCK):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def release(self) -> None:
        """Let another launcher have it."""
        self._lock.close()


def is_in_use(path: Path) -> bool:
    """Whether a launcher runs on this folder now."""
    try:
        with (path / LOCK).open("r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _make_ours(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not (path / MARK).exists():
            if any(path.iterdir()):
                raise StackError(
                    f"{path} is not empty and is no data folder of clinicflow, so it is left alone. "
                    "Choose another with --data FOLDER."
                )
            (path / MARK).write_text("All data of a local clinicflow stack. `--fresh` empties this folder.\n")
    except OSError as problem:
        raise StackError(f"The data folder {path} cannot be used: {problem.strerror}.") from problem


def _lock(path: Path) -> IO[str]:
    lock = (path / LOCK).open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise StackError(
            f"A stack runs on {path} already (process {holder}). Stop that one first, or choose another folder with --data FOLDER."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
