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
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from hashlib import sha256

from feedsmith import disk, journal
from feedsmith.disk import is_newer, open_folder, sync, sync_file_system, tree
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
        manifest.begin()
        self.aside: dict[str, str] = {}
        self._made: set[str] = set()

    def has_own(self, path: str) -> bool:
        """Say whether a file of ours lies in out/ as it was published."""
        return self._is_current(path, self._manifest.digest_of(path))

    def known(self) -> Iterator[str]:
        """Yield the paths of all that we ever published and may lie in out/, sorted."""
        return self._manifest.known()

    def put_in(self, folder: str | None = None) -> Iterator[str]:
        """Yield the paths of the files that this run made, in one folder or all, sorted."""
        return self._manifest.written(folder)

    def holds(self, path: str) -> bool:
        """Say whether the new set has this file: put just now, or lying in out/ and ours."""
        if self._manifest.digest_written(path):
            return True
        is_ours = bool(self._manifest.digest_of(path))
        return is_ours and os.path.isfile(os.path.join(self.out, path))

    def put(self, path: str, data: bytes) -> None:
        """Take a file into the new set, unless out/ holds the very same already."""
        digest = sha256(data).hexdigest()
        if self._manifest.digest_of(path) == digest and self._is_current(path, digest):
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
        self._manifest.note(path, digest)

    def publish(self, gone: Iterable[str], for_nothing: Iterable[str] = ()) -> bool:
        """Make out/ hold what was put, and what it held except for what is gone.

        Args:
            gone: paths below out/ of files of ours that it shall not hold any more; what we know
                nothing of is left alone.
            for_nothing: paths of files that were put and are not wanted after all.

        Returns:
            Whether anything changed.

        Raises:
            OutputError: a file of the user is in the way, or the disk or the file system said no.
        """
        self._discard(for_nothing)
        dropped = frozenset(path for path in gone if self._manifest.knows(path))
        if not self._manifest.number_written() and not dropped:
            shutil.rmtree(self.folder, ignore_errors=True)
            return False
        self._make(self.folder)
        try:
            self._exchange(dropped)
        except disk.CannotExchangeError:
            self._move_one_by_one(dropped)
        self._manifest.settle(dropped)
        return True

    def clear(self) -> None:
        """Remove what an earlier run left beside out/.

        When that run died after the exchange, it is the old out folder, and what the user put
        there in the last moment is given back. A journal is finished.
        """
        journal.resume(self.out)
        journal.sweep(self.out)
        if os.path.isdir(self.folder):
            announced = self._manifest.stage_inode()
            if announced is None or announced == os.stat(self.folder).st_ino:
                shutil.rmtree(self.folder)
            else:
                self._retire()
        self._manifest.forget_stage()

    def _discard(self, paths: Iterable[str]) -> None:
        """Take back files that were put and are not wanted after all."""
        found = sorted(paths)
        for path in found:
            os.unlink(os.path.join(self.folder, path))
            self._manifest.take_back(path)
        journal.prune(self.folder, found)

    def _is_current(self, path: str, digest: str) -> bool:
        """Say whether out/ holds these bytes at path."""
        if not digest:
            return False
        try:
            with open(os.path.join(self.out, path), "rb") as stream:
                return sha256(stream.read()).hexdigest() == digest
        except OSError:
            return False

    def _make(self, folder: str) -> None:
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)
            self._made.add(folder)

    def _link_others(self, dropped: Collection[str]) -> None:
        """Hard-link into the stage everything of out/ that is not replaced or dropped.

        A file of ours that the user edited stays too, under a name noted in `aside`.
        """
        touched = frozenset(map(os.path.dirname, dropped))
        for relative, names in tree(self.out):
            into = os.path.join(self.folder, relative)
            if os.path.isfile(into):
                raise self._in_the_way(relative)
            self._make(into)
            source, target = open_folder(os.path.join(self.out, relative)), open_folder(into)
            try:
                gone = dropped if relative in touched else ()
                for name, kept in self._kept(relative, names, gone):
                    self._link(relative, name, kept, (source, target))
            finally:
                os.close(source)
                os.close(target)
        journal.prune(self.folder, dropped)

    def _kept(
        self, folder: str, names: Sequence[str], dropped: Collection[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield (name, name under which it stays) of the files of a folder of out/ that stay."""
        replaced = set(self._manifest.written(folder))
        if not replaced and not dropped:
            yield from zip(names, names, strict=True)
            return
        for name in names:
            path = f"{folder}/{name}" if folder else name
            if path not in replaced and path not in dropped:
                yield name, name
            elif self._is_users(path):
                self.aside[path] = kept = self._aside(path)
                if kept not in names:
                    yield name, kept

    def _link(self, folder: str, name: str, kept: str, folders: tuple[int, int]) -> None:
        source, target = folders
        try:
            os.link(name, kept, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        except FileExistsError:
            raise self._in_the_way(os.path.join(folder, name)) from None
        except OSError as error:  # which knows no more than the bare name
            where = os.path.join(self.out, folder, name)
            kind = disk.CannotExchangeError if error.errno in disk.CANNOT else OSError
            raise kind(error.errno, error.strerror, where) from error

    def _in_the_way(self, path: str) -> OutputError:
        return OutputError(
            f"{os.path.join(self.out, path)}: is not a file that feedsmith wrote; "
            "move it away, or choose another out folder with -o"
        )

    def _is_users(self, path: str) -> bool:
        """Say whether the file in out/ holds something that we did not write."""
        with open(os.path.join(self.out, path), "rb") as stream:
            data = stream.read()
        digest = sha256(data).hexdigest()
        if self._manifest.is_ours(path, digest) or digest == self._manifest.digest_written(path):
            return False
        if self._manifest.digest_of(path):
            return True
        if any(mark in data for mark in _OURS):  # the state folder was lost
            return False
        raise self._in_the_way(path)

    def _aside(self, path: str) -> str:
        digest = journal.digest_of(os.path.join(self.out, path))
        return journal.aside_name(os.path.basename(path), digest)

    def _ready(self) -> None:
        """Announce the new files and bring them to the disk."""
        self._manifest.announce(os.stat(self.folder).st_ino)
        if self._manifest.number_written() > SYNC_ONE_BY_ONE:
            sync_file_system(self.folder)
            return
        files = [os.path.join(self.folder, path) for path in self._manifest.written()]
        folders = {os.path.dirname(path) for path in files} | {self.folder}
        for path in (*files, *sorted(folders)):
            sync(path)

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
        puts = {path: self._replaced(path) for path in self._manifest.written()}
        drops = {path: self._replaced(path) for path in dropped if not self._is_folder(path)}
        self._ready()
        journal.publish(self.out, self.folder, puts, drops)

    def _replaced(self, path: str) -> str:
        """Return the digest of the file of ours that lies at a path, "" when there is none."""
        if self._is_folder(path) or journal.has_file_above(self.out, path):
            raise self._in_the_way(path)
        there = os.path.join(self.out, path)
        if not os.path.lexists(there):
            return ""
        if self._is_users(path):
            self.aside[path] = self._aside(path)
            return ""
        return journal.digest_of(there)

    def _is_folder(self, path: str) -> bool:
        return os.path.isdir(os.path.join(self.out, path))

    def _retire(self) -> None:
        """Remove the folder that was exchanged away; what the user added meanwhile is moved."""
        folders = [relative for relative, _ in tree(self.folder)]
        for relative in reversed(folders):
            folder = os.path.join(self.folder, relative)
            ours = {*self._manifest.known(relative), *self._manifest.written(relative)}
            descriptor = open_folder(folder)
            try:
                for name in sorted(os.listdir(descriptor)):
                    path = f"{relative}/{name}" if relative else name
                    if path in ours or not self._give_back(path):
                        os.unlink(name, dir_fd=descriptor)
            finally:
                os.close(descriptor)
            os.rmdir(folder)

    def _give_back(self, path: str) -> bool:
        """Move a retired file to out/ if it is the user's newest; say whether it was."""
        old, new = os.path.join(self.folder, path), os.path.join(self.out, path)
        if not is_newer(old, new):
            return False
        os.makedirs(os.path.dirname(new), exist_ok=True)
        os.rename(old, new)
        return True
