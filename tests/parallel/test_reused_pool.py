"""Child processes of a worker stay between batches, until a run has other settings."""

from __future__ import annotations

from crawler.crawl.local_backend import open_worker_pool
from crawler.parallel.killable_workers import KillablePool
from crawler.parallel.reused_pool import end_reused_pool, run_in_reused_pool
from crawler.settings.engine import EngineSettings


async def _same(pool: KillablePool) -> KillablePool:
    return pool


def test_pool_is_replaced_when_its_settings_change() -> None:
    small, large = EngineSettings(memory_mb=512), EngineSettings(memory_mb=1024)
    pools = [run_in_reused_pool(open_worker_pool, of, _same) for of in (small, small, large)]
    end_reused_pool()
    assert pools[0] is pools[1]
    assert pools[1] is not pools[2]
