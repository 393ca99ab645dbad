"""Pages as PDF: asked for in a request, made by a worker, kept sealed until they expire."""
