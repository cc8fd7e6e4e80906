"""The reader's language: how it is chosen, and the gettext functions that speak it.

The source language is English. A translation is shipped by being there:
`lms/translations/<language>/LC_MESSAGES/messages.po` with its compiled `.mo`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.units import format_unit
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations, gettext, ngettext, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from lms.core.texts import N_, translate_through

__all__ = [
    "N_",
    "_",
    "choose_language",
    "init_i18n",
    "languages",
    "ngettext",
    "shown_language",
    "size_in_words",
    "speaking",
    "translate",
]

SOURCE_LANGUAGE = "en"
WRITTEN_AS = {"en": "en_150"}
"""Numbers and dates of plain English are those of Europe: 24 Nov 2026, 14:05."""
TRANSLATIONS = Path(__file__).parents[1] / "translations"


def _(text: str, **values: Any) -> str:
    """The text in the reader's language, its values filled in: now."""
    return str(gettext(text, **values))


def translate(text: str, **values: Any) -> str:
    """A marked text in the reader's language, its values filled in."""
    return _(text, **values)


@cache
def languages() -> dict[str, str]:
    """Shipped languages: code to its own name ("sl": "slovenščina"), the source language first."""
    found = sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))
    codes = [SOURCE_LANGUAGE, *(code for code in found if code != SOURCE_LANGUAGE)]
    return {code: Locale.parse(code).get_display_name() or code for code in codes}


def choose_language(person: str | None, cookie: str | None, accepted: list[str]) -> str:
    """The first of the person's, the cookie's and the browser's languages that we ship, else English.

    `de-AT` is served by `de` where there is nothing closer.
    """
    wishes = [wish for wish in (person, cookie, *accepted) if wish]
    for wish in wishes:
        code = _shipped(wish)
        if code:
            return code
    return SOURCE_LANGUAGE


def init_i18n(app: Flask, *, timezone: str) -> None:
    """Give the app its translations, and every template `lang`, `direction` and `languages`.

    The signed-in person's language and zone are read from `g.locale` and `g.timezone`, which whoever
    loads the session sets before the first text is translated; core knows no people.
    """
    translate_through(translate)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE_LANGUAGE
    app.config["BABEL_DEFAULT_TIMEZONE"] = timezone
    Babel(app, locale_selector=_language_of_request, timezone_selector=_timezone_of_request)
    app.context_processor(_for_templates)
    app.add_template_filter(size_in_words, "size")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that Babel adds
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _in_template


@pass_eval_context
def _in_template(where: EvalContext, text: str, **values: Any) -> str:
    """`{{ _('…') }}` at once: Jinja's own goes there by three calls, and formats what has no place for a value."""
    found: str = _catalogue().ugettext(text)
    if where.autoescape:
        found = Markup(found)  # noqa: S704 - a text of ours or of its translators, as Jinja does
    return found % values if "%" in found else found


def _catalogue() -> Any:
    """The texts of the reader's language, looked up once: a page has some seventy, a tenth of its time otherwise."""
    if g.get("catalogue") is None:
        g.catalogue = get_translations()
    return g.catalogue


def size_in_words(octets: int) -> str:
    """A size as the reader writes it, in steps of a thousand: "512 byte", "1.5 MB", «1,5 Mo»."""
    units = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte", "digital-terabyte")
    size, step = float(octets), 0
    while size >= 999.5 and step < len(units) - 1:
        size, step = size / 1000, step + 1
    shown = round(size, 1) if size < 10 else round(size)
    return str(format_unit(shown, units[step], length="short", locale=get_locale() or SOURCE_LANGUAGE))


def shown_language() -> str:
    """The shipped language in which texts appear now."""
    shown = get_locale() or Locale.parse(SOURCE_LANGUAGE)
    return next((code for code in (str(shown), shown.language) if code in languages()), SOURCE_LANGUAGE)


@contextmanager
def speaking(locale: str | None, timezone: str | None) -> Iterator[None]:
    """Inside, texts, numbers and instants are this person's, whoever asks: for mail and files that go to somebody.

    None is what the installation has.
    """
    before = g.get("spoken")
    _speak((choose_language(locale, None, []), timezone))
    try:
        yield
    finally:
        _speak(before)


def _speak(spoken: tuple[str, str | None] | None) -> None:
    g.spoken, g.catalogue = spoken, None
    refresh()


def _shipped(wish: str) -> str | None:
    try:
        locale = Locale.parse(wish.replace("-", "_"))
    except (ValueError, UnknownLocaleError):  # a header or cookie may say anything
        return None
    shipped = languages()
    return next((code for code in (str(locale), locale.language) if code in shipped), None)


def _language_of_request() -> str:
    if spoken := g.get("spoken"):
        code: str = spoken[0]
        return WRITTEN_AS.get(code, code)
    if not has_request_context():
        return SOURCE_LANGUAGE
    accepted = [value for value, _quality in request.accept_languages]
    chosen = choose_language(g.get("locale"), request.cookies.get("language"), accepted)
    return WRITTEN_AS.get(chosen, chosen)


def _timezone_of_request() -> str | None:
    if spoken := g.get("spoken"):
        return spoken[1]  # type: ignore[no-any-return]  # put there by `speaking`
    zone: str | None = g.get("timezone") if has_request_context() else None
    return zone


def _for_templates() -> dict[str, object]:
    locale = get_locale() or Locale.parse(SOURCE_LANGUAGE)
    return {
        "lang": locale.language if str(locale) in WRITTEN_AS.values() else str(locale).replace("_", "-"),
        "direction": locale.text_direction,
        "languages": languages(),
    }
