"""The user's own texts beside the saved files: configuration, corrections, templates."""

from __future__ import annotations

import os
from typing import Final

from feedsmith.errors import ConfigError
from feedsmith.owntemplates import NO_TEMPLATES, Templates

MAX_TEMPLATE_BYTES: Final = 1_000_000  # bytes; it is part of every page, or of the build's digest
_TEMPLATES: Final = (".css", ".html", ".js")


def read_text(name: str) -> str:
    """Return the text of a file.

    Raises:
        ConfigError: it cannot be read, or is no UTF-8.
    """
    try:
        with open(name, encoding="utf-8") as stream:
            return stream.read()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror}") from error


def read_templates(name: str, base: str, config: str) -> Templates:
    """Return the user's templates: the HTML, CSS and JavaScript files of a folder, not below it.

    Args:
        name: the folder as the configuration names it; "" means none.
        base: what it is relative to.
        config: the configuration's name, for messages.

    Raises:
        ConfigError: there is no such folder, or a file cannot be read or is too large.
    """
    if not name:
        return NO_TEMPLATES
    folder = os.path.join(base, name)
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise ConfigError(f"{config}: output.templates: {folder}: {error.strerror}") from error
    wanted = [n for n in names if n.endswith(_TEMPLATES) and not n.startswith(".")]
    return Templates(
        name.rstrip("/"), tuple((n, _limited(os.path.join(folder, n))) for n in wanted)
    )


def _limited(path: str) -> str:
    text = read_text(path)
    if len(text) > MAX_TEMPLATE_BYTES:
        raise ConfigError(f"{path}: is larger than {MAX_TEMPLATE_BYTES} bytes; make it smaller")
    return text
