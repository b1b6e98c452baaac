"""The health routes of a service without pages: their thread must not break the end of the process."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
ENDS_SLOWLY = """
import ctypes
import gc
import time
from prometheus_client import CollectorRegistry
from services.runtime.health import HealthServer
from services.stack.ports import HOST, unused
from services.stack.service_parts import answers_ready
from tests.waiting import wait_until

port = unused(1)[0]
HealthServer({}, CollectorRegistry(), HOST, port).start()
wait_until(lambda: answers_ready(port), 10, "the server")
libc = ctypes.CDLL(None)
sleep_at_exit = ctypes.cast(libc.usleep, ctypes.c_void_p), ctypes.c_void_p(500_000), None
libc.__cxa_atexit(*sleep_at_exit)  # the interpreter is gone by then, the server's thread is not
time.sleep(0.1)  # until the server does nothing but wait
gc.freeze()  # as flow does with what it holds: the interpreter goes faster
"""


def test_a_process_that_ends_slowly_while_health_is_served_ends_well() -> None:
    assert subprocess.run([sys.executable, "-c", ENDS_SLOWLY], cwd=PROJECT, check=False, timeout=60).returncode == 0
