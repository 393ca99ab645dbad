"""Checkers of the code itself. Each is a function from files or models to a list of sentences; empty means well."""
