"""Renders the pages' templates: ours, and the user's in their place.

Strategy: everything is escaped, and a forgotten value is an error. A page has one inline style
sheet and at most one inline script; its own content security policy names their hashes, so nothing
else runs or loads but images. The user's templates run in a sandbox, and what is wrong with one is
told by its file and line.
"""

from __future__ import annotations

import difflib
import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from traceback import extract_tb
from typing import Final

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from feedsmith.builder.styling import FOLDER, STYLE_NAME, file_text
from feedsmith.errors import ConfigError
from feedsmith.owntemplates import NO_TEMPLATES, Templates

# What may be replaced; the user's further files begin with "_" and are for including.
PAGES: Final = ("article.html", "index.html", "topic.html", "parts.html", "metas.html")
STYLE: Final = "style.css"
SCRIPT: Final = "page.js"
NAMES: Final = (*PAGES, STYLE, SCRIPT, STYLE_NAME)
# What would end the element around an inlined file, and so leave the rest of it on the page.
_ENDS: Final = {
    STYLE: re.compile("</style", re.IGNORECASE),
    SCRIPT: re.compile("</script|<!--", re.IGNORECASE),
}
_PARTIAL: Final = "_"


def render(templates: Templates, name: str, **values: object) -> bytes:
    """Return a page in UTF-8.

    Args:
        templates: the user's, which replace ours of the same name.
        name: one of PAGES.
        values: what the template places.

    Raises:
        ConfigError: a template of the user cannot be used; with its file and line.
    """
    try:
        return _template(templates, name).render(values).encode()
    except Exception as error:
        if told := _told(error, templates):
            raise ConfigError(told) from error
        raise


def check(templates: Templates) -> None:
    """Check that the user's templates have known names and can be compiled.

    Raises:
        ConfigError: one has not, or cannot; with its file and line.
    """
    for name, text in templates.files:
        place = f"{templates.folder}/{name}"
        if name not in NAMES and not name.startswith(_PARTIAL):
            near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
            advice = f"did you mean {near[0]!r}?" if near else f"known names: {', '.join(NAMES)}"
            raise ConfigError(
                f"{place}: no template has this name; {advice} (one to include begins with '_')"
            )
        if found := name in _ENDS and _ENDS[name].search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise ConfigError(
                f"{place}:{line}: must not hold {found[0]!r}; it stands inside a page"
            )
    try:
        for name, _ in templates.files:
            if name.endswith(".html"):
                _template(templates, name)
    except TemplateSyntaxError as error:
        raise ConfigError(_told(error, templates) or str(error)) from error


@lru_cache(maxsize=64)
def _template(templates: Templates, name: str) -> Template:
    return _environment(templates).get_template(name)


@lru_cache(maxsize=4)
def _environment(templates: Templates) -> Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        own = dict(templates.files)
        if name not in own and name not in NAMES:
            return None
        folder = templates.folder if name in own else f"feedsmith/{FOLDER}"
        return file_text(templates, name), f"{folder}/{name}", None

    kind = Environment if templates == NO_TEMPLATES else ImmutableSandboxedEnvironment
    environment = kind(
        autoescape=True,
        auto_reload=False,
        loader=FunctionLoader(load),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    css = file_text(templates, STYLE).strip()
    script = file_text(templates, SCRIPT).strip()
    metas = environment.get_template("metas.html")
    plain, active = policy(css), policy(css, script)
    environment.globals |= {
        "css": Markup(css),  # noqa: S704 (package data, or the user's own)
        "script": Markup(script),  # noqa: S704 (likewise)
        "metas": Markup(metas.render(policy=plain)),  # noqa: S704 (rendered with escaping)
        "script_metas": Markup(metas.render(policy=active)),  # noqa: S704 (likewise)
    }
    return environment


def policy(css: str, script: str = "") -> str:
    """Return the content security policy of a page with this style sheet and script.

    What the script loads itself is trusted as it is ('strict-dynamic'), whether it lies on a
    server or on a disk, where 'self' would mean nothing; an element in the page is not.

    Source: Content Security Policy Level 3, sections 2.3 (hash sources), 3.3 (meta element) and
    8.2 (strict-dynamic).
    """
    scripts = f"script-src {_hash(script)} 'strict-dynamic'; " if script else ""
    return (
        "default-src 'none'; img-src 'self' file: http: https:; "
        f"style-src {_hash(css)}; {scripts}base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _told(error: Exception, templates: Templates) -> str:
    """Return what is wrong with which line of the user's templates, "" when it is not theirs."""
    inside = f"{templates.folder}/"
    if not templates.files:
        return ""
    if isinstance(error, TemplateSyntaxError):
        place, line = error.filename or "", error.lineno
    else:
        frames = [f for f in extract_tb(error.__traceback__) if f.filename.startswith(inside)]
        place, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
    words = " ".join(str(error.args[0] if error.args else error).split()).rstrip(".")
    if isinstance(error, TemplateNotFound):
        words = f"there is no template {words!r}"
    return f"{place}:{line}: {words}; mend the template" if place.startswith(inside) else ""
