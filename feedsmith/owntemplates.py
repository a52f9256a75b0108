"""The user's templates as a value, apart from the others so that a run without news is light."""

from __future__ import annotations

from typing import Final, NamedTuple


class Templates(NamedTuple):
    """The user's own templates: the folder as the configuration names it, (name, text) by name."""

    folder: str = ""
    files: tuple[tuple[str, str], ...] = ()


NO_TEMPLATES: Final = Templates()
