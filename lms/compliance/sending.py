"""The zip of a pack over HTTP."""

from __future__ import annotations

from flask import Response

from lms.compliance.models import EvidencePack
from lms.compliance.queries.packs import organisation_of
from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.due import day_of
from lms.compliance.rules.file_names import pack_name
from lms.compliance.services.packs import KEPT
from lms.core.reasons import Refused
from lms.core.web.files import send_stored
from lms.core.zones import zone_named


def send_pack(pack: EvidencePack) -> Response:
    """The stored zip, or a part of it. Refused: compliance.pack_coming, compliance.pack_deleted."""
    if pack.deleted_at:
        raise Refused(ComplianceReason.PACK_DELETED, days=KEPT.days)
    if pack.made_at is None or pack.digest is None or pack.size is None:
        raise Refused(ComplianceReason.PACK_COMING)
    organisation = organisation_of(pack)
    name = pack_name(organisation.slug, day_of(pack.created_at, zone_named(organisation.timezone)))
    return send_stored(
        pack.digest, size=pack.size, media_type="application/zip", name=name, cache="private, no-cache", download=True
    )
