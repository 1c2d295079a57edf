"""Count the work of a call exactly: bytecode instructions of Python, and steps of SQLite.

The counts do not depend on the machine or its load, only on the versions of Python and SQLite. Time
inside of other libraries in C is not counted.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

_STEPS_PER_TICK = 10


def count_instructions(work: Callable[[], object]) -> int:
    """Return how many bytecode instructions of Python the call of `work` executes.

    The garbage collector is paused: it would run finalizers of earlier tests in between.
    """
    gc.collect()
    gc.disable()
    try:
        return _monitored(work) if sys.version_info >= (3, 12) else _traced(work)
    finally:
        gc.enable()


def _monitored(work: Callable[[], object]) -> int:
    monitoring, count = sys.monitoring, 0

    def instruction(code: CodeType, offset: int) -> None:
        nonlocal count
        count += 1

    tool, event = monitoring.PROFILER_ID, monitoring.events.INSTRUCTION
    monitoring.use_tool_id(tool, "counted work")
    try:
        monitoring.register_callback(tool, event, instruction)
        monitoring.set_events(tool, event)
        work()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    return count


def _traced(work: Callable[[], object]) -> int:
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            count += 1
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(previous)
    return count


def count_database_steps(conn: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Return how many steps the virtual machine of SQLite takes in `work`, rounded to tens."""
    ticks = 0

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return 0

    conn.set_progress_handler(tick, _STEPS_PER_TICK)
    try:
        work()
    finally:
        conn.set_progress_handler(None, 0)
    return ticks * _STEPS_PER_TICK
