"""What `/init` starts: a script that drafts AGENTS.md and a review command from what lies in the folder.

It uses the loop, tools and gate of every other run, and calls no model. Light to import; `harness.py` loads the loop.
"""
