"""A static reviewer of a folder or git repository: same state in, same report out, no model involved."""
