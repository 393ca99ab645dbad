"""Planted flaws for live servers and workers. Each module takes one protection away; tests/live_wsgi.py and
tests/faults/flawed_celery.py load them."""
