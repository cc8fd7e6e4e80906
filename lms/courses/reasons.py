"""Why a course can't be found, saved or published."""

from lms.core.i18n import N_
from lms.core.reasons import Reason


class CourseReason(Reason):
    UNKNOWN = (
        "course.unknown",
        404,
        N_("There is no course “%(slug)s” that you can see."),
        N_("Look in the catalogue."),
    )
    FOREIGN = (
        "course.slug_of_another_organisation",
        409,
        N_("The address “%(slug)s” belongs to a course of another organisation."),
        N_("Choose another slug."),
    )
    SLUG_INVALID = (
        "course.slug_invalid",
        422,
        N_("“%(slug)s” can't be a course's address: use small letters, digits and hyphens, 80 at most."),
        N_("For example: high-voltage-safety."),
    )
    NOT_PUBLISHED = (
        "course.not_published",
        409,
        N_("This course has no published revision yet."),
        N_("Publish it first."),
    )
    MISTAKES = (
        "course.mistakes_block_publishing",
        409,
        N_("The course can't be published yet: %(mistakes)s"),
        N_("Mend these and publish again."),
    )
    STALE = (
        "course.draft_changed",
        409,
        N_("Somebody changed this draft since you opened it."),
        N_("Open it again; your text is still in this form."),
    )
