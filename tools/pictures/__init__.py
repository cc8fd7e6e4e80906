"""The pictures in docs/pictures, made anew from the demo: `python -m tools.pictures`, or with names of stories.

A real server with the whole demo on SQLite, a browser with windows of fixed sizes: phones for learners, desks for all
others. Each story plays the tutorial of the same name in docs/ and takes a picture where the tutorial shows one.
"""

LIMIT = 60_000
"""Bytes of one picture: a tutorial is read on a phone too."""
