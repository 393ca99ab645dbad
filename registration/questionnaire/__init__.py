"""The questions of the form as tables: what is asked, of whom, under which condition, in which neutral codes."""
