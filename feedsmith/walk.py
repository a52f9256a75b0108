"""The one directory walk: names and stats of files, folder by folder, sorted; nothing is opened.

Kept to `os` alone: a run that finds nothing changed imports little more than this.
Hidden names, half-written downloads, the resource folder beside a completely saved page, further
forms of a page that tools write beside it, another run's out folder (told by its state folder
beside it) and the folders that the caller names are skipped; links to folders are not followed, so
no loop is walked.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from fnmatch import translate
from operator import itemgetter

# Names that programs give to a file while they are still writing it.
_PARTIAL = (".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".swp", "~")
# What browsers append to a page's name for the folder of its pictures and scripts.
_RESOURCE_FOLDERS = (
    "_files", ".files", "-Dateien", "_fichiers", "_archivos", "_file", "_bestanden", "-filer",
    "_tiedostot", "_pliki", "_soubory", "_elemei", "_ficheiros", "_arquivos", "_dosyalar",
    "_datoteke", "_fitxers", "_failid", "_fails", "_bylos", "_fajlovi", "_fitxategiak", "_fájlok",
)  # fmt: skip
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)  # s3://papers
_HERE = "file://"
_STATE = ".feedsmith-"  # and the name of the out folder beside which this state folder lies
_PAGES = (".html", ".htm", ".xhtml")
# What ArchiveBox writes into the folder of a snapshot: one page in many forms. The best form comes
# first; of those in folders of their own the first that is there is entered.
_SNAPSHOT_INDEX = "index.json"
_SNAPSHOT_PAGES = ("singlefile.html", "output.html")
_SNAPSHOT_FOLDERS = ("singlefile", "dom", "readability", "mercury", "wget", "warc")
_SNAPSHOT_MARKS = frozenset({
    *_SNAPSHOT_PAGES, *_SNAPSHOT_FOLDERS, "index.html", "output.pdf", "screenshot.png",
    "headers.json", "archive.org.txt", "favicon.ico", "htmltotext.txt", "media", "git",
})  # fmt: skip
_IS_PATTERN = re.compile(r"[*?\[]")  # what makes a name a shell pattern
_SNAPSHOT_LEAST = 3  # marks beside the index; one or two may be chance
# The three forms that the readers within ArchiveBox give a page.
_READER_PAGE = "content.html"
_READER_FORMS = frozenset({_READER_PAGE, "content.txt", "article.json"})
# What readability tools write beside a page of the same stem, the same text once more.
_READABLE = (".readability.html", ".readability.json", ".readability.txt")
_IN_READABLE = ".readability."
_NAME = itemgetter(0)

# Name, time of modification in nanoseconds, size and inode of one file. A plain tuple, for there
# may be a million; they sort by name.
FileStat = tuple[str, int, int, int]


class Folder:
    """A walked folder: `relative` to its root ("" for the root itself), its files by name.

    `error` says why the folder could not be listed, "" when it was.
    """

    __slots__ = ("error", "files", "path", "relative")

    def __init__(self, path: str, relative: str, files: list[FileStat], error: str = "") -> None:
        self.path = path
        self.relative = relative
        self.files = files
        self.error = error

    def path_of(self, name: str) -> str:
        """Return the path under which a file of this folder can be opened."""
        return f"{self.path}/{name}" if self.path else name


Lister = Callable[[str], tuple[list[FileStat], list[str]]]  # a folder → files, sub-folders


def walk(
    root: str,
    *,
    skip: Collection[str] = (),
    include: Collection[str] = (),
    exclude: Collection[str] = (),
) -> Iterator[Folder]:
    """Yield every folder below root that holds files or cannot be listed, in order of its path.

    Args:
        root: a folder or one file, as a path; a file gives one folder with that file.
        skip: real paths of folders not to enter.
        include: shell patterns on the path below root; empty means every file.
        exclude: the same, for files and folders to leave out.

    Raises:
        OSError: root itself cannot be read.
    """
    info = os.stat(root)
    if stat.S_ISDIR(info.st_mode):
        yield from _walk(_list, root, skip, _Wanted(include, exclude))
    else:
        head, name = os.path.split(root)
        yield Folder(head, "", [_stat(name, info)])


def is_remote(path: str) -> bool:
    """Say whether a path is the address of something that does not lie on this machine.

    >>> is_remote("s3://papers/2024"), is_remote("saved/a.html")
    (True, False)
    """
    return _ADDRESS.match(path) is not None


def local(path: str) -> str:
    """Return the path of a file that a `file://` address names; any other text as it is.

    >>> local("file:///saved/a%20page.html"), local("saved")
    ('/saved/a page.html', 'saved')
    """
    if not path.startswith(_HERE):
        return path
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 (most runs need none)

    return unquote(urlsplit(path).path)


def roots_of(paths: Iterable[str], folder: str) -> tuple[str, ...]:
    """Return the roots that a configuration in a folder names; addresses stay as they are."""
    return tuple(p if is_remote(p) else os.path.join(folder, p) for p in map(local, paths))


def real_root(root: str) -> str:
    """Return a root by the one name that it has from everywhere."""
    return root if is_remote(root) else os.path.realpath(root)


def walk_listed(
    lister: Lister, root: str, *, include: Collection[str] = (), exclude: Collection[str] = ()
) -> Iterator[Folder]:
    """Yield the folders of what is no disk: `lister` gives the files and sub-folders of one.

    Raises:
        OSError: root itself cannot be listed.
    """

    def seen(path: str) -> tuple[list[FileStat], list[str]]:
        files, folders = lister(path)
        kept = [file for file in files if file[0][0] != "." and not is_partial(file[0])]
        return kept, [name for name in folders if name[0] != "."]

    yield from _walk(seen, root, (), _Wanted(include, exclude))


def is_partial(name: str) -> bool:
    """Say whether a name is one that programs give to a file while they are writing it."""
    return name.endswith(_PARTIAL)


def stat_of(path: str) -> FileStat:
    """Return what is known of one file.

    Raises:
        OSError: there is none.
    """
    return _stat(os.path.basename(path), os.stat(path))


def _stat(name: str, info: os.stat_result) -> FileStat:
    return name, info.st_mtime_ns, info.st_size, info.st_ino


def _walk(lister: Lister, root: str, skip: Collection[str], wanted: _Wanted) -> Iterator[Folder]:
    pending = [("", root)]
    while pending:
        relative, path = pending.pop()
        try:
            files, folders = lister(path)
        except OSError as error:
            if not relative:
                raise
            yield Folder(path, relative, [], error.strerror or "no reason given")
            continue
        files, folders = _without_doubles(files, folders)
        kept = wanted.of(relative, files)
        if kept:
            yield Folder(path, relative, kept)
        names = set(map(_NAME, files)) if folders else ()
        pending += [
            (f"{relative}{name}/", f"{path}/{name}")
            for name in sorted(folders, reverse=True)
            if not _is_resources(name, names)
            and not wanted.excludes(f"{relative}{name}")
            and not (skip and os.path.realpath(f"{path}/{name}") in skip)
        ]


def _list(path: str) -> tuple[list[FileStat], list[str]]:
    files: list[FileStat] = []
    folders: list[str] = []
    others: set[str] = set()
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                if name.startswith(_STATE):
                    others.add(name.removeprefix(_STATE))
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name)
                elif not name.endswith(_PARTIAL) and entry.is_file():
                    info = entry.stat()
                    files.append((name, info.st_mtime_ns, info.st_size, info.st_ino))
            except OSError as error:
                files += _untold(name, error)
    files.sort()
    return files, [name for name in folders if name not in others]


def _untold(name: str, error: OSError) -> list[FileStat]:
    """Return what stands for a file, if it is there: no link to nowhere, not gone since listed."""
    return [] if error.errno in (errno.ENOENT, errno.ELOOP) else [(name, 0, -1, 0)]


def _without_doubles(files: list[FileStat], folders: list[str]) -> tuple[list[FileStat], list[str]]:
    """Return a folder's files and sub-folders without further forms of the same page."""
    names = set(map(_NAME, files))
    if _SNAPSHOT_INDEX in names and _is_snapshot(names, folders):
        return _snapshot(files, folders)
    if names >= _READER_FORMS:
        files = [file for file in files if file[0] not in _READER_FORMS - {_READER_PAGE}]
    if _IN_READABLE in "/".join(names):
        files = [file for file in files if not _is_readable(file[0], names)]
    return files, folders


