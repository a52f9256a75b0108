"""Pictures inside saved files: written once beside the feeds, named by their bytes, never lost."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

import pytest
from conftest import Program

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.model import Document
from feedsmith.pictures import MAX_BYTES, from_data, picture_of, placed

PROSE = (
    "<p>The ferry was late again on Monday, and the harbour office said that it was sorry.</p>" * 3
)


def png(shade: int, width: int = 40) -> bytes:
    """Return a real PNG of one shade."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    row = b"\0" + bytes([shade, 7, 9] * width)
    noise = zlib.compress(row * width, 0)
    head = struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", noise) + chunk(b"IEND", b"")


def data_uri(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def page(*pictures: str, title: str = "Ferry late again") -> str:
    shown = "".join(f'<img src="{address}" alt="The quay">' for address in pictures)
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"{PROSE}{shown}<p>{title}, said the notice at the quay, until further notice.</p>"
        f"{PROSE}</article></body></html>"
    )


def media(library: Program) -> dict[str, bytes]:
    folder = library.folder / "out/media"
    return {path.name: path.read_bytes() for path in folder.glob("*")} if folder.is_dir() else {}


@pytest.fixture
def shelf(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    program.write(
        "config.toml", '[input]\npaths = ["saved"]\n[feed]\nbase_url = "https://f.example/x/"\n'
    )
    program.write("saved/a.html", page(data_uri(png(1)), title="Ferry late again"))
    program.write("saved/b.html", page(data_uri(png(1)), data_uri(png(2)), title="Quay shut"))
    return program


def test_a_picture_is_told_by_its_bytes_alone() -> None:
    found = picture_of(png(3))
    assert found
    assert found.name.endswith(".png")
    assert (
        picture_of(b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>' * 9) is None
    )
    assert picture_of(b"GIF89a") is None  # a pixel or a placeholder
    assert picture_of(b"\xff\xd8\xff" + bytes(MAX_BYTES)) is None
    assert picture_of(None) is None


def test_data_addresses_are_read() -> None:
    assert from_data("data:image/png;base64,aGk") == b"hi"
    assert from_data("data:,a%20b") == b"a b"
    assert from_data("data:image/png;charset=x;base64,aGk=") == b"hi"
    assert from_data("https://a.example/x.png") is None


def test_pictures_are_published_once_and_shared(shelf: Program) -> None:
    shelf.ok("build")
    names = {picture_of(png(shade)).name for shade in (1, 2)}  # type: ignore[union-attr]
    assert media(shelf).keys() == names
    assert set(media(shelf).values()) == {png(1), png(2)}
    html = shelf.entries()["Quay shut"]["content_html"]
    assert all(f'src="https://f.example/x/media/{name}"' in html for name in names)
    copy = next((shelf.folder / "out/articles").rglob("quay-*.html")).read_text()
    assert all(f'src="../../media/{name}"' in copy for name in names)


def test_a_page_of_megabytes_gives_an_entry_of_a_few_kilobytes(shelf: Program) -> None:
    big = png(5, width=1300)
    assert len(big) > 5_000_000
    shelf.write("saved/c.html", page(data_uri(big), title="A wide view"))
    shelf.ok("build")
    entry = shelf.entries()["A wide view"]
    assert len(str(entry)) < 4000
    assert big in media(shelf).values()
    assert entry["image"].startswith("https://f.example/x/media/")
    atom = (shelf.folder / "out/atom.xml").read_text()
    assert (
        f'href="{entry["image"]}" type="image/png" length="{len(big)}"'
        in " ".join(sorted(atom.split("\n")))
        or f'length="{len(big)}"' in atom
    )


def test_a_second_run_writes_nothing(shelf: Program) -> None:
    shelf.ok("build")
    before = shelf.bytes_of()
    assert "nothing changed" in shelf.ok("build")
    assert shelf.bytes_of() == before


def test_without_the_cache_the_same_bytes_come_out(shelf: Program) -> None:
    shelf.ok("build")
    before = shelf.bytes_of()
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    shelf.ok("build")
    assert shelf.bytes_of() == before


def test_a_picture_that_somebody_deleted_comes_back(shelf: Program) -> None:
    shelf.ok("build")
    before = shelf.bytes_of()
    for path in (shelf.folder / "out/media").iterdir():
        path.unlink()
    shelf.ok("build")
    assert shelf.bytes_of() == before


def test_a_picture_goes_with_the_last_article_that_shows_it(shelf: Program) -> None:
    shelf.ok("build")
    (shelf.folder / "saved/b.html").unlink()
    shelf.ok("build")
    assert list(media(shelf).values()) == [png(1)]
    (shelf.folder / "saved/a.html").write_text(page(title="Ferry late again"))
    shelf.ok("build")
    assert media(shelf) == {}


def test_pictures_beside_the_text_are_looked_up_as_the_page_spells_them() -> None:
    kept = {"cid:quay@x": png(1), "https://a.example/img/quay.png": png(2), "lead.png": png(3)}
    html = (
        '<meta property="og:image" content="https://a.example/img/quay.png">'
        f'<article><h1>Ferry late again</h1>{PROSE}<img src="cid:quay@x">'
        f'<img src="../img/quay.png"><img data-src="lead.png" '
        'src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></article>'
    )
    document = Document("html", html, url="https://a.example/news/1", resources=kept.get)
    parsed = parser.parse(document, Config())
    assert [picture.data for picture in parsed.pictures] == [png(1), png(2), png(3)]
    assert parsed.article.html.count('src="media/') == 3
    assert parsed.article.image == f"media/{parsed.article.media[1].name}"
    assert parsed.article.media[0].size == len(png(1))


def test_a_picture_in_the_style_sheet_is_found() -> None:
    html = f':root{{--sf-img-4: url("{data_uri(png(8))}")}}'
    body = (
        f"<html><head><style>{html}</style></head><body><article><h1>Ferry late again</h1>{PROSE}"
        '<img src="data:image/svg+xml,<svg/>" style="background-image:var(--sf-img-4)!important">'
        "</article></body></html>"
    )
    parsed = parser.parse(Document("html", body), Config())
    assert [picture.data for picture in parsed.pictures] == [png(8)]


def test_addresses_in_the_text_are_left_alone() -> None:
    assert placed('<p>&lt;img src="media/x"</p>', "../") == '<p>&lt;img src="media/x"</p>'
