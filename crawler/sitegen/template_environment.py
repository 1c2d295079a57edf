"""The Jinja2 environment of the site: autoescape always on, and little work for each fragment.

A site has ten thousands of pages, each made of many fragments. In Jinja2, every fragment copies a
chain of global variables, and every value becomes a `Markup` before it is joined to the page. Here
all templates share one dictionary of globals, and values are joined as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

import markupsafe
from jinja2 import BaseLoader, Environment, StrictUndefined, Template
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup

from crawler.sitegen.compiled_templates import COMPILED

_JSON_OPTIONS = {"sort_keys": True, "ensure_ascii": False}
_escape_text: Callable[[str], str] = getattr(markupsafe, "_escape_inner", markupsafe.escape)

_FUNCTIONS = frozenset({BuiltinMethodType, FunctionType, MethodType})
_new_text = str.__new__  # `Markup` first looks for a method of its argument


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
            # The compiled code only joins what `escape` returns, and makes each `Macro` itself.
            code = template.root_render_func.__globals__
            code["escape"], code["Macro"] = escaped_text, _SiteMacro
        return template


class _SiteMacro(Macro):
    """A macro that is called without reading its signature again.

    `most` is the number of its arguments, -1 for a macro with a caller or any further arguments.
    """

    def __init__(
        self,
        environment: Environment,
        func: Callable[..., str],
        name: str,
        arguments: list[str],
        catch_kwargs: bool,
        catch_varargs: bool,
        caller: bool,
        default_autoescape: bool | None = None,
    ) -> None:
        takes = (catch_kwargs, catch_varargs, caller)
        super().__init__(environment, func, name, arguments, *takes, default_autoescape)
        self.function = func
        self.most = -1 if any(takes) else len(arguments)


class _SiteContext(Context):
    """A context that calls macros and functions without looking for their markers of Jinja2."""

    def call(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Any:
        kind = type(function)
        is_macro = kind is _SiteMacro
        if not is_macro and (kind not in _FUNCTIONS or hasattr(function, "jinja_pass_arg")):
            return super().call(function, *arguments, **keywords)
        if keywords:
            keywords.pop("_block_vars", None)
            keywords.pop("_loop_vars", None)
        if not is_macro:
            return function(*arguments, **keywords)
        omitted = function.most - len(arguments)  # type: ignore[attr-defined]
        if keywords or omitted < 0:
            return function(self.eval_ctx, *arguments, **keywords)
        html = function.function(*arguments, *(missing,) * omitted)  # type: ignore[attr-defined]
        return _new_text(Markup, html)


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