def _is_snapshot(names: Collection[str], folders: Collection[str]) -> bool:
    marks = _SNAPSHOT_MARKS.intersection({*names, *folders})
    pages = marks.intersection({*_SNAPSHOT_PAGES, *_SNAPSHOT_FOLDERS})
    return bool(pages) and len(marks) >= _SNAPSHOT_LEAST


def _snapshot(files: list[FileStat], folders: list[str]) -> tuple[list[FileStat], list[str]]:
    for page in _SNAPSHOT_PAGES:
        found = [file for file in files if file[0] == page]
        if found:
            return found, []
    return [], [name for name in _SNAPSHOT_FOLDERS if name in folders][:1]


def _is_readable(name: str, names: Collection[str]) -> bool:
    """Say whether a file is a page's text once more."""
    for ending in _READABLE:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            return any(stem + page in names for page in _PAGES)
    return False


class _Wanted:
    """The user's patterns, each matched against the path below the root and the bare name."""

    def __init__(self, include: Collection[str], exclude: Collection[str]) -> None:
        self._include = _pattern(include)
        self._names = frozenset(name for name in exclude if not _IS_PATTERN.search(name))
        self._has_paths = any("/" in name for name in self._names)
        self._exclude = _pattern([name for name in exclude if name not in self._names])

    def of(self, relative: str, files: list[FileStat]) -> list[FileStat]:
        """Return the files of a folder that are to be read."""
        is_plain = self._include is None and self._exclude is None and not self._has_paths
        if is_plain and self._names.isdisjoint(map(_NAME, files)):
            return files
        return [file for file in files if self._includes(relative + file[0])]

    def _includes(self, below: str) -> bool:
        return (self._include is None or _matches(self._include, below)) and not self.excludes(
            below
        )

    def excludes(self, below: str) -> bool:
        """Say whether a folder is not to be entered, or a file not to be read."""
        if below in self._names or below.rsplit("/", 1)[-1] in self._names:
            return True
        return self._exclude is not None and _matches(self._exclude, below)


def _pattern(shell_patterns: Collection[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(translate, shell_patterns))) if shell_patterns else None


def _matches(pattern: re.Pattern[str], below: str) -> bool:
    return bool(pattern.match(below) or pattern.match(below.rsplit("/", 1)[-1]))


def _is_resources(name: str, siblings: Collection[str]) -> bool:
    for ending in _RESOURCE_FOLDERS:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            return any(stem + page in siblings for page in _PAGES)
    return False
