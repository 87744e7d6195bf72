"""Drives the Codex program of the person's machine, `codex app-server`."""
