"""Photos of papers and of the house: taken in pieces, looked at, painted anew, sealed, and shown to few."""
