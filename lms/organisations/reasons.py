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
    COUNTRY_INVALID = (
        "organisation.country_invalid",
        422,
        N_("“%(country)s” is no country: write its two letters, such as DE."),
    )
    TIMEZONE_INVALID = (
        "organisation.timezone_invalid",
        422,
        N_("“%(timezone)s” is no time zone that we know."),
        N_("Write it like Europe/Berlin."),
    )
    HUE_INVALID = ("organisation.hue_invalid", 422, N_("A colour is a number from 0 to 359."))
    NONE = ("organisation.none", 409, N_("There is no organisation yet."), N_("Make the first with: lms db upgrade"))
    LAST_HR = (
        "organisation.last_hr",
        409,
        N_("Nobody else looks after the people of this organisation."),
        N_("Give somebody else the role HR first."),
    )
    NOT_ACCEPTED = (
        "organisation.not_accepted",
        409,
        N_("This person has not accepted the invitation yet."),
        N_("Give the role afterwards."),
    )
    TEAM_NAME_INVALID = (
        "organisation.team_name_invalid",
        422,
        N_("A team's name needs 1 to 80 characters and no “/”."),
    )
    TEAM_NAME_TAKEN = (
        "organisation.team_name_taken",
        409,
        N_("There is a team “%(team)s” in this place already."),
        N_("Take another name."),
    )
    TEAM_IN_ITSELF = (
        "organisation.team_in_itself",
        409,
        N_("A team can't stand in itself or in one of its sub-teams."),
    )
    TEAM_TOO_DEEP = ("organisation.team_too_deep", 409, N_("Teams go down %(most)s levels, not more."))
    TEAM_NOT_EMPTY = (
        "organisation.team_not_empty",
        409,
        N_("There are people in the team “%(team)s”."),
        N_("Say into which team they go, or that they are in none afterwards."),
    )
    MEMBER_ALREADY = (
        "organisation.member_already",
        409,
        N_("This address is that of one of your people already."),
        N_("Search for it in the list of people."),
    )
    COLUMNS_MISSING = (
        "organisation.columns_missing",
        422,
        N_("We need a column with e-mail addresses and one with names (or one with first and one with last names)."),
        N_("Say which columns these are. Each may be named once."),
    )
    IMPORT_OVER = (
        "organisation.import_over",
        409,
        N_("The people of this file are being added, or are in already."),
        N_("Send the file again if something is missing: nobody is added twice."),
    )
    NOTHING_TO_ADD = (
        "organisation.nothing_to_add",
        409,
        N_("There is nobody new in this file."),
        N_("Mend the rows that are wrong, or send another file."),
    )


class RowReason(Reason):
    """What is wrong with a row of a table of people."""

    EMAIL_MISSING = ("people.email_missing", 422, N_("There is no e-mail address."))
    EMAIL_INVALID = ("people.email_invalid", 422, N_("“%(email)s” is not an e-mail address."))
    EMAIL_TWICE = ("people.email_twice", 422, N_("The same e-mail address stands in row %(line)s."))
    NAME_MISSING = ("people.name_missing", 422, N_("There is no name."))
    NAME_INVALID = ("people.name_invalid", 422, N_("The name is too long, or holds characters that can't be printed."))
    NUMBER_INVALID = ("people.number_invalid", 422, N_("The employee number is too long or can't be printed."))
    NUMBER_TWICE = ("people.number_twice", 422, N_("The employee number %(number)s stands in row %(line)s too."))
    NUMBER_TAKEN = (
        "people.number_taken",
        422,
        N_("The employee number %(number)s is that of another of your people."),
    )
    TEAM_UNKNOWN = ("people.team_unknown", 422, N_("There is no team “%(team)s”."))
    TEAM_AMBIGUOUS = (
        "people.team_ambiguous",
        422,
        N_("%(paths)s teams are called “%(team)s”: write the whole path, such as “Plant 2 / Paint shop”."),
    )
    TEAM_INVALID = (
        "people.team_invalid",
        422,
        N_("The team can't be made: a name has at most 80 characters, and there are at most %(most)s levels."),
    )
    LANGUAGE_UNKNOWN = ("people.language_unknown", 422, N_("“%(language)s” is no language that we know."))
