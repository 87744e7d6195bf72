"""What a memory key may look like, so that rules can match it and a person can read it."""

from typing import Annotated

from pydantic import Field

MemoryKey = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$",
        description="Key of the entry: words of letters, digits, '_', '.', '-', separated by '/', "
        "such as 'review/auth'.",
    ),
]
