"""Gladi bersih: a whole phase on made-up households, through the pages' own forms and services, with real workers."""
