"""Fetches annual reports from registered portals; the only package that knows the network, and Scrapy."""
