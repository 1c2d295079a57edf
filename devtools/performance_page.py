"""Write docs/PERFORMANCE.md and its charts from bench/results.json.

python -m devtools.performance_page
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.claims import CLAIMS, Claim, is_count, is_rate
from bench.results import OURS, Machine, Result, Run, read_runs
from devtools.performance_charts import cost_chart
from devtools.repository import ROOT

PAGE = ROOT / "docs/PERFORMANCE.md"
CHARTS = ROOT / "docs/images"
_NAME = "Hashtrail"
_INTRODUCTION = """\
# Performance

`python -m bench` measured every figure on this page. `make peers` installs the peers, and
`make bench` measures again and writes this page. The sides of a claim ran in turns in the same run.
A figure is the median of the samples. The line below each table has their number, the machine and
its load. Figures in CPU time depend less on other work of the machine than elapsed times, which a
high load distorts. A ratio above 1 means that Hashtrail needs less time, memory or bytes than the
peer.

[BENCHMARKS.md](BENCHMARKS.md) has measurements without a peer: large libraries, retagging, memory
and a simulated year.
"""


def performance_page(runs: Mapping[str, Run]) -> str:
    """Return the text of docs/PERFORMANCE.md for the `runs` by claim."""
    present = [name for name in CLAIMS if name in runs]
    sections = (_section(name, CLAIMS[name], runs[name]) for name in present)
    summary = "\n".join(_summary(present, runs))
    return "\n".join([_INTRODUCTION, f"{summary}\n", *sections])


def performance_charts(runs: Mapping[str, Run]) -> dict[str, str]:
    """Return the SVG of each claim in `runs` by file name."""
    return {_chart_name(name): _chart(CLAIMS[name], runs[name]) for name in CLAIMS if name in runs}


def _summary(names: Sequence[str], runs: Mapping[str, Run]) -> Iterator[str]:
    """Yield the table of the main case of each claim at its largest size."""
    yield "## Summary"
    yield ""
    yield "| claim | Hashtrail | peer | ratio | command |"
    yield "|---|---|---|---|---|"
    for name in names:
        claim, results = CLAIMS[name], runs[name].results
        largest, case = max(result.size for result in results), next(iter(claim.cases))
        ours, *peers = _of(results, case, largest)
        title = f"[{claim.title}](#{_anchor(claim)}), {largest:,} {claim.counted}"
        for peer in peers:
            cells = (title, _figure(ours), f"{peer.side}: {_figure(peer)}", _ratio(ours, peer))
            yield f"| {' | '.join(cells)} | `python -m bench {name}` |"


def _section(name: str, claim: Claim, run: Run) -> str:
    """Return the part of one claim: what was compared, chart, table and machine."""
    chart = f"![{claim.title}: {next(iter(claim.cases))} by number of {claim.counted}]"
    lines = [
        f"## {claim.title}",
        "",
        claim.work,
        "",
        f"{chart}(images/{_chart_name(name)})",
        "",
        *_table(claim, run.results),
        "",
        _provenance(name, run),
    ]
    return "\n".join(lines) + "\n"


def _table(claim: Claim, results: Sequence[Result]) -> Iterator[str]:
    sides = list(dict.fromkeys(result.side for result in results))
    peers = [side for side in sides if side != OURS]
    headings = ["measure", claim.counted, _NAME]
    for peer in peers:
        headings += [peer, "ratio"]
    yield f"| {' | '.join(headings)} |"
    yield "|---" * len(headings) + "|"
    for case in claim.cases:
        for size in sorted({result.size for result in results}):
            if row := _of(results, case, size):
                yield _row(case, row, peers)


def _row(case: str, row: Sequence[Result], peers: Sequence[str]) -> str:
    by_side = {result.side: result for result in row}
    ours = by_side[OURS]
    cells = [f"{case} ({ours.unit})", f"{ours.size:,}", _number(ours)]
    for peer in peers:
        other = by_side.get(peer)
        cells += [_number(other), _ratio(ours, other)] if other else ["", ""]
    return f"| {' | '.join(cells)} |"


def _of(results: Sequence[Result], case: str, size: int) -> list[Result]:
    """Return the results of a case at a size, that of Hashtrail first."""
    found = [result for result in results if result.case == case and result.size == size]
    return sorted(found, key=lambda result: result.side != OURS)


def _ratio(ours: Result, peer: Result) -> str:
    """Return how many times as good Hashtrail's figure is; empty without a comparison."""
    if not ours.figure or not peer.figure or is_count(ours.unit):
        return ""
    better = ours.figure / peer.figure if is_rate(ours.unit) else peer.figure / ours.figure
    return f"{better:.2g}" if better < 10 else f"{better:,.0f}"


def _figure(result: Result) -> str:
    return _number(result) if result.figure is None else f"{_number(result)} {result.unit}"


def _number(result: Result) -> str:
    if result.figure is None:
        return "not installed"
    return f"{result.figure:,.0f}" if result.figure >= 100 else f"{result.figure:.3g}"


def _provenance(name: str, run: Run) -> str:
    """Return the line with command, day, machine and versions of the figures."""
    sizes = " ".join(str(size) for size in sorted({result.size for result in run.results}))
    samples = max(len(result.samples) for result in run.results)
    return (
        f"`python -m bench {name} --sizes {sizes} --repeat {samples}` on {run.machine.day}: "
        f"{_machine(run.machine)}. {_versions(run.results)}"
    )


def _machine(machine: Machine) -> str:
    return (
        f"{machine.cores} cores ({machine.processor}), {machine.memory_gb} GB, files "
        f"{machine.files}, load {machine.load_before:g} before and {machine.load_after:g} after, "
        f"Python {machine.python}, SQLite {machine.sqlite}"
    )


def _versions(results: Sequence[Result]) -> str:
    packages = {name: number for each in results for name, number in each.versions.items()}
    listed = ", ".join(f"{name} {number}" for name, number in packages.items())
    return f"Versions: {listed}." if listed else ""


def _chart(claim: Claim, run: Run) -> str:
    case, unit = next(iter(claim.cases.items()))
    series: dict[str, list[tuple[float, float]]] = {}
    for result in run.results:
        if result.case == case and result.figure:
            side = _NAME if result.side == OURS else result.side
            series.setdefault(side, []).append((result.size, result.figure))
    return cost_chart(f"{claim.title}: {case}", claim.counted, unit, series)


def _chart_name(name: str) -> str:
    return f"performance-{name}.svg"


def _anchor(claim: Claim) -> str:
    return claim.title.lower().replace(" ", "-")


def main() -> None:
    """Write the page and its charts."""
    runs = read_runs()
    PAGE.write_text(performance_page(runs), encoding="utf-8")
    for name, chart in performance_charts(runs).items():
        (CHARTS / name).write_text(chart, encoding="utf-8")


if __name__ == "__main__":
    main()
