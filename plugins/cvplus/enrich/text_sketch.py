"""A text in 64 small numbers, of which two texts share as large a part as of their phrases (Broder, 1997)."""

import re

from rensa import RMinHash

NUMBERS = 64
_PHRASE_WORDS = 3
_LEAST_WORDS = 12
_SEED = 7
_SIXTEEN_BITS = 0xFFFF
_WORD = re.compile(r"\w+")


def text_sketch(text: str) -> list[str] | None:
    """The MinHash of a text's phrases of three words, each of its numbers cut to 16 bits, in hexadecimal.

    ``None`` for a text of fewer than twelve words: it says too little to tell texts apart. Of 64 numbers the
    share that two sketches have in common is within 0.12 of the texts' own in 19 of 20 cases.
    """
    words = _WORD.findall(text.lower())
    if len(words) < _LEAST_WORDS:
        return None
    phrases = [
        " ".join(words[start : start + _PHRASE_WORDS]) for start in range(len(words) - _PHRASE_WORDS + 1)
    ]
    sketch = RMinHash(num_perm=NUMBERS, seed=_SEED)
    sketch.update(phrases)
    return [f"{number & _SIXTEEN_BITS:04x}" for number in sketch.digest()]
