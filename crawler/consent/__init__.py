"""Consent of authors: levels, the signals that decide them, and opt-out phrases."""
