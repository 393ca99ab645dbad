"""Claims of a NIK or KK number that is registered already: opened for a draft, decided by an officer."""
