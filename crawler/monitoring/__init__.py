"""Monitoring: causes of failures in plain words.

failure_causes                  failing sources by cause, each with a sentence and an action
"""
