"""Slash commands people write as markdown files: found, parsed, ranked, and turned into prompts.

Everything but `folders.py`, `load.py` and `watch.py` is pure.
"""
