"""Where work runs: a local process pool, or a Dask cluster."""
