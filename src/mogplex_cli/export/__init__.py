"""A run as a file: `request.py` is what can be asked for, `formats/` how it is written, `exporter.py` where to."""
