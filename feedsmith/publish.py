"""Publishing: a complete new folder beside out/, then one atomic exchange of the two.

Where folders cannot be exchanged the files are moved one by one instead, see journal.py.

The stage holds the new files. The next folder (twins.py) gets hard links to them, to what stays the
same (so its times and inode stay, and conditional requests answer 304) and to whatever the user put
there. Everything new is on the disk before the exchange; nothing is written inside out/ itself. A
run that dies at any point leaves out/ as it was or as it shall be; the next one clears the rest.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath

from feedsmith import disk, journal, marks, twins
from feedsmith.disk import sync, sync_file_system
from feedsmith.errors import OutputError, Standing
from feedsmith.flushing import Flush
from feedsmith.manifest import Manifest, Place, places

SYNC_ONE_BY_ONE = 64  # files; above this one flush of the file system costs less than single ones
KEPT_FROM = (
    5_000  # files of ours; to link and unlink fewer anew costs less than a tenth of a second
)


class Stage:
    """The new out folder in the making; made lazily, so that a run without news writes nothing.

    `standing` says what is published at this moment, for messages.
    """

    def __init__(
        self, out: str, manifest: Manifest, swap: Callable[[str, str], None] = disk.swap
    ) -> None:
        self.out = os.path.realpath(out)
        if os.path.exists(self.out) and not os.path.isdir(self.out):
            raise OutputError(f"{out}: is a file; name a folder with -o")
        self.folder = journal.stage_of(self.out)
        self._flush = Flush(self.folder)
        head, name = os.path.split(self.out)
        self._next = os.path.join(head, f".{name}.next")
        self.standing = Standing.OLD
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

    def looks(self, folders: Iterable[str], files: Collection[str]) -> list[Place]:
        """Return how out/ looks now, see `manifest.places`."""
        return places(self.out, folders, files)

    def put(self, path: str, data: bytes) -> None:
        """Take a file into the new set, unless out/ holds the very same already."""
        digest = sha256(data).hexdigest()
        if self._manifest.digest_of(path) == digest and self._is_current(path, digest):
            return
        target = os.path.join(self.folder, path)
        self._make(os.path.dirname(target))
        self._flush.write(target, data)
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
        self.standing = Standing.NEW
        self._manifest.settle(dropped)
        return True

    def clear(self) -> None:
        """Remove what an earlier run left beside out/.

        When that run died after the exchange, it is the old out folder, and what the user put
        there in the last moment is given back. A journal is finished.
        """
        journal.resume(self.out)
        journal.sweep(self.out)
        announced = self._manifest.stage_inode()
        for folder in filter(os.path.isdir, (self.folder, self._next)):
            if announced not in {None, os.stat(folder).st_ino}:
                self._retire(folder, {})
            elif folder == self.folder or not self._is_large():
                shutil.rmtree(folder)
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

    def _staying(
        self, dropped: Mapping[str, Collection[str]], folder: str, names: Collection[str]
    ) -> dict[str, str] | None:
        """Return what stays of a folder of out/, see `twins.Staying`; `dropped` is by folder.

        A file of ours that the user edited stays too, under a name noted in `aside`.
        """
        replaced = set(self._manifest.written(folder))
        gone = dropped.get(folder, ())
        if not replaced and not gone:
            return None
        stay = {}
        for name in sorted(names):
            path = f"{folder}/{name}" if folder else name
            if path not in replaced and path not in gone:
                stay[name] = name
            elif self._is_users(path):
                self.aside[path] = kept = self._aside(path)
                if kept not in names:
                    stay[kept] = name
        return stay

    def _add_new(self) -> None:
        """Link the new files into the next folder, which has what stays."""
        for path in self._manifest.written():
            target = os.path.join(self._next, path)
            if above := journal.file_above(self._next, path):
                raise self._in_the_way(above)
            self._make(os.path.dirname(target))
            try:
                os.link(os.path.join(self.folder, path), target)
            except FileExistsError:
                raise self._in_the_way(path) from None

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
        if marks.is_ours(data):  # the state folder was lost
            return False
        raise self._in_the_way(path)

    def _aside(self, path: str) -> str:
        digest = journal.digest_of(os.path.join(self.out, path))
        return journal.aside_name(os.path.basename(path), digest)

    def _ready(self, folder: str, changed: Collection[str] = ()) -> None:
        """Announce the new files in a folder; bring them and the changed folders to the disk."""
        self._manifest.announce(os.stat(folder).st_ino)
        self._flush.finish()
        if self._manifest.number_written() + len(changed) > SYNC_ONE_BY_ONE:
            sync_file_system(folder)
            return
        files = list(self._manifest.written())
        for path in files:
            sync(os.path.join(folder, path))
        above = {str(one) for path in files for one in PurePosixPath(path).parents}
        disk.sync_names(folder, {"", *above, *changed})

    def _exchange(self, dropped: Collection[str]) -> None:
        """Publish in one step.

        Raises:
            CannotExchangeError: that is not possible here; out/ is as it was.
        """
        if self.folder.startswith(f"{self.out}/"):
            raise disk.CannotExchangeError
        if not os.path.isdir(self.out):
            self._ready(self.folder)
            shutil.rmtree(self._next, ignore_errors=True)  # who deleted out/ wants nothing back
            os.rename(self.folder, self.out)
            self.standing = Standing.NEW
            sync(os.path.dirname(self.out))
            if self._is_large():
                twins.begin(self.out, self._next)
            return
        seen = self._prepare(dropped)
        self._swap(self._next, self.out)
        self.standing = Standing.NEW
        sync(os.path.dirname(self.out))
        self._retire(self._next, seen)
        shutil.rmtree(self.folder)

    def _prepare(self, dropped: Collection[str]) -> twins.Seen:
        """Make the next folder the whole new set."""
        by_folder = defaultdict(set)
        for path in dropped:
            by_folder[os.path.dirname(path)].add(path)
        known = self._manifest.pairs()
        seen = twins.level(self.out, self._next, partial(self._staying, by_folder), known)
        self._manifest.note_pairs({path: look.pair for path, look in seen.items() if look.pair})
        self._add_new()
        journal.prune(self._next, dropped)
        self._ready(self._next, [path for path, look in seen.items() if look.is_fresh])
        return seen

    def _move_one_by_one(self, dropped: Collection[str]) -> None:
        """Publish file by file, with a journal."""
        shutil.rmtree(self._next, ignore_errors=True)
        puts = {path: self._replaced(path) for path in self._manifest.written()}
        drops = {path: self._replaced(path) for path in dropped if not self._is_folder(path)}
        self._ready(self.folder)
        journal.publish(self.out, self.folder, puts, drops)

    def _replaced(self, path: str) -> str:
        """Return the digest of the file of ours that lies at a path, "" when there is none."""
        if self._is_folder(path) or journal.file_above(self.out, path):
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

    def _retire(self, folder: str, seen: twins.Seen) -> None:
        """Clear away the folder that was exchanged away, or keep it for the next run."""
        is_kept = folder == self._next and self._is_large()
        seen = seen if is_kept else {}
        twins.retire(folder, self.out, self._manifest.knows, seen, is_kept=is_kept)

    def _is_large(self) -> bool:
        return self._manifest.has_at_least(KEPT_FROM)
