"""Why an attempt can't be started, an answer not saved, a quiz not published."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class QuizReason(Reason):
    NOT_A_QUIZ = (
        "quiz.not_a_quiz",
        409,
        N_("“%(title)s” is no quiz: there is nothing to answer."),
        N_("Open it in the course."),
    )
    ATTEMPTS_EXHAUSTED = (
        "quiz.attempts_exhausted",
        409,
        N_("You have used all your tries at this quiz: %(used)s of %(allowed)s."),
        N_("Ask your instructor whether you may have another one."),
    )
    ATTEMPT_UNKNOWN = ("quiz.attempt_unknown", 404, N_("There is no such attempt, or it is not yours."))
    SLOT_UNKNOWN = ("quiz.slot_unknown", 404, N_("This attempt has no question %(slot)s."))
    ATTEMPT_OVER = (
        "quiz.attempt_over",
        409,
        N_("This attempt is over, so question %(slot)s takes no more answers."),
        N_("Look at your result. What was saved in time counts."),
    )
    NOT_RUNNING = (
        "quiz.attempt_not_running",
        409,
        N_("This attempt is over."),
        N_("Look at your result."),
    )
    STEP_TAKEN = (
        "quiz.step_taken",
        409,
        N_("Step %(step)s of question %(slot)s holds another answer."),
        N_("Send your answer as a later step than %(held_step)s if it shall count."),
    )
    STEP_OLD = (
        "quiz.step_old",
        409,
        N_("A later answer to question %(slot)s is saved already: step %(held_step)s."),
        N_("Send your answer as a later step than %(held_step)s if it shall count."),
    )
    ANSWER_MISFIT = (
        "quiz.answer_misfit",
        422,
        N_("The answer does not have the shape of this question, at “%(pointer)s”: %(problem)s."),
        N_("Send it as the question's type asks."),
    )


class FlawReason(Reason):
    """What keeps a quiz from being published; `question` is the key, "question/part" for a part."""

    UNKNOWN_TYPE = ("quiz.unknown_type", 409, N_("Question %(question)s has a type that we do not know: %(type)s."))
    NO_TEXT = ("quiz.no_text", 409, N_("Question %(question)s has no text."))
    NOT_A_NUMBER = ("quiz.not_a_number", 409, N_("Question %(question)s has something that is no number: %(text)s."))
    POINTS_BELOW_ZERO = ("quiz.points_below_zero", 409, N_("Question %(question)s has less than 0 points."))
    NO_RIGHT_OPTION = ("quiz.no_right_option", 409, N_("Question %(question)s has no right answer to choose."))
    OPTION_KEY_TWICE = (
        "quiz.option_key_twice",
        409,
        N_("Question %(question)s has two options with the key %(option)s."),
    )
    OPTION_WITHOUT_TEXT = (
        "quiz.option_without_text",
        409,
        N_("Question %(question)s has an option without a text: %(option)s."),
    )
    UNKNOWN_POLICY = (
        "quiz.unknown_policy",
        409,
        N_("Question %(question)s has a marking policy that we do not know: %(policy)s."),
    )
    NOTHING_ACCEPTED = ("quiz.nothing_accepted", 409, N_("Question %(question)s accepts no answer."))
    EMPTY_RANGE = ("quiz.empty_range", 409, N_("Question %(question)s has a range that no number lies in."))
    RIGHT_UNIT_NOT_OFFERED = (
        "quiz.right_unit_not_offered",
        409,
        N_("Question %(question)s asks for a unit, but does not offer the right one: %(unit)s."),
    )
    NOTHING_TO_MATCH = ("quiz.nothing_to_match", 409, N_("Question %(question)s has no pairs."))
    NOTHING_TO_ORDER = ("quiz.nothing_to_order", 409, N_("Question %(question)s needs two different things to order."))
    NO_GAP = ("quiz.no_gap", 409, N_("Question %(question)s has no gap."))
    GAP_DOES_NOT_MATCH_TEXT = (
        "quiz.gap_does_not_match_text",
        409,
        N_("Gap %(gap)s of question %(question)s does not stand in its text exactly once."),
    )
    GAP_ACCEPTS_NOTHING = (
        "quiz.gap_accepts_nothing",
        409,
        N_("Gap %(gap)s of question %(question)s has no right answer that can be given."),
    )
    NO_PART = ("quiz.no_part", 409, N_("Question %(question)s has no parts."))
    PART_KEY_TWICE = ("quiz.part_key_twice", 409, N_("Question %(question)s has two parts with the key %(part)s."))
    PART_DOES_NOT_MATCH_TEXT = (
        "quiz.part_does_not_match_text",
        409,
        N_("Part %(part)s of question %(question)s stands in its text more than once."),
    )
    QUESTION_KEY_TWICE = ("quiz.question_key_twice", 409, N_("Two questions of the quiz have the key %(question)s."))
    POOL_MISSING = ("quiz.pool_missing", 409, N_("The quiz draws from a pool that is not there: %(pool)s."))
    POOL_TOO_SMALL = (
        "quiz.pool_too_small",
        409,
        N_("The quiz draws %(count)s questions from the pool %(pool)s, which holds %(held)s."),
    )
    UNKNOWN_GRADING = (
        "quiz.unknown_grading",
        409,
        N_("The quiz has a grading method that we do not know: %(grading)s."),
    )
    PASS_PERCENT_OUT_OF_RANGE = (
        "quiz.pass_percent_out_of_range",
        409,
        N_("The pass mark must be from 0 to 100 %%, not %(percent)s %%."),
    )
    NOTHING_TO_MARK = ("quiz.nothing_to_mark", 409, N_("The quiz has no question that can be marked."))
