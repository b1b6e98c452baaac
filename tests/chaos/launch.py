"""`python -m tests.chaos.launch SERVICE NAME…`: a service with failpoints in it, under circumstances, a protection switched off."""

import sys
from importlib import import_module

from tests.chaos import failpoints


def main(service: str, names: list[str]) -> object:
    """Run a service to its end."""
    failpoints.install(service)
    if service == "flow":  # the others need not pay for what only flow knows
        from tests.chaos.unprotected import UNPROTECTED
        from tests.integration.flow.circumstances import CIRCUMSTANCES
        from tests.integration.flow.sabotage import SABOTAGES

        known = {**CIRCUMSTANCES, **SABOTAGES, **UNPROTECTED}
        for name in names:
            known[name]()
    return import_module(f"services.{service}.__main__").main()


if __name__ == "__main__":
    given, sys.argv[1:] = sys.argv[1:], []
    sys.exit(main(given[0], given[1:]))  # type: ignore[arg-type] # an exit code, or None
