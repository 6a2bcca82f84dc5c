"""The tables of figures and their columns, for everything that names them."""

from __future__ import annotations

APPLICANTS = (
    "natural_person",
    "commercial",
    "research",
    "public_interest",
    "legal_service",
    "other_org",
    "total",
)
DISCLOSURE = (
    "issued",
    "repealed",
    "in_force",
    "made",
    "disclosed",
    "disclosed_total",
    "previous_items",
    "change",
    "decisions",
    "projects",
    "amount",
)
DISPUTES = ("upheld", "corrected", "other", "pending", "total")

FIGURES = {"disclosure": DISCLOSURE, "requests": APPLICANTS, "disputes": DISPUTES, "statistics": ("value",)}
"""Table to its columns of figures, in the order of the contract."""
