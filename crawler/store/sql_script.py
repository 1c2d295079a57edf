"""Split a script of SQL into its statements."""

from __future__ import annotations

from sqlite3 import complete_statement


def sql_statements(script: str) -> list[str]:
    """Return the statements of `script`; a trigger is one statement.

    Each statement must end at the end of a line.
    """
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    return statements
