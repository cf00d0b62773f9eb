"""Texts that are more than texts in a page that does not escape them, and what is read of a page.

Each that can run a script calls :data:`ALARM`, a function that a browser test listens to.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

ALARM = "hostile"

# Told apart by what they say to the alarm.
_CALLING = {
    "script": "<script>hostile('script')</script>",
    "image": "<img src=x onerror=hostile('image')>",
    "quoted": "\"></a><svg onload=hostile('quoted')>",
    "attribute": "\" autofocus onfocus=hostile('attribute') x=\"",
    "single": "' onmouseover=hostile('single') autofocus onfocus=hostile('single') x='",
    "backtick": "` onfocus=hostile('backtick') autofocus `",
    "closing": "</script><script>hostile('closing')</script>",
    "comment": "<!--<script>hostile('comment')</script>",
    "closed_comment": "--><script>hostile('closed_comment')</script>",
    "title": "</title></style></textarea></template><script>hostile('title')</script>",
    "joined": "\u2028hostile('joined')\u2029",
    "broken_string": "\\\";hostile('broken_string');//",
    "address": "javascript:hostile('address')",
    "spaced_address": " java\nscript:hostile('spaced_address')",
    "data_address": "data:text/html,<script>hostile('data_address')</script>",
    "link": "<a href=\"javascript:hostile('link')\">link</a>",
    "markdown": "[x](javascript:hostile('markdown'))",
    "markdown_entity": "[x](javascript&#58;hostile('markdown_entity'))",
    "markdown_escape": "[x](javascript\\:hostile('markdown_escape'))",
    "markdown_title": "[x](x.html \"' onmouseover=hostile('markdown_title') x='\")",
    "markdown_fence": "```\n<script>hostile('markdown_fence')</script>\n```",
    "angular": "{{constructor.constructor('hostile(1)')()}}",
    "unclosed": "<svg/onload=hostile('unclosed')//",
    "frame": "<iframe srcdoc=\"<script>parent.hostile('frame')</script>\"></iframe>",
    "control": "<scr\ufffdipt>hostile('control')</scr\x01ipt>",
}
_OTHERS = {
    "entities": "&lt;script&gt;hostile('entities')&lt;/script&gt;",
    "numbered": "&#60;img src=x onerror=hostile('numbered')&#62;",
    "twice": "&amp;lt;b&amp;gt;",
    "base": '<base href="https://outside.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://outside.example/">',
    "style": "<style>@import 'https://outside.example/style.css';</style>",
    "form": '<form action="https://outside.example/"><input name=a></form>',
    "markdown_image": "![x](https://outside.example/markdown.png)",
    "jinja": "{{ 7*7 }}{% raw %}",
    "dollars": "$value ${column} $$ $unexpected_count $PARAMETER",
    "percent": "%s %(name)s {name}",
    "table": "a | b | c\n|---|---|",
    "plotly": '<b>bold</b><br><a href="https://outside.example/">out</a>',
    "long": "<b>" + "long " * 150,
}
CALLING = list(_CALLING.values())
HOSTILE = [*CALLING, *_OTHERS.values()]
# As long as the hostile ones and as many, and nothing but letters: what a page of them looks like is right.
TAME = [re.sub(r"[^a-z]", "x", text) for text in HOSTILE]


_ADDRESSED = {"href", "src", "action", "formaction", "srcdoc", "data", "xlink:href", "poster"}


def skeleton_of(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each element of a page as a browser reads it, with the names of its attributes: all but the texts."""
    return [(node.tag or "", tuple(sorted(node.attributes))) for node in _elements(page)]


def text_of(page: str) -> str:
    """What a reader reads of a page, blanks made one; what stands in scripts and styles is not read."""
    tree = LexborHTMLParser(page)
    tree.strip_tags(["script", "style"])
    return readable(tree.root.text() if tree.root else "")


def readable(text: str) -> str:
    """A text as :func:`text_of` gives it."""
    return " ".join(text.split())


def addresses_of(page: str) -> set[str]:
    """Everything that a page links to or loads."""
    return {
        node.attributes[name] or ""
        for node in _elements(page)
        for name in node.attributes
        if name in _ADDRESSED
    }


def _elements(page: str) -> list[LexborNode]:
    root = LexborHTMLParser(page).root
    return list(root.traverse()) if root else []
