"""The two bases of every contract model: frozen, and tolerant or strict towards unknown fields.

`defer_build` leaves the building of validators to first use, so importing the contracts stays cheap.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)

    @classmethod
    def blank(cls) -> Self:
        """Every field at its default. The same as calling the class, without building its validator for it."""
        return cls.model_construct()


class Wire(_Frozen):
    """A value that travels: frozen, and a field this version does not know is kept, not dropped."""

    model_config = ConfigDict(extra="allow", ser_json_inf_nan="null", allow_inf_nan=False)


class Strict(_Frozen):
    """A value a person writes by hand: frozen, and an unknown field is an error that names it."""

    model_config = ConfigDict(extra="forbid")
