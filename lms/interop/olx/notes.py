"""Why an element of an Open edX export is not exactly what it was: the reasons that the ledger shows."""

from lms.core.texts import N_
from lms.interop.ledger import Note


class OlxNote(Note):
    """Each is one sentence for the author who looks through the ledger."""

    # files
    MALFORMED = ("olx.malformed", N_("%(file)s can not be read (line %(line)s: %(detail)s)."))
    FILE_MISSING = ("olx.file_missing", N_("%(file)s is not in the archive."))
    UNUSED_FILE = ("olx.unused_file", N_("No unit refers to this file."))
    FILE_REFUSED = ("olx.file_refused", N_("%(file)s can not be made safe to show, or is too large."))
    CLEANED = ("olx.cleaned", N_("Taken out of this drawing, because it could run or load something: %(parts)s."))
    SETTING_BROKEN = ("olx.setting_broken", N_("%(file)s is not valid JSON, so its settings are not known."))

    # structure
    CONTAINER_OPENED = (
        "olx.container_opened",
        N_("A %(tag)s does not exist here: what it holds was put in its place, in order, for everybody."),
    )
    CONTAINER_EMPTY = ("olx.container_empty", N_("This %(tag)s holds nothing that is in the archive."))
    TOO_DEEP = ("olx.too_deep", N_("Modules go three deep here: its units stand in the section above."))
    ORDER = ("olx.order", N_("It stood after a section; here a module's own units come before its sections."))
    NOTHING_CAME_IN = (
        "olx.nothing_came_in",
        N_("Nothing of this unit could be brought in. It is an optional page that says so."),
    )
    UNIT_EMPTY = ("olx.unit_empty", N_("The unit is empty in the source. It is an optional page that says so."))
    HIDDEN = ("olx.hidden", N_("Only the staff could see it in the source; here every learner can."))
    UNKNOWN = (
        "olx.unknown_component",
        N_("A component of the type %(tag)s does not exist here."),
    )
    DISCUSSION = ("olx.discussion", N_("Discussions are not taken over."))
    EXTERNAL_TOOL = ("olx.external_tool", N_("It runs in another program (%(tag)s), which is not in the archive."))
    HANDED_IN = ("olx.handed_in", N_("Learners hand in work here (%(tag)s), which has no counterpart yet."))
    POLL = ("olx.poll", N_("Polls and word clouds (%(tag)s) have no counterpart."))
    AS_LINK = ("olx.as_link", N_("A component of the type %(tag)s does not exist here: a link leads to its address."))
    AS_TEXT = ("olx.as_text", N_("A component of the type %(tag)s does not exist here: its words came in as text."))
    TABS = ("olx.tab", N_("Extra pages of the course (tabs) are not taken over."))
    TEXTBOOK = ("olx.textbook", N_("Textbooks are not taken over."))

    # texts
    TEXT_EMPTY = ("olx.text_empty", N_("The text is empty."))
    ONLY_STYLES = ("olx.only_styles", N_("It holds nothing but styles (CSS), and pages have styles of their own here."))
    SCRIPT = ("olx.script", N_("A program in the text was left out; what it showed or did is gone."))
    EMBEDDED = ("olx.embedded", N_("Something from %(host)s was embedded here: it is a link that opens there."))
    IMAGE_ELSEWHERE = ("olx.image_elsewhere", N_("An image lies on %(host)s: it is a link that opens there."))
    REFERENCE_MISSING = ("olx.reference_missing", N_("It refers to %(file)s, which is not in the archive."))
    LINK_DROPPED = ("olx.link_dropped", N_("A link into the old platform (%(address)s) leads nowhere here."))
    DRAWING = ("olx.drawing", N_("A drawing inside the text (SVG) was left out."))
    FORMULA = ("olx.formula", N_("A formula can not be read and stays as it was written: %(formula)s"))

    # videos
    VIDEO_LINK = ("olx.video_link", N_("The video lies on %(host)s: it is a link that opens there."))
    VIDEO_DEFAULT = (
        "olx.video_default",
        N_("The video names no source; Open edX then shows its own introduction on %(host)s, and so does the link."),
    )
    VIDEO_NOWHERE = ("olx.video_nowhere", N_("The video names no file in the archive and no address."))
    VIDEO_PART = ("olx.video_part", N_("Only a part of the video was to be shown (%(from)s to %(to)s)."))
    CAPTIONS_BROKEN = ("olx.captions_broken", N_("The captions in %(file)s can not be read."))

    # problems: why a part, or a whole problem, came in as text only
    BY_PROGRAM = (
        "olx.by_program",
        N_("A program marks this in the source (%(tag)s) and is not run here: it is text that can not be marked."),
    )
    FORMULA_ASKED = (
        "olx.formula_asked",
        N_("The answer is a formula (%(tag)s): it came in as text that can not be marked here."),
    )
    NO_COUNTERPART = (
        "olx.no_counterpart",
        N_("Answers of this type (%(tag)s) have no counterpart: it came in as text that can not be marked here."),
    )
    COMPUTED = (
        "olx.computed",
        N_("The right answer (%(written)s) comes from a program and is not known: it is text that can not be marked."),
    )
    NOT_A_NUMBER = (
        "olx.not_a_number",
        N_("The right answer (%(written)s) is not a decimal number: it came in as text that can not be marked here."),
    )
    PATTERN_ASKED = (
        "olx.pattern_asked",
        N_("The right answer is a pattern (%(written)s): it came in as text that can not be marked here."),
    )
    NO_KEY = (
        "olx.no_key",
        N_("The source does not say which answer is right: it came in as text that can not be marked."),
    )
    PARTS_AS_TEXT = (
        "olx.parts_as_text",
        N_("%(count)s of %(total)s parts can not be marked here and came in as text; each part is listed."),
    )
    NOT_SOUND = (
        "olx.not_sound",
        N_("Its right answers contradict themselves (%(detail)s): it came in as text that can not be marked here."),
    )
    NOTHING_TO_ANSWER = ("olx.nothing_to_answer", N_("The problem asks nothing: it came in as text."))

    # problems: what differs of one that is marked
    HINTS_AFTER = ("olx.hints_after", N_("Hints are shown with the explanation, after the answer."))
    FEEDBACK_LEFT = (
        "olx.feedback_left",
        N_("Feedback on certain wrong answers, on sets of options, or on options not chosen, is not taken over."),
    )
    EXPRESSION = ("olx.expression", N_("The answer was written as %(written)s; the number %(value)s is asked."))
    PATTERN = ("olx.pattern", N_("The answer was a pattern; these words are accepted: %(words)s"))
    PARTIAL_CREDIT = ("olx.partial_credit", N_("Points for a part of the answer (%(kind)s) are not given here."))
    SHUFFLE_LEFT = ("olx.shuffle_left", N_("Its answers were mixed in the source; here they keep their order."))
    POINTS = ("olx.points", N_("Its points (%(weight)s) can not be divided evenly: each part counts one point."))
    NO_POINTS = ("olx.no_points", N_("It counted nothing in the source; here it counts one point."))
    VALUES_SHOWN = (
        "olx.values_shown",
        N_("Values that a program worked out (%(names)s) stand in the text by their names."),
    )

    # course
    DATES = ("olx.dates", N_("Dates (%(names)s) are not taken over."))
    ENROLMENT = ("olx.enrolment", N_("Rules for enrolment (%(names)s) are not taken over: enrolment is open."))
    GRADING = (
        "olx.grading",
        N_(
            "Weights and dropped results of %(names)s are not taken over: each quiz has to be passed at %(percent)s %%."
        ),
    )
