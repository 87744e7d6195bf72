"""The cockpit, the headless commands, and the transports they speak over."""
