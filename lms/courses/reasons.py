"""Why a course can't be found, saved or published."""

from lms.core.reasons import Reason
from lms.core.texts import N_


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
    MISTAKES = (
        "course.mistakes_block_publishing",
        409,
        N_("The course can't be published yet: %(mistakes)s"),
        N_("Mend these and publish again."),
    )
    NOTHING_REQUIRED = (
        "course.nothing_required",
        409,
        N_("The course requires nothing, so nobody could complete it."),
        N_("Make at least one activity required."),
    )
    UNKNOWN_PREREQUISITE = (
        "course.unknown_prerequisite",
        409,
        N_("“%(title)s” opens after the activity “%(key)s”, which is not in the course."),
        N_("Change the condition, or put the activity back."),
    )
    CIRCLE = (
        "course.release_circle",
        409,
        N_("These activities wait for one another, so nobody could open them: %(activities)s."),
        N_("Take one condition out."),
    )
    UNMARKABLE = (
        "course.required_quiz_unmarkable",
        409,
        N_("The quiz “%(title)s” is required, but has no question that can be marked."),
        N_("Make it optional, or add a question."),
    )
    ELEMENT_MISSING = (
        "course.micro_credential_element_missing",
        409,
        N_("A micro-credential must say more about itself: “%(element)s” is missing."),
        N_("Fill it in, or choose another kind of certificate."),
    )
    NO_ASSESSMENT = (
        "course.micro_credential_without_assessment",
        409,
        N_("A micro-credential needs a test that must be passed, and this course has none."),
        N_("Require that a quiz is passed, or choose another kind of certificate."),
    )
    VIDEO_WITHOUT_WORDS = (
        "course.video_without_words",
        409,
        N_("The video %(file)s in “%(title)s” has neither captions nor a transcript."),
        N_("Add captions: some people can't hear it, and many watch without sound."),
    )
    UNKNOWN_OUTCOME = (
        "course.unknown_outcome",
        409,
        N_("Question %(question)s in “%(title)s” belongs to the outcome %(outcome)s, which the course does not name."),
        N_("Name the outcome, or change the question."),
    )
    MODULE_WITHOUT_REQUIREMENT = (
        "course.module_without_requirement",
        409,
        N_("Nothing in the module “%(title)s” is required, so it holds nobody back."),
    )
    ACHIEVEMENT_BY_ATTENDANCE = (
        "course.achievement_by_attendance",
        409,
        N_("The certificate says achievement, but no quiz has to be passed for it."),
        N_("Require that a quiz is passed, or call it a certificate of participation."),
    )
