"""The context of child processes that are forked from a process with loaded modules."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerContext

_IGNORE_INTERRUPTS = "crawler.parallel.ignore_interrupts"


def forkserver_context(*preload: str) -> ForkServerContext:
    """Return a context whose children share the modules `preload` and ignore Ctrl+C."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_IGNORE_INTERRUPTS, *preload])
    return context
