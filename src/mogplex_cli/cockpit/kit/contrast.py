"""How well one colour reads on another, as WCAG 2 computes it."""

LEAST = 4.5
"""What WCAG asks of text (level AA)."""


def contrast(colour: str, ground: str) -> float:
    """From 1 (the same) to 21 (black on white); both as `#rrggbb`."""
    lighter, darker = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
