"""The tools a model loop can call, each behind the permission gate."""
