"""Every claim of docs/PERFORMANCE.md runs at a tiny size, also without the peers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import measure
from bench.claims import CLAIMS
from bench.results import OURS, read_runs, write_run

# peers that are dependencies of Hashtrail and therefore always installed
ALWAYS = {
    "explore": {"Datasette"},
    "extract": {"trafilatura", "resiliparse"},
    "feeds": {"feedparser"},
    "identity": {"courlan"},
    "import": {"sqlite-utils"},
    "cluster": {"process pool"},
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claim_has_a_figure_for_every_installed_side(name: str, tmp_path: Path) -> None:
    claim = CLAIMS[name]
    run = measure(name, [claim.tiny], 1, tmp_path)
    measured = {result.side for result in run.results if result.figure is not None}
    assert measured >= {OURS} | ALWAYS.get(name, set())

    main_case = next(iter(claim.cases))
    sides = {result.side: result for result in run.results if result.case == main_case}
    assert sides.keys() > {OURS}, "a claim without a peer"
    for result in sides.values():
        assert result.unit == claim.cases[main_case]
        assert (result.figure is None) == (result.samples == ())
        assert result.figure is None or result.figure > 0

    file = tmp_path / "results.json"
    write_run(name, run, file)
    assert read_runs(file) == {name: run}
