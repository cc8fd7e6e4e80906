"""Static files under names that carry their content's hash, served by WhiteNoise and kept by browsers for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

FOLDER = Path(__file__).resolve().parents[2] / "static"


def _hashed(path: Path) -> str:
    name = path.relative_to(FOLDER)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"/static/{name.with_suffix('')}.{digest}{path.suffix}"


def init_static(app: Flask) -> None:
    """Adds `static_url('css/tokens.css')` to templates.

    Plain names work too, for modules that import one another: browsers ask each time whether they have the newest, so
    that a module never meets another of an older release.
    """
    files = {str(path.relative_to(FOLDER)): path for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    urls = {name: _hashed(path) for name, path in files.items()}
    forever = frozenset(urls.values())
    noise = WhiteNoise(
        app.wsgi_app,
        max_age=0,
        immutable_file_test=lambda _path, url: url in forever,
        add_headers_function=lambda headers, _path, _url: headers.add_header("X-Content-Type-Options", "nosniff"),
    )
    for name, path in files.items():
        noise.add_file_to_dictionary(urls[name], str(path))
        noise.add_file_to_dictionary(f"/static/{name}", str(path))
    app.wsgi_app = noise  # type: ignore[method-assign]  # the documented way to wrap a Flask app
    app.jinja_env.globals["static_url"] = lambda name: urls[name]
