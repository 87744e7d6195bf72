"""How events come down and commands go up. `router.py` alone decides which transport it is."""
