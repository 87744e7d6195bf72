"""What agents also tell, and what a person need not be told: echoes, and what is kept up to date elsewhere."""

QUIET_UPDATES = frozenset(
    {
        "available_commands_update",
        "config_option_update",
        # It is heeded by the session.
        "current_mode_update",
        "plan_removed",
        "plan_update",
        "session_info_update",
        "user_message_chunk",
    }
)
STATUSES = frozenset({"pending", "in_progress", "completed", "failed"})
"""Of a tool call."""
STOP_REASONS = frozenset({"end_turn", "max_tokens", "max_turn_requests", "refusal", "cancelled"})


def is_quiet(method: str) -> bool:
    """Whether a notification is an agent's own addition to the protocol, or about the calls themselves."""
    return method.startswith(("_", "$/"))
