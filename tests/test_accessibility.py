"""The pages under axe-core, in both schemes and on a narrow screen: no violation at all.

The package axe-core-python, which the extra dev installs, carries axe-core's script.
"""

from __future__ import annotations

import html
import json
import os
import re
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import Program
from test_browser import CHROMIUM, opened, searched, searching

SPEC = find_spec("axe_core_python")
REASON = "needs Chromium (Debian package chromium) and the package axe-core-python"
if not (CHROMIUM and SPEC) and os.environ.get("CI") == "true":
    pytest.fail(REASON, pytrace=False)
pytestmark = pytest.mark.skipif(not (CHROMIUM and SPEC), reason=REASON)
_RUN = """
setTimeout(() => axe.run(document, { resultTypes: ["violations"] }).then((found) => {
  const told = document.createElement("pre");
  told.id = "axe";
  told.textContent = JSON.stringify(
    found.violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]));
  document.body.append(told);
}), 1000);
"""
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def violations(page: Path, profile: Path, *flags: str) -> list[list[object]]:
    """Return what axe-core finds in a page, as (rule, elements); the page's policy is taken out."""
    script = resources.files("axe_core_python").joinpath("axe.min.js")
    axe = script.read_text(encoding="utf-8").replace("</script", r"<\/script")
    text = _POLICY.sub("", page.read_text(encoding="utf-8"))
    copy = page.with_name(f"axe-{page.name}")
    copy.write_text(
        text.replace("</body>", f"<script>{axe}{_RUN}</script></body>"), encoding="utf-8"
    )
    tree, _ = opened(copy, profile, *flags)
    copy.unlink()
    found = re.search(r'<pre id="axe">(.*?)</pre>', tree, re.DOTALL)
    assert found, "axe-core did not run"
    told: list[list[object]] = json.loads(html.unescape(found[1]))
    return told


def test_no_page_violates_a_rule(library: Program, tmp_path: Path) -> None:
    index = searching(library)
    out, profile = index.parent, tmp_path / "profile"
    assert violations(index, profile, "--window-size=1200,900") == []
    assert violations(index, profile, "--force-dark-mode") == []
    for page in ((out / "topics").rglob("index.html"), (out / "articles").rglob("*.html")):
        assert violations(next(page), profile, "--window-size=390,800") == []
    searched(index, "ferry")
    assert violations(index, profile) == []


def test_groups_of_topics_violate_no_rule(library: Program, tmp_path: Path) -> None:
    for number in range(8):
        head = f"---\ntitle: Quay {number}\nauthor: Ana Ruiz{number}\n---\n\n"
        library.write(f"saved/world/quay{number}.md", f"{head}The quay was mended on Monday.\n")
    library.write(
        "config.toml",
        """
        [topics]
        by = ["author", "language"]
        [[topic]]
        title = "World"
        [[topic]]
        title = "Quays"
        parent = "World"
        any = ["quay"]
    """,
    )
    library.ok("build", "saved")
    index = library.folder / "out/index.html"
    text = index.read_text(encoding="utf-8")
    assert '<summary aria-label="All 8 authors">' in text
    for flag in ("--window-size=1200,900", "--window-size=500,900", "--force-dark-mode"):
        assert violations(index, tmp_path / "profile", flag) == []
    index.write_text(text.replace("<details", "<details open"), encoding="utf-8")
    assert violations(index, tmp_path / "profile", "--window-size=500,900") == []


def test_the_checker_does_complain_of_a_page_that_is_wrong(
    library: Program, tmp_path: Path
) -> None:
    library.ok("build", "saved")
    page = library.folder / "out/index.html"
    page.write_text(page.read_text().replace('<label for="query">', "<label>"))
    assert [rule for rule, _ in violations(page, tmp_path / "profile")] == ["label"]
