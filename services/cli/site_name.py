"""The option that names a site."""

import click
from pydantic import TypeAdapter, ValidationError

from schemas.envelope import SiteId

_SITE: TypeAdapter[str] = TypeAdapter(SiteId)


class SiteName(click.ParamType):
    """A site's id."""

    name = "site"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return _SITE.validate_python(value)
        except ValidationError:
            self.fail("a site's id has small letters, digits and hyphens, 40 at most", param, ctx)


site_option = click.option("--site", type=SiteName(), required=True, help="The site's id.")
