"""The templates of the pages: everything is escaped, and each page says what it may load."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from feedsmith import resources

_TEMPLATES: Final = "builder/templates"


def render(name: str, **values: object) -> bytes:
    """Return a page in UTF-8: the template of that name with these values."""
    return _template(name).render(values).encode()


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    """Return the templates' environment: everything is escaped, a forgotten value is an error."""
    environment = Environment(
        autoescape=True,
        auto_reload=False,
        loader=FunctionLoader(lambda name: resources.text(_TEMPLATES, name)),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    css = resources.text(_TEMPLATES, "style.css")
    environment.globals["css"] = Markup(css)  # noqa: S704 (package data)
    metas = environment.get_template("metas.html").render(policy=_policy(css))
    environment.globals["metas"] = Markup(metas)  # noqa: S704 (package data)
    return environment


def _policy(css: str) -> str:
    """Return the content security policy of a page with this one style sheet.

    Source: Content Security Policy Level 3, sections 2.3 (hash sources) and 3.3 (meta element).
    """
    digest = b64encode(sha256(css.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src 'self' file: http: https:; "
        f"style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
