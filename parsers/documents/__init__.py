"""Bytes to :class:`parsers.model.Document`, one module per kind of file."""
