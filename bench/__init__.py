"""Measurements that are seen by people, not asserted by the suite: `make bench` writes them to bench/results.json."""
