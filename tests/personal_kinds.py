"""Made-up personal words of every kind that the plant knows, as people write them, and plain texts like them.

None is anybody's: numbers have the right form and check digit and a worn beginning, addresses and
names are those of examples. ``secret`` is what must be found nowhere; ``text`` is how it comes, with the word
that announces it where a number alone would say nothing.
"""

import re
from dataclasses import dataclass

_NOT_ALNUM = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class PersonalKind:
    """One kind of personal word; ``text`` is free of ``secret`` once it is masked."""

    name: str
    text: str
    secret: str

    def is_in(self, content: str) -> bool:
        """Whether the words stand in a content, as they are or only spaced and joined otherwise.

        Both must have been made small before (:func:`small`, :func:`joined`).
        """
        return small(self.secret) in content


def small(content: str) -> str:
    """Content in small letters, without escapes of JSON."""
    return content.casefold()


def joined(content: str) -> str:
    """Content in small letters and digits alone: no spacing hides a number in it."""
    return _NOT_ALNUM.sub("", content.casefold())


def _kind(name: str, text: str, secret: str | None = None) -> PersonalKind:
    return PersonalKind(name, text, secret or text)


NAME = "Lena Maria Vasquez-Quist"

PERSONAL_KINDS = (
    # ways to reach a person
    _kind("email", "lena.vasquez+cv@mail.example.org"),
    _kind("email_spelled", "lena.vasquez (at) example (dot) org"),
    _kind("mailto", "mailto:lena.vasquez@example.org", "lena.vasquez@example.org"),
    _kind("phone_international", "+49 30 23125 042"),
    _kind("phone_joined", "+12125550147"),
    _kind("phone_double_zero", "0033 1 70 18 99 01"),
    _kind("phone_us", "(212) 555-0147"),
    _kind("phone_gb", "020 7946 0958"),
    _kind("phone_gb_mobile", "07700 900123"),
    _kind("phone_de", "0171 3920018"),
    _kind("phone_fr", "06 12 34 56 78"),
    _kind("phone_es", "Tel. 912 345 678", "912 345 678"),
    _kind("phone_it", "06 69812 3456"),
    _kind("phone_nl", "020 794 1234"),
    _kind("phone_pl", "tel. 22 536 11 00", "22 536 11 00"),
    _kind("phone_se", "08-505 200 00"),
    _kind("phone_dk", "tlf. 33 13 01 12", "33 13 01 12"),
    _kind("phone_in", "098765 43210"),
    _kind("phone_au", "0412 345 678"),
    _kind("phone_jp", "03-6384-9000"),
    _kind("profile_linkedin", "https://www.linkedin.com/in/lena-vasquez-81b2", "lena-vasquez-81b2"),
    _kind("profile_github", "github.com/lenavasquezq", "lenavasquezq"),
    _kind("profile_xing", "https://www.xing.com/profile/Lena_VasquezQuist", "Lena_VasquezQuist"),
    _kind("profile_facebook", "facebook.com/lena.vasquez.quist", "lena.vasquez.quist"),
    _kind("profile_x", "https://x.com/lenavasquezquist", "lenavasquezquist"),
    _kind("profile_telegram", "t.me/lenavasquezq", "lenavasquezq"),
    _kind("home_page", "https://people.example.org/~lvasquez", "~lvasquez"),
    _kind("own_site", "Portfolio: www.lenavasquez.example.org", "lenavasquez.example.org"),
    # machines and places
    _kind("ipv4", "203.0.113.42"),
    _kind("ipv6", "2001:db8:85a3::8a2e:370:7334"),
    _kind("mac", "00:1B:44:11:3A:B7"),
    _kind("mac_hyphens", "00-1B-44-11-3A-B7"),
    _kind("coordinates", "52.520008, 13.404954"),
    _kind("imei", "490154203237518"),
    _kind("address_us", "742 Evergreen Terrace", "742 Evergreen Terrace"),
    _kind("address_de", "Lindenstraße 17a", "Lindenstraße 17a"),
    _kind("address_fr", "12 rue de la Gare", "12 rue de la Gare"),
    _kind("address_es", "Calle Mayor 45", "Calle Mayor 45"),
    _kind("address_it", "Via Garibaldi 9", "Via Garibaldi 9"),
    _kind("address_nl", "Keizersgracht 123", "Keizersgracht 123"),
    _kind("address_pl", "ul. Polna 12", "Polna 12"),
    # money
    _kind("iban_de", "DE89 3704 0044 0532 0130 00"),
    _kind("iban_gb", "GB29 NWBK 6016 1331 9268 19"),
    _kind("iban_fr", "FR1420041010050500013M02606"),
    _kind("bic", "BIC: DEUTDEFF500", "DEUTDEFF500"),
    _kind("bank_account", "account number 31926819", "31926819"),
    _kind("card", "4539 1488 0343 6491"),
    _kind("card_joined", "5555555555554477"),
    _kind("card_amex", "3782 822463 10096"),
    _kind("bitcoin", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    _kind("ethereum", "0x52908400098527886E0F7030069857D2E4169EE7"),
    # numbers of states
    _kind("us_ssn", "219-09-9999"),
    _kind("us_ssn_bare", "SSN 219099999", "219099999"),
    _kind("us_itin", "912-70-1234"),
    _kind("gb_nino", "AB 12 34 56 C"),
    _kind("gb_nhs", "943 021 5736"),
    _kind("de_steuer_id", "65 901 418 172"),
    _kind("de_pension", "65 170872 J 005"),
    _kind("fr_nir", "1 85 05 78 006 021 57"),
    _kind("es_dni", "84775577S"),
    _kind("es_nie", "X2349567W"),
    _kind("it_codice_fiscale", "RSSMRA85T10A562S"),
    _kind("nl_bsn", "BSN 111284703", "111284703"),
    _kind("pl_pesel", "85051216189"),
    _kind("se_personnummer", "850512-7129"),
    _kind("fi_hetu", "120585-646J"),
    _kind("no_fodselsnummer", "120585 42243"),
    _kind("dk_cpr", "120585-1234"),
    _kind("br_cpf", "390.533.447-05"),
    _kind("in_aadhaar", "2345 6789 0176"),
    _kind("in_pan", "ABCPK1234Q"),
    _kind("ca_sin", "193-456-787"),
    _kind("au_tfn", "TFN 123 456 782", "123 456 782"),
    _kind("au_medicare", "2123 45607 1"),
    _kind("jp_my_number", "1234 5678 9050"),
    _kind("ch_ahv", "756.9217.0769.54"),
    _kind("at_svnr", "1237 010180"),
    _kind("be_rijksregister", "85.07.30-033.28"),
    _kind("cz_rodne_cislo", "850512/6597"),
    _kind("kr_rrn", "850512-1761851"),
    _kind("cn_id", "11010519850512739X"),
    _kind("mx_curp", "BOXW850512HNERXN02"),
    _kind("ie_pps", "1234567FA"),
    _kind("za_id", "8505126061084"),
    _kind("passport_us", "Passport no. 533401234", "533401234"),
    _kind("passport_de", "Reisepass C01X00T47", "C01X00T47"),
    _kind("passport_fr", "passeport n° 12AB34567", "12AB34567"),
    _kind("identity_card", "Personalausweis L01X00T471", "L01X00T471"),
    _kind("driving_licence_gb", "MORGA657054SM9IJ"),
    _kind("driving_licence", "driver's license D1234567", "D1234567"),
    _kind("plate", "Kennzeichen B-LV 1985", "B-LV 1985"),
    # days of birth, in seven languages
    _kind("born_en", "date of birth: March 12, 1985", "March 12, 1985"),
    _kind("born_de", "geb. 12.03.1985", "12.03.1985"),
    _kind("born_fr", "née le 12 mars 1985", "12 mars 1985"),
    _kind("born_es", "fecha de nacimiento 12/03/1985", "12/03/1985"),
    _kind("born_it", "nata il 12 marzo 1985", "12 marzo 1985"),
    _kind("born_nl", "geboren op 12-03-1985", "12-03-1985"),
    _kind("born_pl", "ur. 12.03.1985", "12.03.1985"),
    # names, where the text tells that it is one
    _kind("name_announced", f"Name: {NAME}", NAME),
    _kind("name_contact", f"Ansprechpartnerin: {NAME}", NAME),
    _kind("name_titled", "Frau Vasquez-Quist", "Vasquez-Quist"),
    # signs that hide a number from a pattern, and from nobody who reads
    _kind("wide_digits", "\uff0b\uff14\uff19 \uff13\uff10 \uff12\uff13\uff11\uff12\uff15\uff10\uff14\uff12"),
    _kind("zero_width", "lena.vasquez\u200b@example\u200d.org"),
    _kind("hyphen_that_stays", "219\u201109\u20119999"),
    _kind("space_that_stays", "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000"),
    _kind("soft_hyphen", "4539\u00ad1488\u00ad0343\u00ad6491"),
    _kind("entity", "lena.vasquez&#64;example.org"),
    _kind("entity_twice", "lena.vasquez&amp;#x40;example.org"),
    _kind("percent", "https://example.org/apply?to=lena.vasquez%40example.org", "lena.vasquez%40example.org"),
    _kind("arabic_digits", "+\u0664\u0669 \u0663\u0660 \u0662\u0663\u0661\u0662\u0665\u0660\u0664\u0662"),
)  # fmt: skip

# Texts that look like the above and are nobody's: each is to stay as it is.
CLEAN_TEXTS = (
    "Senior .NET 4.5.2 Developer", "Python 3.11 / Django 4.2.7", "C++20, C#, F#, Node.js 18.17.1",
    "Java 1.8.0_292",
    "Chrome 91.0.4472.124", "Version 10.0.19041.1", "TLS 1.2, IPv4 and IPv6, OAuth 2.0",
    "ISO 9001:2015", "ISO/IEC 27001",
    "DIN EN ISO 13485", "NIST SP 800-53", "21 CFR Part 11", "401(k) with 4% match",
    "24/7 on-call rotation", "9-5, Mo-Fr",
    "$120,000 - $150,000 a year", "USD 85,000.00 - 120,000.00", "€ 55.000 - 70.000 brutto", "£45k-£60k DOE",
    "45 000 - 60 000 EUR", "1 200 000 PLN", "150 000 000 users", "CHF 120'000", "R-0000123456",
    "Req ID: 2024-10592",
    "Job ID 704869900", "REQ123456", "Requisition JR0104567",
    "2210 - Information Technology Management", "GS-13/14",
    "SOC 15-1252.00", "NAICS 541511", "ESCO 2512.4", "2026-05-01", "2026-05-01T10:00:00+02:00",
    "May 1, 2026", "01.05.2026",
    "2019 - 2024", "2020-2021", "12 months", "5+ years", "40 hours per week", "80-100%",
    "10.5 million", "1,234,567 rows",
    "New York, NY 10001", "10117 Berlin", "SW1A 1AA", "75008 Paris", "Remote (UTC-5 to UTC+2)",
    "Building 42, Floor 3",
    "Contact: Human Resources", "Contact the Talent Acquisition team", "Account Manager",
    "Name the trade-offs you made",
    "Recruiter Lead", "Head of Contact Center Operations", "Dr. Oetker", "Ernst & Young", "H&M",
    "AT&T", "S&P 500",
    "100% remote", "3M", "7-Eleven", "Forever 21", "23andMe", "Level 3", "CO2 and H2O",
    "B2B SaaS, B2C", "MS Office 365",
    "https://www.example.com/careers/123456789", "https://boards.greenhouse.io/acme/jobs/4567890123",
    "acme.io",
    "github.com/acme/tool", "https://www.linkedin.com/company/acme", "https://jobs.lever.co/acme/3f0c8a52-1b1e-4c55-9a52-1b1e4c559a52",
    "3f0c8a52-1b1e-4c55-9a52-1b1e4c559a52", "d41d8cd98f00b204e9800998ecf8427e", "US", "DE", "USD",
    "en-GB", "J000123",
    "SWIFT and Objective-C", "Swift, Kotlin", "Driver's license required", "Führerschein Klasse B",
    "Valid passport", "NATO 2024",
    "Born in the cloud", "Call centre agent", "Phone support, 3 shifts", "m/w/d", "(m/f/x)",
    "10:30-18:00", "ratio 3:1:2",
)  # fmt: skip
