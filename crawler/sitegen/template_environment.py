"""The Jinja2 environment of the site: autoescape always on, and little work for each fragment.

A site has ten thousands of pages, each made of many fragments. In Jinja2, every fragment copies a
chain of global variables, and every value becomes a `Markup` before it is joined to the page. Here
all templates share one dictionary of globals, and values are joined as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from types import FunctionType
from typing import Any

import markupsafe
from jinja2 import BaseLoader, Environment, StrictUndefined, Template
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from crawler.sitegen.compiled_templates import COMPILED

_JSON_OPTIONS = {"sort_keys": True, "ensure_ascii": False}
_escape_text: Callable[[str], str] = getattr(markupsafe, "_escape_inner", markupsafe.escape)


class SiteEnvironment(Environment):
    """An environment for the templates that `loader` finds.

    Set `globals` before the first template is loaded. Undefined variables are errors.
    """

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        self.policies["json.dumps_kwargs"] = _JSON_OPTIONS
        self._loaded: dict[str, Template] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template, which are those of the environment without any `d`."""
        return super().make_globals(d) if d else self.globals

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Return the template `name`, which is loaded once for all pages.

        `parent` is the template that names it. With separate `globals` it is not kept.
        Raises TemplateError if it cannot be compiled.
        """
        if not isinstance(name, str) or globals:
            return super().get_template(name, parent, globals)
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name, parent)
            # The compiled code only joins what `escape` returns.
            template.root_render_func.__globals__["escape"] = escaped_text
        return template


class _SiteContext(Context):
    """A context that calls macros and functions without looking for their markers of Jinja2."""

    def call(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Any:
        kind = type(function)
        is_macro = kind is Macro
        if not is_macro and (kind is not FunctionType or hasattr(function, "jinja_pass_arg")):
            return super().call(function, *arguments, **keywords)
        keywords.pop("_block_vars", None)
        keywords.pop("_loop_vars", None)
        if is_macro:
            return function(self.eval_ctx, *arguments, **keywords)
        return function(*arguments, **keywords)


SiteEnvironment.context_class = _SiteContext


def escaped_text(value: object) -> str:
    """Return `value` as HTML: `markupsafe.escape`, without a new `Markup` for each value."""
    kind = type(value)
    if kind is str:
        return _escape_text(value)  # type: ignore[arg-type]
    if kind is Markup:
        return value  # type: ignore[return-value]
    if kind is int:
        return str(value)
    return markupsafe.escape(value)
