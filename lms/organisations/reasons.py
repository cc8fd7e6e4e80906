"""Why an organisation can't be made or found."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class OrganisationReason(Reason):
    SLUG_INVALID = (
        "organisation.slug_invalid",
        422,
        N_("“%(slug)s” can't be an address: use small letters, digits and hyphens."),
        N_("For example: north-cells."),
    )
    SLUG_TAKEN = ("organisation.slug_taken", 409, N_("There is an organisation “%(slug)s” already."))
    UNKNOWN = (
        "organisation.unknown",
        404,
        N_("There is no organisation “%(slug)s”."),
        N_("List them with: lms orgs list"),
    )
    NAME_INVALID = ("organisation.name_invalid", 422, N_("A name needs 1 to 200 characters."))
    NONE = ("organisation.none", 409, N_("There is no organisation yet."), N_("Make the first with: lms db upgrade"))
    LAST_HR = (
        "organisation.last_hr",
        409,
        N_("Nobody else looks after the people of this organisation."),
        N_("Give somebody else the role HR first."),
    )
