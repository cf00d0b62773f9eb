"""How Data Docs become HTML: Great Expectations says what stands on a page, every text of it is escaped here.

Its own view escapes some values and not others (a sampled unexpected value stood in the page as it came), and
its page loads scripts and styles from eight places outside. This one renders the same blocks with a Jinja
environment that escapes whatever nobody has marked as markup, and its page holds no script at all.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from cvplus.quality.data_docs import HEAD, TEMPLATES


class EscapingPageView(DefaultJinjaPageView):
    """Great Expectations' blocks as HTML in which nothing but the templates' own markup is markup."""

    # Nothing but the icon, which is a constant of Great Expectations, may bring markup along.
    _TRUSTED_HTML_PARAMS = frozenset({"html_success_icon"})

    def __init__(self, **directories: Any) -> None:
        super().__init__(**directories)
        own = FileSystemLoader(TEMPLATES)
        self.env.loader = ChoiceLoader([own, *([self.env.loader] if self.env.loader else [])])
        self.env.autoescape = True
        self.env.globals.update(HEAD)

    @pass_context
    def render_content_block(
        self,
        jinja_context: Context,
        content_block: Any,
        index: Any = None,
        content_block_id: Any = None,
        render_to_markdown: bool = False,
    ) -> Any:
        """A block rendered by its template is markup; anything else is a text, and stays one."""
        if isinstance(content_block, list):
            return Markup().join(
                self.render_content_block(
                    jinja_context, item, place, content_block_id and f"{content_block_id}-{place}"
                )
                if _is_block(item)
                else Markup("<span>{}</span>").format(item)
                for place, item in enumerate(content_block)
            )
        rendered = super().render_content_block(jinja_context, content_block, index, content_block_id)
        return Markup(rendered) if _is_block(content_block) else rendered  # noqa: S704

    def render_string_template(self, template: Any) -> Any:
        """A sentence with its values in place, both escaped; the template itself is left as it was."""
        if not isinstance(template, Mapping):
            return template
        safe: dict[str, Any] = deepcopy(dict(template))
        safe["template"] = str(escape(safe.get("template", "")))
        if "tooltip" in safe:
            safe["tooltip"]["content"] = str(escape(safe["tooltip"]["content"]))
        return Markup(super().render_string_template(safe))  # noqa: S704

    def render_styling(self, styling: Mapping[str, Any]) -> Markup:
        """The classes alone: nothing here needs a style, a script's hook or a link of its own."""
        classes = " ".join(styling.get("classes") or ())
        return Markup('class="{}" ').format(classes) if classes else Markup()

    def render_styling_from_string_template(self, template: Any) -> Any:
        """The classes of a block."""
        return (
            self.render_styling(template.get("styling") or {}) if isinstance(template, Mapping) else template
        )

    def attributes_dict_to_html_string(self, attributes_dict: Mapping[str, Any], prefix: str = "") -> Markup:
        """Nothing: these are for scripts that the page does not load."""
        return Markup()

    def render_markdown(self, markdown: str) -> Markup:
        """Notes in Markdown; its renderer escapes markup and drops links that are scripts."""
        return Markup(super().render_markdown(markdown))  # noqa: S704

    @staticmethod
    def _escape_template_param_value(value: Any) -> str:
        return str(escape(value))


def _is_block(content: Any) -> bool:
    return isinstance(content, Mapping) and "content_block_type" in content
