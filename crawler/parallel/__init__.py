"""Parallel work in child processes of this machine, or on a cluster.

engine               run one function over batches: `local` or `dask`
dask_engine          the engine on a Dask cluster, with exchange for its results
dask_worker          functions that run in the processes of the cluster
killable_workers     a deadline and a memory limit for each call on hostile input
reused_pool          killable workers that stay between batches
process_pool         child processes for trusted functions
"""
