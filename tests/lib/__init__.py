"""Helpers that the Python suites share."""
