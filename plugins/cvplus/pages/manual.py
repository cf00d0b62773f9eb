"""A hook of MkDocs: the manual holds no markup but Markdown's, and each page says which scripts are its own.

Markdown lets HTML through, and links to anywhere. The manual needs neither, and its generated pages (sources,
licences) carry what providers and packages say of themselves.
"""

from typing import Any

import nh3
from markdown import Markdown
from markdown.extensions import Extension

from cvplus.pages.policy import policy_of, policy_tag
from cvplus.pages.scripts import inline_scripts, with_head

# What the extensions of mkdocs.yml make of Markdown. A picture is asked for by whoever opens the page.
_TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}
_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"class", "id", "title"}}
_SCHEMES = {"http", "https", "mailto"}


class OnlyMarkdown(Extension):
    """Markdown as ever, but that HTML in it is shown as the text that it is."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Take out what lets HTML through."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")


def on_config(config: Any, **_: Any) -> Any:
    """Called by MkDocs before it reads a page."""
    config.markdown_extensions.append(OnlyMarkdown())
    return config


def on_page_content(html: str, **_: Any) -> str:
    """Called by MkDocs with what Markdown has become: links lead to pages, and nothing else acts."""
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Called by MkDocs with each page; the theme's scripts are its own, one in its content never is."""
    return _sealed(output, output.replace(page.content, ""))


def on_post_template(output_content: str, template_name: str, **_: Any) -> str:
    """Called by MkDocs with each page that no Markdown is behind."""
    return _sealed(output_content, output_content) if template_name.endswith(".html") else output_content


def _sealed(page: str, theme: str) -> str:
    policy = policy_of(
        script_src=["'self'", *inline_scripts(theme)],
        style_src=["'self'", "'unsafe-inline'"],
        img_src=["'self'", "data:"],
        font_src=["'self'"],
        connect_src=["'self'"],
        worker_src=["'self'"],
    )
    return with_head(page, policy_tag(policy))
