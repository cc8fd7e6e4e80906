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
    DRAFT_MOVED_ON = (
        "course.draft_moved_on",
        409,
        N_("The draft was changed after you looked at what publishing would do, so nothing was published."),
        N_("Look at it again: what it would do stands here as it is now."),
    )
    NOTHING_REQUIRED = (
        "course.nothing_required",
        409,
        N_("The course requires nothing, so nobody could complete it."),
        N_("Add an activity that is required, or make one required that is there."),
    )
    UNKNOWN_PREREQUISITE = (
        "course.unknown_prerequisite",
        409,
        N_("“%(title)s” opens after the activity “%(key)s”, which is not in the course."),
        N_("Change the condition, or put the activity back."),
    )
    UNKNOWN_GROUP = (
        "course.unknown_group",
        409,
        N_("“%(title)s” opens only for the group “%(key)s”, which is not in the course."),
        N_("Change the condition, or add the group."),
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
    REQUIRED_OF_A_GROUP = (
        "course.required_of_a_group",
        409,
        N_("“%(title)s” is required of everybody, but opens only for the group %(groups)s: nobody else can finish."),
        N_("Make it optional, or put everybody who shall finish into the group."),
    )
    ACHIEVEMENT_BY_ATTENDANCE = (
        "course.achievement_by_attendance",
        409,
        N_("The certificate says achievement, but no quiz has to be passed for it."),
        N_("Require that a quiz is passed, or call it a certificate of participation."),
    )
    UNFINISHED = (
        "course.activity_unfinished",
        409,
        N_("“%(title)s” has nothing to show yet."),
        N_("Add the video, the file or the address, or take the activity out."),
    )
    EDITED_MEANWHILE = (
        "course.edited_meanwhile",
        409,
        N_("Somebody else changed this while you were working on it."),
        N_("Compare both and choose. What you typed is still here."),
    )
    EDIT_WRONG = ("course.edit_wrong", 422, N_("This can't be saved as it is."), N_("Mend the field and save again."))
    ITEM_UNKNOWN = (
        "course.item_unknown",
        404,
        N_("“%(key)s” is not in this course any more."),
        N_("Look at the history: somebody may have taken it out."),
    )
    PLACE_GONE = (
        "course.place_gone",
        409,
        N_("The module “%(key)s” is not in this course any more."),
        N_("Choose another module, or put that one back first."),
    )
    INTO_ITSELF = ("course.into_itself", 409, N_("“%(title)s” can't be moved into itself."))
    TOO_DEEP = (
        "course.too_deep",
        409,
        N_("“%(title)s” can't go there: modules lie at most %(limit)s deep."),
        N_("Choose a place further out."),
    )
    NO_FURTHER = ("course.no_further", 409, N_("“%(title)s” can't be moved any further in this direction."))
    KEY_TAKEN = ("course.key_taken", 409, N_("The key “%(key)s” is taken in this course."))
    KIND_FIXED = (
        "course.kind_fixed",
        422,
        N_("An activity keeps its kind: this one is of the kind “%(kind)s”."),
        N_("Add a new activity for it."),
    )
    FILE_UNKNOWN = (
        "course.file_unknown",
        422,
        N_("The file “%(path)s” is not among the files of this course."),
        N_("Upload it first."),
    )
    NO_COLLEAGUE = (
        "course.no_colleague",
        422,
        N_("Nobody who belongs to the organisation of this course has this address."),
        N_("Ask the HR department to invite the person first."),
    )
    NOTHING_TO_UNDO = ("course.nothing_to_undo", 409, N_("There is nothing of yours to undo here."))
    NOTHING_TO_REDO = ("course.nothing_to_redo", 409, N_("There is nothing to do again."))
    CHANGED_SINCE = (
        "course.changed_since",
        409,
        N_("This can't be undone any more: it was changed again since."),
        N_("Change it by hand instead. The history shows what it was."),
    )


class FileReason(Reason):
    """Why a file that an author sends for a course is not taken. `name` is what the author calls it."""

    EMPTY = ("course.file_empty", 422, N_("%(name)s is empty."), N_("Choose the file again."))
    KIND = (
        "course.file_kind_unknown",
        415,
        N_("We can't tell what %(name)s is. We look at its content, not at its name."),
        N_("We take pictures, videos, sound, captions (.vtt), PDF, office documents, text, CSV and zip."),
    )
    TOO_LARGE = (
        "course.file_too_large",
        413,
        N_("%(name)s is larger than %(limit)s MB."),
        N_("Make it smaller and send it again."),
    )
    DRAWING = (
        "course.svg_unsafe",
        422,
        N_("%(name)s is not an SVG picture that we can make safe."),
        N_("Save it again from your drawing program as plain SVG, or as PNG."),
    )
    NAME_TAKEN = (
        "course.file_name_taken",
        409,
        N_("Somebody sent another file named %(name)s at the same moment."),
        N_("Send yours again."),
    )
