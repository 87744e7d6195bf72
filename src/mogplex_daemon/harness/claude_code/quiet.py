"""What Claude Code also says, and what a person need not be told: echoes, and what is for other programs."""

QUIET_TYPES = frozenset(
    {
        "auth_status",
        "command_lifecycle",
        "keep_alive",
        "prompt_suggestion",
        "rate_limit_event",
        "tool_progress",
        "tool_use_summary",
        "transcript_mirror",
    }
)

QUIET_SYSTEM = frozenset(
    {
        "background_tasks_changed",
        "commands_changed",
        "control_request_progress",
        "elicitation_complete",
        "file_snapshot",
        "hook_progress",
        "hook_response",
        "hook_started",
        "local_command",
        "memory_recall",
        "memory_saved",
        # What it denied by itself stands in the result of the call.
        "permission_denied",
        "plugin_install",
        "post_turn_summary",
        "session_state_changed",
        "session_title_changed",
        "stop_hook_summary",
        "task_summary",
        "thinking_tokens",
        "turn_duration",
        "turn_starting",
        "vcs_state_changed",
    }
)

NOTICES = frozenset(
    {
        "api_error",
        "file_attachments_missing",
        "informational",
        "instruction_size_warning",
        "model_consent_fallback",
        "model_fallback",
        "model_refusal_fallback",
        "model_refusal_no_fallback",
        "notification",
        "session_writes_lost",
    }
)
"""Words of its own for whoever uses it; those of a warning or an error are passed on."""

QUIET_STREAM = frozenset(
    {"content_block_start", "content_block_delta", "content_block_stop", "message_stop", "ping"}
)
QUIET_BLOCKS = frozenset({"document", "image", "redacted_thinking", "text"})
"""Parts of a message that are no text of the model and no call."""
