"""The pipeline: collect -> read -> understand, each runnable alone."""
