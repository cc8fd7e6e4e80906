"""Numbers, dates and names of languages in words, as a locale writes them (CLDR through Babel)."""

from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

# English without a country is read here as in the European Union: 11 January 2027.
_EUROPEAN_ENGLISH = "en_IE"


def locale_for(language: str) -> Locale:
    """The CLDR locale of a BCP 47 tag, English where there is none."""
    tag = _EUROPEAN_ENGLISH if language == "en" else language.replace("-", "_")
    try:
        return Locale.parse(tag)
    except (ValueError, UnknownLocaleError):
        return Locale.parse(_EUROPEAN_ENGLISH)


def day(value: date, locale: Locale) -> str:
    """11 January 2027."""
    return format_date(value, format="long", locale=locale)


def hours(amount: str, locale: Locale) -> str:
    """2.5 hours; `amount` is a decimal text, "" gives ""."""
    return format_unit(Decimal(amount), "duration-hour", length="long", locale=locale) if amount else ""


def number(amount: str, locale: Locale) -> str:
    """A decimal text with the locale's separators; "" gives ""."""
    return format_decimal(Decimal(amount), locale=locale) if amount else ""


def percent(amount: str, locale: Locale) -> str:
    """70 %, with at most two decimals, cut and never rounded up; "" gives ""."""
    if not amount:
        return ""
    cut = Decimal(amount).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    pattern = locale.percent_formats[None].pattern.replace("##0", "##0.##")
    return format_percent(cut / 100, format=pattern, locale=locale)


def language_name(language: str, locale: Locale) -> str:
    """English for "en", as the locale calls it; the tag itself where CLDR has no name."""
    try:
        named = Locale.parse(language.replace("-", "_")).get_display_name(locale)
    except (ValueError, UnknownLocaleError):
        named = None
    return named[:1].upper() + named[1:] if named else language


def country_name(code: str, locale: Locale) -> str:
    """Belgium for "BE"; the code itself where CLDR has no name, "" for ""."""
    return str(locale.territories.get(code, code))
