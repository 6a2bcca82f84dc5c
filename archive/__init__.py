"""Keeps captures and originals for ever and the parsers' opinions of them; knows the disk, not the network."""
