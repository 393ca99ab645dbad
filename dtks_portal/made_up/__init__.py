"""Made-up people for the demo and the rehearsal. Nobody here exists: every NIK has a serial of 9000 or more."""
