"""`mogplex doctor`: what of this machine works with Mogplex, and what to do about what does not."""
