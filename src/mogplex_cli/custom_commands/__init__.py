"""Slash commands people write as markdown files: found, parsed, ranked, and turned into prompts.

Everything but `folders.py`, `agent_file.py` and `watch.py` is pure.
"""
