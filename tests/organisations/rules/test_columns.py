"""Headers as HR systems write them, in the languages of Europe."""

from __future__ import annotations

import pytest

from lms.organisations.rules.columns import FIELDS, WORDS, are_enough, fold, guess_columns


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Name", "E-Mail"], ["name", "email"]),
        (["First name", "Last name", "Email address"], ["first", "last", "email"]),
        (["Personalnummer", "Name", "Vorname", "E-Mail", "Abteilung"], ["number", "last", "first", "email", "team"]),
        (["Matricule", "Nom", "Prénom", "Courriel", "Service"], ["number", "last", "first", "email", "team"]),
        (["Nr.", "Name", "E-Mail"], ["number", "name", "email"]),
        (["Pers.-Nr.", "Name", "E-Mail", "Nr"], ["number", "name", "email", ""]),
        (["Nom", "Courriel"], ["name", "email"]),
        (["Nombre", "Correo electrónico"], ["name", "email"]),
        (["Nombre", "Apellidos", "Correo"], ["first", "last", "email"]),
        (["Nome", "Cognome", "Posta elettronica", "Reparto"], ["first", "last", "email", "team"]),
        (["Imię", "Nazwisko", "Adres e-mail", "Dział", "Język"], ["first", "last", "email", "team", "language"]),
        (["JMÉNO", "PŘÍJMENÍ", "E-MAIL"], ["first", "last", "email"]),
        (["Förnamn", "Efternamn", "E-postadress"], ["first", "last", "email"]),
        (["Ime", "Priimek", "E-pošta", "Oddelek"], ["first", "last", "email", "team"]),
        (["Όνομα", "Επώνυμο", "Ηλεκτρονική διεύθυνση"], ["first", "last", "email"]),
        (["e_mail", "Employee-ID", "Full Name", "Shoe size"], ["email", "number", "name", ""]),
    ],
)
def test_headers_say_what_their_columns_are(headers, fields):
    expected = {field: place for place, field in enumerate(fields) if field}
    assert guess_columns(headers) == expected
    assert are_enough(expected)


def test_the_first_of_two_columns_that_fit_counts():
    assert guess_columns(["E-mail", "Email", "Name"]) == {"email": 0, "name": 2}


@pytest.mark.parametrize("columns", [{}, {"email": 0}, {"name": 0}, {"email": 0, "first": 1}])
def test_without_an_address_and_a_whole_name_nothing_can_be_done(columns):
    assert not are_enough(columns)


def test_no_word_means_two_fields():
    by_field = [{fold(word) for word in listed.split(";")} for listed in WORDS.values()]
    words = [word for each in by_field for word in each]
    assert not {word for word in words if words.count(word) > 1}
    assert set(WORDS) == set(FIELDS)
