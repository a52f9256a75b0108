"""What an entry says of other sites' articles on the same event, in its content and as links."""

from __future__ import annotations

from html import escape

from feedsmith.builder.links import Link
from feedsmith.feedmodel import Entry, Sibling, Site


def foot(entry: Entry, site: Site) -> str:
    """Return the last paragraph of an entry's content, HTML: the articles met before it, or ""."""
    named = ", ".join(_named(sibling, site) for sibling in entry.earlier)
    return f"<p>Also in: {named}</p>" if named else ""


def related(entry: Entry, site: Site) -> list[Link]:
    """Return the links to those articles.

    Source: RFC 4287 section 4.2.7.2, relation "related".
    """
    addressed = ((sibling, _address(sibling, site)) for sibling in entry.earlier)
    return [
        Link("related", address, title=f"{sibling.title} ({sibling.site})")
        for sibling, address in addressed
        if address
    ]


def _named(sibling: Sibling, site: Site) -> str:
    title, address = escape(sibling.title, quote=False), _address(sibling, site)
    linked = f'<a href="{escape(address)}">{title}</a>' if address else title
    return f"{linked} ({escape(sibling.site, quote=False)})"


def _address(sibling: Sibling, site: Site) -> str:
    """Return where entries lead that are no siblings: the original or its page, as configured."""
    page = site.base_url + sibling.permalink if site.pages and sibling.permalink else ""
    return page if page and (site.link == "copy" or not sibling.url) else sibling.url or ""
