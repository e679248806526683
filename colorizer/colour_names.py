"""Names of colours beyond CSS, for whoever reads colours that people write."""

SHADES = frozenset(
    {"dark", "light", "pale", "deep", "bright", "medium", "hot", "sky", "navy", "royal", "forest", "sea"}
)
"""What stands before the name of a colour, and is left out where CSS has no such shade."""

MORE_NAMES = {
    "burgundy": "#610023", "mustard": "#ceb301", "cream": "#ffffc2", "charcoal": "#343837", "emerald": "#01a049",
    "lilac": "#cea2fd", "mauve": "#ae7181", "peach": "#ffb07c", "copper": "#b66325", "bronze": "#a87900",
    "scarlet": "#be0119", "ochre": "#bf9005", "terracotta": "#ca6641", "taupe": "#b9a281", "auburn": "#9a3001",
    "cobalt": "#1e488f", "camel": "#c69f59", "mahogany": "#4a0100", "apricot": "#ffb16d", "blonde": "#faf0be",
    "blond": "#faf0be",
}  # fmt: skip
"""What people call the colours of clothes and hair beyond CSS; values of the xkcd colour survey (CC0), blond apart.

Names that are people's too, such as Rose, are left out."""
