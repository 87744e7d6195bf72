"""What is known of single agents: their command, their private config, their quirks. One file each."""
