"""Tools of the tests: reports laid out as HTML from known figures, printed by Chromium, served on loopback."""
