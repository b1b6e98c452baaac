"""The one way out for a worker that must not go on: logs flushed, no clean-up, a code that the supervisor sees."""

import logging
import os
import sys
from typing import NoReturn

EXIT_CODE = 70


def die(reason: str, *, error: BaseException | None = None) -> NoReturn:
    """End the process now. A worker that raised inside Faust would have acknowledged the batch it failed on."""
    logging.getLogger("clinicflow.flow").critical("flow ends: %s", reason, exc_info=error)
    logging.shutdown()
    sys.stderr.flush()
    os._exit(EXIT_CODE)
