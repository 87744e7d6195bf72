"""What a command may reach: policy, the ways to hold it to that, and which of them this machine can."""
