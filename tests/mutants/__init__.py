"""Planted flaws for live servers. Each module takes one protection away; only tests/live_wsgi.py loads them."""
