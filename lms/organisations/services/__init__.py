"""Use cases about organisations and who belongs to them."""

from lms.organisations.services.members import add_member
from lms.organisations.services.organisations import (
    MOST_SLUG,
    add_organisation,
    find_organisation,
    first_organisation,
    list_organisations,
    organisation_of,
)

__all__ = [
    "MOST_SLUG",
    "add_member",
    "add_organisation",
    "find_organisation",
    "first_organisation",
    "list_organisations",
    "organisation_of",
]
