"""`python -m tests.integration.flow.launch NAME…`: a flow worker under circumstances, or with a protection switched off."""

import sys

from services.flow.__main__ import main
from tests.integration.flow.circumstances import CIRCUMSTANCES
from tests.integration.flow.sabotage import SABOTAGES

if __name__ == "__main__":
    names, sys.argv[1:] = sys.argv[1:], []
    for name in names:
        {**CIRCUMSTANCES, **SABOTAGES}[name]()
    main()
