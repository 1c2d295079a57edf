"""Store the record of every exchange: the request, outcome, time and archive record."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.models.http_exchange import Hop, Purpose, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.store.database import insert_row, transaction
from crawler.store.schema_superseded_fetches import IS_SUPERSEDED
from crawler.url_secrets import text_without_secrets, without_secrets
from crawler.utc_times import iso

# The listed records are found by their ids: the planner prefers the index of archives otherwise.
_DELETE_OLD = f"""
DELETE FROM fetches NOT INDEXED WHERE at < :before AND {IS_SUPERSEDED}
AND id IN (SELECT fetch_id FROM superseded_fetches WHERE at < :before)
"""  # noqa: S608


def save_fetch(
    db: Database,
    run_id: int | None,
    purpose: Purpose,
    result: Response | Failure,
    now: datetime,
    outcome: Outcome | None = None,
) -> int:
    """Store one exchange and return its id.

    `result` is the answer, or the failure of a request at `now`; `purpose` is the purpose of the
    request, and `run_id` the run that sent it. `outcome` is the result of reading the answer, for
    example a challenge page. None stands for a normal answer.
    """
    row = _answered(result, outcome) if isinstance(result, Response) else _failed(result, now)
    hops = [Hop(without_secrets(hop.url), hop.status) for hop in result.hops]
    row |= {"run_id": run_id, "purpose": purpose, "hops": msgspec.json.encode(hops).decode()}
    row["robots_rule"] = result.robots_rule
    return insert_row(db, "fetches", row)


def delete_old_fetches(db: Database, before: datetime) -> int:
    """Delete fetch records older than `before`; returns how many.

    Of each URL and purpose the newest record stays. Every record whose answer is still in the
    archive stays too, because erasing needs it. Both are listed again when that changes.
    """
    with transaction(db):
        deleted: int = db.conn.execute(_DELETE_OLD, {"before": iso(before)}).rowcount
        db.conn.execute("DELETE FROM superseded_fetches WHERE at < ?", [iso(before)])
    return deleted


def _answered(response: Response, outcome: Outcome | None) -> dict[str, object]:
    plain = Outcome.NOT_MODIFIED if response.status == 304 else Outcome.OK
    return {
        "url": without_secrets(response.url),
        "final_url": without_secrets(response.final_url),
        "at": iso(response.fetched_at),
        "outcome": (outcome or plain).value,
        "status": response.status,
        "bytes": response.wire_bytes,
        "elapsed_ms": response.elapsed_ms,
        "waited_ms": response.waited_ms,
        "archive_file": response.archive_file,
        "archive_offset": response.archive_offset,
        "archive_original": response.archive_original,
    }


def _failed(failure: Failure, now: datetime) -> dict[str, object]:
    return {
        "url": without_secrets(failure.url),
        "at": iso(now),
        "outcome": failure.outcome.value,
        "status": failure.status,
        "message": text_without_secrets(failure.message),
    }
