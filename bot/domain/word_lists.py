"""Sets of words and of phrases, written as text."""


def word_set(text: str) -> frozenset[str]:
    """Words with blanks between them."""
    return frozenset(text.split())


def phrase_set(text: str) -> frozenset[tuple[str, ...]]:
    """Phrases with commas between them, each as its words."""
    return frozenset(tuple(phrase.split()) for phrase in text.split(","))
