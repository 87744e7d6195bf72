"""Patches an agent proposes: read them, plan them in memory, show them, write them all or not at all."""
