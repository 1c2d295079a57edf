"""Extension modules: find the modules of a package that implement a protocol, and check them."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from crawler.errors import ConfigurationError


def implementing_modules(package: ModuleType, protocol: type) -> Mapping[str, ModuleType]:
    """Return the modules of `package` that implement `protocol`, by their names in the package.

    A module that defines none of the names of the protocol is a helper, and left out. Raises
    ConfigurationError for a module that defines only some of them, or defines them incorrectly.
    """
    modules = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{info.name}")
        if not defines_any(module, protocol):
            continue
        if problems := contract_problems(module, protocol):
            hint = f"Complete it: see {protocol.__module__}.{protocol.__name__}."
            raise ConfigurationError(f"{module.__name__}: {'; '.join(problems)}.", hint)
        modules[info.name] = module
    return modules


def defines_any(module: ModuleType, protocol: type) -> bool:
    """Return whether `module` defines at least one of the names that `protocol` requires."""
    return any(name in vars(module) for name in _required(protocol))


def contract_problems(module: ModuleType, protocol: type) -> tuple[str, ...]:
    """Return one phrase for each name of `protocol` that `module` lacks or defines incorrectly.

    The parameters of a function must have the names that the protocol gives them.
    """
    problems = (_problem(module, name, member) for name, member in _required(protocol).items())
    return tuple(problem for problem in problems if problem)


def _required(protocol: type) -> Mapping[str, Any]:
    """Return the names that a protocol and its bases require: functions, and None for constants."""
    required: dict[str, Any] = {}
    for base in reversed(protocol.__mro__[:-1]):
        if not getattr(base, "_is_protocol", False) or base.__module__ == "typing":
            continue
        required |= dict.fromkeys(inspect.get_annotations(base))
        functions = inspect.getmembers(base, inspect.isfunction)
        required |= {name: member for name, member in functions if not name.startswith("_")}
    return required


def _problem(module: ModuleType, name: str, member: Any) -> str:
    if name not in vars(module):
        return f"{name} is missing"
    value = getattr(module, name)
    if member is None:
        return ""
    if not callable(value):
        return f"{name} is not a function"
    wanted = list(inspect.signature(member).parameters)[1:]  # without self
    actual = list(inspect.signature(value).parameters)
    if actual == wanted:
        return ""
    return f"{name} has the parameters ({', '.join(actual)}), not ({', '.join(wanted)})"
