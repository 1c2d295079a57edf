"""Crawl a loopback site on a cluster of two workers: `make cluster-demo`.

    python -m bench.cluster_demo [--hosts 12] [--pages 8] [--once]

Starts a scheduler, two workers and the site, and crawls it. The cluster then stays until Ctrl-C,
unless --once is given. Everything is in a temporary folder and on loopback.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from bench.cluster_processes import ROOT, LoopbackCluster, loopback_cluster
from bench.cluster_site import LoopbackSite, loopback_site, write_workspace

_DELAY_SECONDS = 0.2


def main() -> None:
    """Run the demo of the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=12)
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    if find_spec("distributed") is None:
        sys.exit("The demo needs a package. Install it with: pip install 'hashtrail[dask]'")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="hashtrail-cluster-") as name:
        folder = Path(name)
        try:
            with (
                loopback_site(options.hosts, options.pages) as site,
                loopback_cluster(folder) as cluster,
            ):
                status = _show(folder, site, cluster, options.once)
        except KeyboardInterrupt:
            status = 130
    print("Cluster, site and files are removed.")
    sys.exit(0 if status == 130 else status)


def _show(folder: Path, site: LoopbackSite, cluster: LoopbackCluster, is_once: bool) -> int:
    """Crawl, and print what happened. Return the exit code of the crawl."""
    workspace = folder / "workspace"
    settings = (
        f'[archive]\nurl = "{folder / "archive"}"\n[engine]\nname = "dask"\n'
        f'scheduler = "{cluster.url}"\nexchange = "file://{folder / "exchange"}"\n'
    )
    write_workspace(workspace, site, settings, _DELAY_SECONDS)
    print(f"Scheduler  {cluster.url}, two workers")
    print(f"Dashboard  {_dashboard(cluster)}")
    print(f"Workspace  {workspace}", flush=True)
    code = _hashtrail(workspace, "crawl")
    hosts = Counter(host for host, _ in site.requests)
    segments = sorted((folder / "archive").glob("*-worker-*"))
    print(f"{len(site.requests)} requests to {len(hosts)} hosts.")
    print(f"The workers wrote {len(segments)} archive segments, one for each batch.")
    if is_once:
        return code
    print("Next, in another terminal, for example:")
    print(f"  {Path(sys.executable)} -m crawler --workspace {workspace} reextract")
    print(f"  kill -9 {cluster.workers[0].pid}   # a worker: the other one continues")
    print("Press Ctrl-C to end the cluster.", flush=True)
    signal.pause()
    return code


def _dashboard(cluster: LoopbackCluster) -> str:
    base = f"http://127.0.0.1:{cluster.dashboard_port}"
    if find_spec("bokeh"):
        return f"{base}/status"
    return f"{base}/info/main/workers.html (for plots: pip install bokeh)"


def _hashtrail(workspace: Path, command: str) -> int:
    words = [sys.executable, "-m", "crawler", "--workspace", str(workspace), command]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(words, env=environment, check=False).returncode


if __name__ == "__main__":
    main()
