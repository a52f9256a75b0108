"""The secret first step of every address that `serve --token` answers, kept in the state folder.

A running server looks at the file at each request, so a renewed token holds at once.
"""

from __future__ import annotations

import os
import re
import secrets

from feedsmith.errors import OutputError

_BYTES = 16  # 128 bits, in 22 characters that need no escaping in an address
_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,100}\Z")


class Token:
    """The token as the file has it now; read anew only when the file has changed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._text = ""

    def __call__(self) -> str:
        """Return the token; one that can't be told is a new one that nobody knows.

        So nothing is open to all because a file was lost.
        """
        stamp = _stamp(self._path)
        if stamp is None or stamp != self._stamp:
            self._text = (stamp and _read(self._path)) or secrets.token_urlsafe(_BYTES)
            self._stamp = stamp
        return self._text


def keep_token(path: str, *, renew: bool = False) -> None:
    """Make the token's file unless there is a good one; only its owner may read it.

    Args:
        path: the file; its folder is made if need be.
        renew: make a new token in any case.

    Raises:
        OutputError: the file cannot be written.
    """
    if not renew and _read(path):
        return
    fresh = f"{path}.new"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        with os.fdopen(os.open(fresh, flags, 0o600), "w", encoding="ascii") as stream:
            stream.write(f"{secrets.token_urlsafe(_BYTES)}\n")
            os.fsync(stream.fileno())
        os.replace(fresh, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot keep the token: {error.strerror}") from error


def _read(path: str) -> str:
    """Return the token in a file, "" when there is none of the right shape."""
    try:
        with open(path, encoding="ascii") as stream:
            text = stream.read().strip()
    except (OSError, UnicodeError):
        return ""
    return text if _SHAPE.match(text) else ""


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        info = os.stat(path)
    except OSError:
        return None
    return info.st_mtime_ns, info.st_ino
