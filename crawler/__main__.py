"""`python -m crawler`: the `hashtrail` command without its entry point."""

from __future__ import annotations

from crawler.cli.main import main

if __name__ == "__main__":
    main()
