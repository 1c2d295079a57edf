"""The frozen values that flow between stages: UTC times, tuples, cleaned text. No I/O."""
