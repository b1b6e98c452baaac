"""The words of every text, one module per language.

By template, the wordings from the fullest to the shortest: the first that fits one segment is taken, one with a link
wherever that fits, and one that names a room or a link only where it is known. Accents outside GSM-7 would cut a segment
from 160 to 70 characters, so the words are chosen to need none.
"""

from collections.abc import Mapping

from services.notify.domain.catalogue import en, es

WORDINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"en": en.WORDINGS, "es": es.WORDINGS}
FALLBACK = "en"
