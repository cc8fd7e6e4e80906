"""Invented people, with given and family names as they are usual all over Europe."""

from __future__ import annotations

NAMES: dict[str, tuple[str, str]] = {
    "bg": (
        "Мария, Георги, Елена, Димитър, Иванка, Стоян",
        "Иванова, Петров, Димитрова, Стоянов, Колева, Ангелов",
    ),
    "cs": (
        "Kateřina, Ondřej, Věra, Zdeněk, Šárka, Jiří",
        "Němcová, Dvořák, Kučerová, Svoboda, Dvořáková, Růžička",
    ),
    "da": (
        "Søren, Mette, Jørgen, Astrid, Rasmus, Kirsten",
        "Sørensen, Kjær, Østergaard, Møller, Jensen, Bæk",
    ),
    "de": (
        "Jürgen, Anneliese, Björn, Käthe, Matthias, Sabine",
        "Müller, Weiß, Schröder, Kühn, Großmann, Jäger",
    ),
    "el": (
        "Ελένη, Γιώργος, Αικατερίνη, Δημήτρης, Σοφία, Κώστας",
        "Παπαδοπούλου, Γεωργίου, Νικολάου, Οικονόμου, Βασιλείου, Αντωνίου",
    ),
    "en": (
        "Siobhán, Liam, Aoife, Oliver, Niamh, Cormac",
        "O’Brien, Murphy, Byrne, Walsh, O’Sullivan, Doyle",
    ),
    "es": (
        "Begoña, Íñigo, Lucía, Álvaro, Nuria, Joaquín",
        "Núñez, Ibáñez, Muñoz, Peña, Gutiérrez, Castaño",
    ),
    "et": (
        "Õnne, Jüri, Külli, Tõnu, Pille, Märt",
        "Tamm, Põld, Kärner, Sääsk, Mägi, Rõõmus",
    ),
    "fi": (
        "Päivi, Jyrki, Äijä, Sanna, Väinö, Riikka",
        "Hämäläinen, Mäkinen, Järvinen, Yli-Kauhaluoma, Koskela, Niemelä",
    ),
    "fr": (
        "François, Aurélie, Zoé, Benoît, Hélène, Loïc",
        "Lefèvre, Bérenger, Château, D’Aubigné, Gœtz, Noël",
    ),
    "hr": (
        "Željko, Đurđica, Tomislav, Ivana, Krešimir, Snježana",
        "Horvat, Đurić, Župan, Šimić, Kovačević, Perković",
    ),
    "hu": (
        "Zsófia, Győző, Ágnes, Ödön, Tünde, Béla",
        "Szőke, Nagy, Őry, Kovács, Tóth, Fűzesi",
    ),
    "is": (
        "Þórdís, Björgvin, Guðrún, Ægir, Sæunn, Hjörtur",
        "Jónsdóttir, Þórarinsson, Ólafsdóttir, Sigurðsson, Ásgeirsdóttir, Hallsson",
    ),
    "it": (
        "Niccolò, Chiara, Giosuè, Lucia, Dario, Beatrice",
        "D’Angelo, Rossi, Cantù, Forlì, De Luca, Nicolò",
    ),
    "lt": (
        "Živilė, Ąžuolas, Eglė, Žygimantas, Rūta, Šarūnas",
        "Žukaitė, Kazlauskas, Čepaitė, Šimkus, Ūsaitė, Jankūnas",
    ),
    "lv": (
        "Ļubova, Ģirts, Žanete, Kārlis, Dzintra, Ēriks",
        "Kļaviņa, Bērziņš, Šmite, Ķēniņš, Āboliņa, Ozoliņš",
    ),
    "mt": (
        "Ġorġ, Marija, Ċensu, Żaren, Karmena, Wiġi",
        "Żammit, Borġ, Ċachia, Għigo, Camilleri, Ħili",
    ),
    "nl": (
        "Daniël, Anneke, Joris, Fenna, Sjoerd, Mieke",
        "van der Veen, ’t Hart, de Vries, IJzerman, Coëlho, Bruijn",
    ),
    "pl": (
        "Łucja, Wojciech, Małgorzata, Paweł, Świętosława, Grzegorz",
        "Dąbrowska, Wójcik, Jędrzejewska, Żak, Zielińska, Łukasik",
    ),
    "pt": (
        "João, Inês, Simão, Conceição, Gonçalo, Vitória",
        "Guimarães, Simões, Gonçalves, Magalhães, Conceição, Araújo",
    ),
    "ro": (
        "Ștefan, Mădălina, Răzvan, Ioana, Țenu, Brândușa",
        "Ionescu, Țăran, Șerban, Munteanu, Pârvu, Dănilă",
    ),
    "sk": (
        "Ľubica, Ján, Žofia, Vladimír, Mária, Štefan",
        "Šťastná, Kováč, Ľuptáková, Ďurica, Hrušovská, Tóth",
    ),
    "sl": (
        "Črtomir, Špela, Žiga, Metka, Andraž, Vesna",
        "Žnidaršič, Krajnc, Šuštar, Zupančič, Hočevar, Kržišnik",
    ),
    "sv": (
        "Åsa, Göran, Märta, Örjan, Linnéa, Håkan",
        "Åkesson, Sjöström, Björkqvist, Lindgren, Nordström, Öberg",
    ),
    "tr": (
        "Gülşen, İbrahim, Çiğdem, Oğuz, Şule, Işık",
        "Yılmaz, Çelik, Öztürk, Şahin, Kılıç, Güneş",
    ),
    "uk": (
        "Олена, Тарас, Надія, Андрій, Ярослава, Богдан",
        "Шевченко, Коваленко, Мельник, Ткаченко, Бондар, Ґудзь",
    ),
}
"""By language: given names, women's and men's in turn, and family names in the same turn, where a language has two."""


def full_names() -> list[tuple[str, str]]:
    """(language, name) without namesakes, the languages in turn, so that every few people are from all over Europe."""
    turns = [[(language, name) for name in _pairs(*parts)] for language, parts in NAMES.items()]
    return [turn[at] for at in range(min(map(len, turns))) for turn in turns]


def _pairs(given: str, family: str) -> list[str]:
    firsts, lasts = given.split(", "), family.split(", ")
    shifts = range(0, len(lasts), 2)  # by twos, so that a woman's name gets a woman's
    return [f"{first} {lasts[(at + shift) % len(lasts)]}" for shift in shifts for at, first in enumerate(firsts)]
