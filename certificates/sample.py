"""`python -m certificates.sample DESIGN` writes the page of a design's sample, for expected.html or a browser."""

import json
import sys

from certificates.facts import CertificateFacts, from_values
from certificates.html import build_html
from certificates.labels import DESIGNS


def sample(design: str) -> CertificateFacts:
    """The facts of `designs/DESIGN/sample.json`."""
    return from_values(json.loads((DESIGNS / design / "sample.json").read_text("utf-8")))


if __name__ == "__main__":
    sys.stdout.write(build_html(sample(sys.argv[1])))
