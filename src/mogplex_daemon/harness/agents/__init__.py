"""What all harnesses that drive somebody else's agent program share."""
