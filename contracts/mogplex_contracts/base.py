"""The two bases of every contract model: frozen, and tolerant or strict towards unknown fields."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """A value that travels: frozen, and a field this version does not know is kept, not dropped.

    `defer_build` leaves the building of validators to first use, so importing the contracts stays cheap.
    """

    model_config = ConfigDict(
        frozen=True, extra="allow", defer_build=True, ser_json_inf_nan="null", allow_inf_nan=False
    )


class Strict(BaseModel):
    """A value a person writes by hand: frozen, and an unknown field is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
