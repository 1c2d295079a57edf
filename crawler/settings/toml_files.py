"""TOML in and out: read a file with clear errors, write a value."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError


def read_toml(path: Path) -> dict[str, Any]:
    """Return the values of a TOML file. Raises ConfigurationError with file and line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        hint = "Correct that line and run the command again."
        if "end of document" in str(error):
            hint = "The file ends too early. Complete its last value."
        if "twice" in str(error):
            hint = "The section begins twice. Move its keys below the first one."
        raise ConfigurationError(f"{path}: {error}", hint) from None
    except RecursionError:
        message = f"{path}: the brackets are nested too deeply."
        raise ConfigurationError(message, "Write flat tables.") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: not UTF-8 text (byte {error.start}).", "Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{path}: {error.strerror}.", "Check that the file exists and can be read."
        ) from None


def toml_value(value: object) -> str:
    """Return a text, number, truth value or list of them as TOML 1.0 on one line.

    Text becomes a basic string: JSON and TOML have the same escapes, and TOML also escapes DEL.
    """
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(toml_value, value))}]"
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("\x7f", "\\u007F")
