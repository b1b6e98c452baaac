"""What stands in the board's addresses."""

from typing import Annotated

from fastapi import Path

from schemas.envelope import SiteId

Site = Annotated[SiteId, Path(description="The clinic's id, as in the address of its wall.")]
