"""Replicas of real portals on loopback, one module for each family or fault, each with its truth.

Tests crawl them; ``python -m tests.portals`` serves them for a person (see CONTRIBUTING.md).
"""
