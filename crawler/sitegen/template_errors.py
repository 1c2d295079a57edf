"""Errors of templates as errors of a build that name the file and the line."""

from __future__ import annotations

from traceback import walk_tb

from jinja2 import Environment, TemplateError, TemplateSyntaxError

from crawler.errors import BuildError, HashtrailError
from crawler.sitegen.template_folders import TemplateFolders

_HINT = "Correct the template, or delete it if it overrides another. The site is unchanged."


def compile_own_templates(environment: Environment, folders: TemplateFolders) -> None:
    """Compile each template of the workspace in `folders`, so that an unused one is checked too.

    `environment` loads them. Raises BuildError for the first that cannot be compiled.
    """
    for name in folders.own_templates():
        try:
            environment.get_template(name)
        except (TemplateError, UnicodeDecodeError) as error:
            raise template_error(name, error, folders) or error from error


def template_error(template: str, error: Exception, folders: TemplateFolders) -> BuildError | None:
    """Return the error of a build for an `error` that rendering `template` raised.

    The result is None if the error is not that of a template: an item may be the cause. In a
    template of the workspace in `folders`, every error is one of the template.
    """
    if isinstance(error, HashtrailError):
        return None
    if isinstance(error, UnicodeDecodeError):
        return BuildError(f"The template {template} is not UTF-8 text.", _HINT)
    file, line = _location(error)
    if not isinstance(error, TemplateError) and not folders.is_own(file):
        return None
    place = f"{file}, line {line}" if file else template
    return BuildError(f"Cannot render the template {place}: {error}.", _HINT)


def _location(error: Exception) -> tuple[str, int]:
    """Return the file and the line of the innermost template in which an error occurred."""
    if isinstance(error, TemplateSyntaxError):
        return error.filename or error.name or "", error.lineno
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    return next(((file, line) for file, line in reversed(frames) if _is_template(file)), ("", 0))


def _is_template(file: str) -> bool:
    return not file.endswith((".py", ">"))
