"""Runs a command that dies with its launcher: `python tether.py LAUNCHER_PID COMMAND…`; started by child.py only.

On Linux the kernel kills the command as soon as the launcher's thread that started it is gone, even by SIGKILL.
Elsewhere there is no such call, and a launcher that is killed leaves its children behind.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # from linux/prctl.h; it outlives exec


def main() -> None:
    """Tie this process to its launcher, then become the command. Exits 127 when there is no such command."""
    launcher, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != launcher:  # it died before the tie was made
        sys.exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606 # its whole purpose
    except OSError as problem:
        sys.stderr.write(f"{command[0]}: {problem.strerror}\n")
        sys.exit(127)


main()
