"""The daemon: knows every run, serves any number of clients, and can die without harming one of them."""
