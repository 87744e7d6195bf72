"""A run as it is seen from outside its host: its folder, whether it lives, and how to reach it."""
