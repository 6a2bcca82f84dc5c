"""The demo's sample portals: two small government sites with invented agencies and figures, on loopback."""
