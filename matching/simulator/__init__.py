"""SIMULATOR – made-up people. Registers to try the portal against, spoken to over real HTTP; no register is behind it.

It compares by rules of its own, so that tests find what the portal's clients get wrong.
"""

BANNER = "SIMULATOR - made-up people"
