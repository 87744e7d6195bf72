"""Measures what the budgets are about, as ratios to a floor of the same run: `python -m benchmarks`."""
