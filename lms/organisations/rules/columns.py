"""Which column of somebody's table is what, guessed from its header in the languages of Europe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

NAME, FIRST, LAST, EMAIL, NUMBER, TEAM, LANGUAGE = "name", "first", "last", "email", "number", "team", "language"
FIELDS = (NAME, FIRST, LAST, EMAIL, NUMBER, TEAM, LANGUAGE)
Columns = Mapping[str, int]
"""What is known of a table: field to the place of its column, from 0."""

WORDS = {
    EMAIL: """e-mail; email; mail; e-mail address; email address; mail address; e-mail-adresse; e-mailadresse;
        mailadresse; courriel; adresse e-mail; adresse mail; adresse électronique; correo; correo electrónico;
        e-mailadres; emailadres; posta elettronica; indirizzo e-mail; indirizzo email; endereço de email;
        e-postadress; e-post; epost; sähköposti; adres e-mail; e-mailová adresa; emailová adresa; e-mail cím;
        adresă de e-mail; e-pošta; e-poštni naslov; elektronska pošta; имейл; ηλεκτρονική διεύθυνση; el. paštas;
        e-pasts; e-posta""",
    FIRST: """first name; firstname; given name; forename; vorname; prénom; nombre; nombre de pila; nome; nome
        proprio; voornaam; förnamn; fornavn; etunimi; imię; jméno; křestní jméno; meno; keresztnév; utónév;
        prenume; ime; име; όνομα; eesnimi; vardas; vārds; ad""",
    LAST: """last name; lastname; surname; family name; nachname; familienname; nom; nom de famille; apellido;
        apellidos; cognome; sobrenome; apelido; achternaam; efternamn; etternavn; efternavn; sukunimi; nazwisko;
        příjmení; priezvisko; vezetéknév; családnév; nume de familie; priimek; prezime; фамилия; επώνυμο;
        perekonnanimi; pavardė; uzvārds; soyad""",
    NAME: """name; full name; display name; employee; mitarbeiter; vollständiger name; nom complet; nom et prénom;
        prénom et nom; nombre completo; nombre y apellidos; nome completo; nome e cognome; naam; volledige naam;
        namn; navn; nimi; imię i nazwisko; jméno a příjmení; meno a priezvisko; név; teljes név; nume; nume și
        prenume; ime in priimek; ime i prezime; ονοματεπώνυμο""",
    NUMBER: """number; no; nr; employee number; employee no; employee id; staff number; staff id; personnel number;
        personnel no; personalnummer; personal-nr; pers-nr; persnr; mitarbeiternummer; mitarbeiter-nr; ma-nr;
        matricule; numéro de matricule; número de empleado; matricola; número de funcionário; personeelsnummer;
        anställningsnummer; medarbejdernummer; ansattnummer; henkilönumero; numer pracownika; osobní číslo;
        osobné číslo; törzsszám; marcă; matična številka""",
    TEAM: """team; department; group; unit; abteilung; gruppe; bereich; équipe; service; département; equipo;
        departamento; squadra; reparto; ufficio; equipa; afdeling; ploeg; avdelning; avdeling; osasto; tiimi;
        dział; zespół; oddělení; oddelenie; osztály; csapat; departament; echipă; oddelek; ekipa; odjel; отдел;
        τμήμα; osakond; skyrius; nodaļa""",
    LANGUAGE: """language; locale; preferred language; sprache; langue; idioma; lengua; lingua; língua; taal; språk;
        sprog; kieli; język; jazyk; nyelv; limbă; jezik; език; γλώσσα; keel; kalba; valoda; dil""",
}


def fold(header: str) -> str:
    """A header as it is compared: no case, no accents, no punctuation but spaces between words."""
    plain = unicodedata.normalize("NFKD", header.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain))


_FIELD_OF = {fold(word): field for field, words in WORDS.items() for word in words.split(";")}


def guess_columns(headers: Sequence[str]) -> dict[str, int]:
    """The first column that fits each field.

    A first name without a last one is the whole name (Spanish “nombre”), and beside a first name, what is called plain
    “name” is the last one (German, French).
    """
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        field = _FIELD_OF.get(fold(header))
        if field and field not in found:
            found[field] = place
    if FIRST in found and LAST not in found:
        found = {(LAST if field == NAME else field): place for field, place in found.items()}
    for part in (FIRST, LAST):
        if part in found and len({FIRST, LAST} & found.keys()) == 1:
            found[NAME] = found.pop(part)
    return found


def are_enough(columns: Columns) -> bool:
    """An address, and a name in one column or two."""
    return EMAIL in columns and (NAME in columns or {FIRST, LAST} <= columns.keys())
