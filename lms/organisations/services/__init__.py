"""Use cases about organisations, who belongs to them, and their teams."""

from lms.organisations.services.declining import decline_on_news, drop_declined
from lms.organisations.services.faults import WrongRow, read_faults
from lms.organisations.services.importing import match_columns, send_table, start_adding
from lms.organisations.services.inviting import accept_on_news, add_one, invite_members
from lms.organisations.services.members import (
    accept_invitation,
    add_member,
    change_number,
    leave_organisation,
    remove_members,
    sort_anew,
)
from lms.organisations.services.organisations import (
    MOST_SLUG,
    add_organisation,
    change_organisation,
    find_organisation,
    first_organisation,
    list_organisations,
    organisation_of,
)
from lms.organisations.services.roles import give_role, take_role
from lms.organisations.services.teams import (
    add_team,
    find_or_add_path,
    move_team,
    place_in_teams,
    put_into_team,
    remove_team,
    rename_team,
    take_out_of_team,
)

__all__ = [
    "MOST_SLUG",
    "WrongRow",
    "accept_invitation",
    "accept_on_news",
    "add_member",
    "add_one",
    "add_organisation",
    "add_team",
    "change_number",
    "change_organisation",
    "decline_on_news",
    "drop_declined",
    "find_or_add_path",
    "find_organisation",
    "first_organisation",
    "give_role",
    "invite_members",
    "leave_organisation",
    "list_organisations",
    "match_columns",
    "move_team",
    "organisation_of",
    "place_in_teams",
    "put_into_team",
    "read_faults",
    "remove_members",
    "remove_team",
    "rename_team",
    "send_table",
    "sort_anew",
    "start_adding",
    "take_out_of_team",
    "take_role",
]
