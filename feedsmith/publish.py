"""Publishing: a complete new folder beside out/, then one atomic exchange of the two.

Where folders cannot be exchanged the files are moved one by one instead, see journal.py.

The stage holds new files, hard links to what stays the same (so its times and inode stay, and
conditional requests answer 304) and hard links to whatever the user put there. Everything new is
on the disk before the exchange; nothing is ever written inside out/ itself. A run that dies at
any point leaves out/ as it was or as it shall be, and a stage that the next run clears.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterable
from hashlib import sha256

from feedsmith import disk, journal
from feedsmith.disk import open_folder, sync, sync_file_system, tree
from feedsmith.errors import OutputError
from feedsmith.manifest import Manifest

SYNC_ONE_BY_ONE = 64  # files; above this one flush of the file system costs less than single ones
# What tells our files from the user's when the state was lost; one for each kind of file.
_OURS = (
    b">feedsmith</generator>",  # Atom, RSS
    b'{"version": "https://jsonfeed.org/version/1.1",\n"title": ',
    b'<opml version="2.0">\n <head>\n  <title>',
    b'<meta name="generator" content="feedsmith">',  # pages
    b"/* made by feedsmith: ",  # scripts and style sheets
)


class Stage:
    """The new out folder in the making; made lazily, so that a run without news writes nothing."""

    def __init__(
        self, out: str, manifest: Manifest, swap: Callable[[str, str], None] = disk.swap
    ) -> None:
        self.out = os.path.realpath(out)
        if os.path.exists(self.out) and not os.path.isdir(self.out):
            raise OutputError(f"{out}: is a file; name a folder with -o")
        self.folder = journal.stage_of(self.out)
        self._swap = swap
        self._manifest = manifest
        self.owned = manifest.owned()
        self._known = self.owned.keys() | manifest.pending()
        self.aside: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._made: set[str] = set()

    def is_current(self, path: str, digest: str) -> bool:
        """Say whether out/ already holds these bytes at path, written by us."""
        if not digest or self.owned.get(path) != digest:
            return False
        try:
            with open(os.path.join(self.out, path), "rb") as stream:
                return sha256(stream.read()).hexdigest() == digest
        except OSError:
            return False

    @property
    def written(self) -> frozenset[str]:
        """The paths of the files that this run made."""
        return frozenset(self._written)

    def holds(self, path: str) -> bool:
        """Say whether the new set has this file: put just now, or lying in out/ and ours."""
        if path in self._written:
            return True
        return path in self.owned and os.path.isfile(os.path.join(self.out, path))

    def put(self, path: str, data: bytes) -> None:
        """Take a file into the new set, unless out/ holds the very same already."""
        digest = sha256(data).hexdigest()
        if self.is_current(path, digest):
            return
        target = os.path.join(self.folder, path)
        self._make(os.path.dirname(target))
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(target, flags, 0o666)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)
        self._written[path] = digest

    def publish(self, wanted: Collection[str]) -> bool:
        """Make out/ hold exactly the wanted files of ours, beside the user's own.

        Args:
            wanted: paths below out/ of every file of the set, put just now or left as it was.

        Returns:
            Whether anything changed.

        Raises:
            OutputError: a file of the user is in the way, or the disk or the file system said no.
        """
        self._discard(self._written.keys() - set(wanted))
        dropped = self._known - set(wanted)
        if not self._written and not dropped:
            shutil.rmtree(self.folder, ignore_errors=True)
            return False
        self._make(self.folder)
        try:
            self._exchange(dropped)
        except disk.CannotExchangeError:
            self._move_one_by_one(dropped)
        self._manifest.settle(self._written, dropped)
        return True

    def clear(self) -> None:
        """Remove what an earlier run left beside out/.

        When that run died after the exchange, it is the old out folder, and what the user put
        there in the last moment is given back. A journal is finished.
        """
        journal.resume(self.out)
        if os.path.isdir(self.folder):
            announced = self._manifest.stage_inode()
            if announced is None or announced == os.stat(self.folder).st_ino:
                shutil.rmtree(self.folder)
            else:
                self._retire()
        self._manifest.forget_stage()

    def _discard(self, paths: Iterable[str]) -> None:
        """Take back files that were put and are not wanted after all."""
        for path in sorted(paths):
            os.unlink(os.path.join(self.folder, path))
            del self._written[path]
        journal.prune(self.folder, paths)

    def _make(self, folder: str) -> None:
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)
            self._made.add(folder)

    def _link_others(self, dropped: Collection[str]) -> None:
        """Hard-link into the stage everything of out/ that is not replaced or dropped.

        A file of ours that the user edited stays too, under a name noted in `aside`.
        """
        for relative, names in tree(self.out):
            into = os.path.join(self.folder, relative)
            if os.path.isfile(into):
                raise self._in_the_way(relative)
            self._make(into)
            source, target = open_folder(os.path.join(self.out, relative)), open_folder(into)
            try:
                for name in names:
                    path = f"{relative}/{name}" if relative else name
                    kept = self._kept_name(path, name, dropped)
                    if kept == name or (kept and kept not in names):
                        self._link(path, name, kept, (source, target))
            finally:
                os.close(source)
                os.close(target)
        journal.prune(self.folder, dropped)

    def _link(self, path: str, name: str, kept: str, folders: tuple[int, int]) -> None:
        source, target = folders
        try:
            os.link(name, kept, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        except FileExistsError:
            raise self._in_the_way(path) from None
        except OSError as error:  # which knows no more than the bare name
            kind = disk.CannotExchangeError if error.errno in disk.CANNOT else OSError
            raise kind(error.errno, error.strerror, os.path.join(self.out, path)) from error

    def _in_the_way(self, path: str) -> OutputError:
        return OutputError(
            f"{os.path.join(self.out, path)}: is not a file that feedsmith wrote; "
            "move it away, or choose another out folder with -o"
        )

    def _kept_name(self, path: str, name: str, dropped: Collection[str]) -> str:
        """Return the name under which a file of out/ stays, "" when it is replaced or dropped."""
        if path not in self._written and path not in dropped:
            return name
        if not self._is_users(path):
            return ""
        digest = journal.digest_of(os.path.join(self.out, path))
        self.aside[path] = journal.aside_name(name, digest)
        return self.aside[path]

    def _is_users(self, path: str) -> bool:
        """Say whether the file in out/ holds something that we did not write."""
        with open(os.path.join(self.out, path), "rb") as stream:
            data = stream.read()
        digest = sha256(data).hexdigest()
        if self._manifest.is_ours(path, digest) or digest == self._written.get(path):
            return False
        if path in self.owned:
            return True
        if any(mark in data for mark in _OURS):  # the state folder was lost
            return False
        raise self._in_the_way(path)

    def _sync(self) -> None:
        if len(self._written) > SYNC_ONE_BY_ONE:
            sync_file_system(self.folder)
            return
        files = [os.path.join(self.folder, path) for path in sorted(self._written)]
        folders = {os.path.dirname(path) for path in files} | {self.folder}
        for path in (*files, *sorted(folders)):
            sync(path)

    def _ready(self) -> None:
        """Announce the new files and bring them to the disk."""
        self._manifest.announce(self._written, os.stat(self.folder).st_ino)
        self._sync()

    def _exchange(self, dropped: Collection[str]) -> None:
        """Publish in one step.

        Raises:
            CannotExchangeError: that is not possible here; out/ is as it was.
        """
        if self.folder.startswith(f"{self.out}/"):
            raise disk.CannotExchangeError
        self._link_others(dropped)
        self._ready()
        if os.path.isdir(self.out):
            os.chmod(self.folder, stat.S_IMODE(os.stat(self.out).st_mode))
            self._swap(self.folder, self.out)
        else:
            os.rename(self.folder, self.out)
        sync(os.path.dirname(self.out))
        self._retire()

    def _move_one_by_one(self, dropped: Collection[str]) -> None:
        """Publish file by file, with a journal."""
        replaced = {path: self._replaced(path, dropped) for path in (*self._written, *dropped)}
        self._ready()
        puts, drops = ({p: replaced[p] for p in paths} for paths in (self._written, dropped))
        journal.publish(self.out, self.folder, puts, drops)

    def _replaced(self, path: str, dropped: Collection[str]) -> str:
        """Return the digest of the file of ours that lies at a path, "" when there is none."""
        there = os.path.join(self.out, path)
        if os.path.isdir(there) and path in dropped:
            return ""
        if os.path.isdir(there) or any(map(os.path.isfile, _parents(self.out, path))):
            raise self._in_the_way(path)
        if not os.path.lexists(there) or self._kept_name(path, os.path.basename(path), dropped):
            return ""
        return journal.digest_of(there)

    def _retire(self) -> None:
        """Remove the folder that was exchanged away; what the user added meanwhile is moved."""
        ours = self._known | self._written.keys()
        for relative, names in reversed(list(tree(self.folder))):
            folder = os.path.join(self.folder, relative)
            descriptor = open_folder(folder)
            try:
                for name in names:
                    path = f"{relative}/{name}" if relative else name
                    if path in ours or not self._give_back(path):
                        os.unlink(name, dir_fd=descriptor)
            finally:
                os.close(descriptor)
            os.rmdir(folder)

    def _give_back(self, path: str) -> bool:
        """Move a retired file to out/ if it is the user's newest; say whether it was."""
        old, new = os.path.join(self.folder, path), os.path.join(self.out, path)
        if not _is_newer(old, new):
            return False
        os.makedirs(os.path.dirname(new), exist_ok=True)
        os.rename(old, new)
        return True


def _is_newer(old: str, new: str) -> bool:
    """Say whether a retired file, in no other folder, is missing from out/ or was saved later."""
    info = os.lstat(old)
    if info.st_nlink > 1:
        return False
    try:
        other = os.lstat(new)
    except FileNotFoundError:
        return True
    return not stat.S_ISDIR(other.st_mode) and info.st_mtime_ns > other.st_mtime_ns


def _parents(root: str, path: str) -> list[str]:
    """Return the folders between root and a path below it."""
    parts = path.split("/")[:-1]
    return [os.path.join(root, *parts[:number]) for number in range(1, len(parts) + 1)]
