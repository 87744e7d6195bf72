"""What a run has changed in its workspace, told from the files themselves."""
