"""Which installation a command works on."""

import os
from pathlib import Path

from services.cli.stack_options import settings_from
from services.runtime.settings import ServiceSettings
from services.stack.state import read

PREFIX = "CLINICFLOW_"


def installation(data: Path | None = None) -> ServiceSettings:
    """Settings of the local stack that runs on this data folder, where one does, and else what the environment says.

    Without a folder named, the environment goes before the stack on the default folder.
    """
    running = read(settings_from(data=data).data)
    told = running.environment if running else {}
    return ServiceSettings(
        **{name.removeprefix(PREFIX).lower(): value for name, value in told.items() if data is not None or name not in os.environ}  # type: ignore[arg-type]  # texts, as an environment has them
    )
