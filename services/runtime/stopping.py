"""SIGTERM and Ctrl-C as an event that every wait heeds."""

import signal
import threading

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StoppedError(Exception):
    """The process was told to stop while it waited for something. What it was at comes again at the next start."""


def on_signals() -> threading.Event:
    """Return an event that either signal sets. Call it in the main thread before any other is started.

    A thread waits for the signals: a handler that sets an event which the interrupted thread waits for can deadlock.
    """
    stopping = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)

    def wait() -> None:
        signal.sigwait(_SIGNALS)
        stopping.set()

    threading.Thread(target=wait, name="signals", daemon=True).start()
    return stopping
