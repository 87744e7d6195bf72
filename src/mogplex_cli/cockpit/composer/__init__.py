"""Where a person types: history, completion, inline errors."""
