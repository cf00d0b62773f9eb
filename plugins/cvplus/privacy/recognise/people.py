"""People's names and homes, where the words around them say that it is one."""

import re
from collections.abc import Iterator

from cvplus.privacy.recognise.spans import Span, occurrences

_NAME = r"[A-ZÀ-ÖØ-ÞĀ-ŽŁŚŻ][\w'’-]{0,30}+\.?"
_PARTICLE = r"(?:(?:von|van|de|der|den|del|della|di|da|dos|la|le|zu|bin|al|el|ter|ten)\s){0,3}"
_FULL_NAME = rf"{_NAME}(?:\s{_PARTICLE}{_NAME}){{1,3}}"
_BETWEEN = r"(?:\s|:|-|<[^<>]{0,60}>){1,6}"
# A name after the word that it belongs to. Only what comes at once, and only two words or more.
_CONTACT = re.compile(
    r"(?:[Cc]ontact(?: [Pp]erson| [Nn]ame)?|[Hh]iring [Mm]anager|[Rr]ecruiter|[Nn]ame(?: is)?|[Ii]nterviewer"
    r"|[Ii] am called|[Aa]pplicant|[Cc]andidate|[Rr]eferee|[Rr]eferred by|[Rr]efer(?:ence|ral) by"
    r"|Ansprechpartner(?:in)?|Kontakt(?:person)?|Ihr Kontakt|[Ii]ch heiße|Bewerber(?:in)?|[Nn]om"
    r"|[Jj]e m'appelle"
    r"|[Pp]ersonne à contacter|[Pp]ersona de contacto|[Cc]ontacto|[Nn]ombre|[Mm]e llamo|[Rr]eferente"
    r"|[Cc]ontatto"
    r"|[Nn]ominativo|[Mm]i chiamo|[Cc]ontactpersoon|[Nn]aam(?: is)?|[Oo]soba do kontaktu|[Nn]azywam się"
    rf"|[Ii]mię i nazwisko)(?::|\s-\s|<[^<>]{{0,60}}>|\s(?=[A-ZÀ-Ž])){_BETWEEN}?({_FULL_NAME})"
)
_CONTACT_WORDS = (
    "conta", "hiring manager", "recruiter", "name", "interviewer", "i am called", "applicant",
    "candidate", "refer",
    "ansprechpartner", "kontakt", "ich heiße", "bewerber", "nom", "je m'appelle", "personne à contacter",
    "persona de contacto", "me llamo", "mi chiamo", "naam", "osoba do kontaktu", "nazywam", "imię i nazwisko",
)  # fmt: skip
_TITLED = re.compile(
    r"(?:Mrs?\.?|Ms\.?|Miss|Mx\.?|Herrn?|Frau|Mme\.?|Mlle\.?|Monsieur|Madame|Señora?|Sra\.|Doña|Signora?|Sig\.(?:ra)?"
    rf"|Dhr\.|Mevr\.|Mevrouw|Meneer|Pani|Herra|Rouva)\s(?:Dr\.\s|Prof\.\s|Ing\.\s){{0,2}}{_PARTICLE}({_NAME}(?:\s{_PARTICLE}{_NAME}){{0,2}})"
)
_TITLED_WORDS = (
    "mr", "ms", "miss ", "mx", "herr", "frau ", "mme", "mlle", "monsieur ", "madame ", "señor", "sra.",
    "doña ",
    "signor", "sig.", "dhr.", "mev", "meneer ", "pani ", "rouva ",
)  # fmt: skip
# Of a short text the words are looked up; a long one is searched for each word.
_SHORT = 400
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_FIRST_WORDS = frozenset(
    _NOT_LETTERS.sub(" ", form).split()[0]
    for word in (*_CONTACT_WORDS, *_TITLED_WORDS)
    for form in (word, f"{word}in")
) | {
    "contact",
    "contatto",
    "referee",
    "herrn",
    "mrs",
    "mevr",
    "mevrouw",
    "señora",
    "signora",
    "herra",
    "reference",
    "referral",
    "referred",
    "referente",
    "contacto",
    "contactpersoon",
    "kontaktperson",
    "contactperson",
    "nombre",
    "nominativo",
}
_NOT_A_NAME = frozenset(
    [
        "human",
        "resources",
        "recruiting",
        "recruitment",
        "team",
        "talent",
        "acquisition",
        "support",
        "sales",
        "information",
        "us",
        "hr",
        "department",
        "office",
        "center",
        "centre",
        "manager",
        "details",
        "person",
        "management",
        "service",
        "services",
        "customer",
        "company",
        "the",
        "our",
        "your",
        "for",
        "required",
        "employer",
        "job",
        "position",
        "description",
        "title",
        "requirements",
        "personal",
        "opportunity",
        "email",
        "phone",
        "office",
        "number",
    ]
)
_STREET_FIRST = re.compile(
    r"(?:\b(?:rue|avenue|boulevard|allée|impasse|chemin|place|quai|[Cc]alle|C/|[Aa]v(?:enida|da\.)|[Pp]aseo|[Pp]laza|Via|Viale"
    r"|Piazza|Corso|Largo|ul\.|al\.|os\.|Rua|Travessa)\s(?:[^\W\d_][\w.'’-]{0,30}[ ,]{1,2}){1,4}"
    r"|\b[A-ZÀ-Ž][\w.-]{1,30}(?:straße|strasse|str\.|weg|allee|platz|gasse|damm|ufer|straat|laan|plein|gracht|kade"
    r"|gatan|vägen|gata|vej|gade|veien|katu|tie|polku)\s"
    r"|\b[A-ZÀ-Ž][\w.-]{1,30} (?:Straße|Strasse|Str\.|Weg|Allee|Platz|Damm|Ufer)\s)(?:n[°ºo.]{1,2}\s?"
    r"|nr\.?\s?)?\Z"
)
_NUMBER_FIRST = re.compile(
    r"(?:\d{1,5}[A-Za-z]?,?\s(?:bis\s|ter\s)?(?:rue|avenue|boulevard|allée|impasse|chemin|place|quai)\s"
    r"(?:(?:de|du|des|la|le|les|d'|l')\s?){0,3}[A-ZÀ-Ž][\w'’-]{1,30}(?:[\s-][A-ZÀ-Ž][\w'’-]{1,30}){0,3}"
    r"|\d{1,5}[A-Za-z]?\s(?:(?:N|S|E|W|North|South|East|West)\.?\s)?(?:[A-Z0-9][\w.'’-]{1,30}\s){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Crescent|Close|Parkway|Pkwy"
    r"|Highway|Hwy|Place|Pl|Square|Sq|Way)\b\.?(?!\s[a-z])(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\.?\s?[\w-]{1,6})?)"
)
REACH_OF_STREET = 60
_MOST_WORDS_OF_STREET = 6
_BETWEEN_WORDS = re.compile(r"[\s,;:<>()]+")
_STREET_WORDS = frozenset(
    [
        "rue",
        "avenue",
        "boulevard",
        "allée",
        "impasse",
        "chemin",
        "place",
        "quai",
        "calle",
        "avenida",
        "av.",
        "avda.",
        "paseo",
        "plaza",
        "via",
        "viale",
        "piazza",
        "corso",
        "largo",
        "ul.",
        "al.",
        "os.",
        "rua",
        "travessa",
        "straße",
        "strasse",
        "str.",
        "weg",
        "allee",
        "platz",
        "damm",
        "ufer",
    ]
)
_STREET_ENDS = (
    "straße", "strasse", "str.", "weg", "allee", "platz", "gasse", "damm", "ufer", "straat", "laan",
    "plein", "gracht",
    "kade", "gatan", "vägen", "gata", "vej", "gade", "veien", "katu", "tie", "polku",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_AFTER_NUMBER = re.compile(
    r"\d{0,4}[a-z]?\b(?:\s?[/-]\s?\d{1,4}[a-z]?)?(?:,?\s(?:[A-Z]{1,2}-)?\d{4,5}(?:\s?[A-Z]{2})?\s[A-ZÀ-Ž][\w-]{2,30})?"
)


def names(text: str, lowered: str) -> Iterator[Span]:
    """Full names after a word such as ``Contact:``, and names after a form of address."""
    if len(text) <= _SHORT and _FIRST_WORDS.isdisjoint(_NOT_LETTERS.sub(" ", lowered).split()):
        return
    for words, pattern in ((_CONTACT_WORDS, _CONTACT), (_TITLED_WORDS, _TITLED)):
        for start in occurrences(lowered, words):
            if start > 0 and (text[start - 1].isalnum() or text[start - 1] in "._"):
                continue
            match = pattern.match(text, start)
            if match and not _NOT_A_NAME & set(match[1].lower().split()):
                yield Span(*match.span(1), "name")


def homes(text: str, start: int) -> Iterator[Span]:
    """The address of a house whose number begins at ``start``, where street and number stand together."""
    if match := _NUMBER_FIRST.match(text, start):
        yield Span(*match.span(), "address")
        return
    if text[start - 1 : start] != " ":
        return
    begin = max(0, start - REACH_OF_STREET)
    before = _BETWEEN_WORDS.sub(" ", text[begin:start].lower()).split()[-_MOST_WORDS_OF_STREET:]
    if _STREET_WORDS.isdisjoint(before) and not any(word.endswith(_STREET_ENDS) for word in before):
        return
    street = _STREET_FIRST.search(text[begin:start])
    rest = _AFTER_NUMBER.match(text, start) if street else None
    if street is not None and rest is not None and rest.end() > start:
        yield Span(begin + street.start(), rest.end(), "address")


def own_name(text: str, parts: frozenset[str]) -> Iterator[Span]:
    """Where a person's own name stands: two of its parts or more side by side, in any order."""
    words = list(_WORD.finditer(text))
    first: int | None = None
    for index, word in enumerate([*words, None]):
        is_part = word is not None and word.group().casefold() in parts
        if is_part and first is None:
            first = index
        elif not is_part and first is not None:
            if index - first >= 2:
                yield Span(words[first].start(), words[index - 1].end(), "name")
            first = None
