"""What lies in `$MOGPLEX_HOME`. The only part of the daemon the cockpit may import."""
