"""Drives any agent that speaks the Agent Client Protocol, version 1, over its stdio: `acp:<command>`."""
