"""Why a learner can't do something (yet), and what to do instead."""

from lms.core.reasons import Reason
from lms.core.texts import N_


class LearningReason(Reason):
    INVITED_ONLY = (
        "learning.invited_only",
        403,
        N_("This course is only for people who were invited."),
        N_("Ask your HR department or your instructor to enrol you."),
    )
    NOT_ENROLLED = ("learning.not_enrolled", 404, N_("You are not enrolled here."), N_("Enrol on the course's page."))
    WITHDRAWN = ("learning.withdrawn", 409, N_("You have left this course."), N_("Enrol again on the course's page."))
    COMPLETED = ("learning.completed", 409, N_("The course is completed: it can't be left any more."))
    NEWEST_ALREADY = (
        "learning.on_newest_revision",
        409,
        N_("The learner is on revision %(revision)s already, which is the newest."),
    )
    MOVES_NOBODY = (
        "learning.moves_nobody",
        409,
        N_("Nobody of these learners would move: they are on revision %(revision)s already, or have left the course."),
        N_("Choose other learners."),
    )
    COMPLETED_ALREADY = ("learning.activity_completed_already", 409, N_("“%(title)s” is completed already."))
    NOTHING_TO_REOPEN = (
        "learning.nothing_to_reopen",
        409,
        N_("“%(title)s” is neither completed nor failed, so there is nothing to open again."),
    )
    TRIES_NOT_LIMITED = (
        "learning.tries_not_limited",
        409,
        N_("“%(title)s” can be tried as often as one likes, or is no quiz: there are no tries to give."),
    )
    COURSE_COMPLETED = (
        "learning.course_completed",
        409,
        N_("The learner has completed the course, and nothing takes that away."),
        N_("If the certificate is wrong, withdraw the certificate."),
    )
    WITHDRAWAL_UNEXPLAINED = (
        "learning.withdrawal_unexplained",
        422,
        N_("Say why the learner is taken off the course."),
        N_("Choose one of the reasons."),
    )
    OWN_STEPS = (
        "learning.own_steps",
        403,
        N_("This is your own progress: nobody marks their own steps as completed, or opens them again."),
        N_("Ask somebody else who teaches the course."),
    )
    NEEDS_WORDS = (
        "learning.override_needs_reason",
        422,
        N_("Say why: it stays beside what you change."),
        N_("Write a sentence, without names."),
    )
    STUCK_IDLE = (
        "learning.stuck_idle",
        409,
        N_("No step for %(days)s days, and %(number)s “%(title)s” is open."),
        N_("Ask the learner what is in the way."),
    )
    STUCK_FAILED = (
        "learning.stuck_tries_used",
        409,
        N_("All %(used)s tries at %(number)s “%(title)s” are used, and none was passed."),
        N_("Talk it over with the learner, then give them more tries, or mark it as completed."),
    )
    STUCK_TWICE = (
        "learning.stuck_failed_twice",
        409,
        N_("%(number)s “%(title)s” was tried %(used)s times and not passed."),
        N_("Look at what was answered, and say which part to go through again."),
    )
    STUCK_LOCKED = (
        "learning.stuck_nothing_open",
        409,
        N_("Nothing more can be opened: %(number)s “%(title)s” waits for something that has not come true. %(why)s"),
        N_("Change the condition and publish, then move the learner on, or mark the step as completed."),
    )
    STUCK_HELD = (
        "learning.stuck_certificate_held",
        409,
        N_("The course is completed, but the certificate is held back: %(why)s"),
        N_("An administrator can try again when the cause is mended."),
    )
    ACTIVITY_UNKNOWN = ("learning.activity_unknown", 404, N_("This course has no activity “%(key)s”."))
    OPENS_AFTER = (
        "learning.opens_after",
        409,
        N_("Opens when %(number)s “%(title)s” is completed."),
        N_("Do %(number)s “%(title)s” first."),
    )
    OPENS_WITH_SCORE = (
        "learning.opens_with_score",
        409,
        N_("Opens when you reach %(percent)s %% in %(number)s “%(title)s”."),
        N_("Reach that in %(number)s “%(title)s” first."),
    )
    OPENS_ON = ("learning.opens_on", 409, N_("Opens on %(date)s."), N_("Come back then."))
    CLOSED_ON = ("learning.closed_on", 409, N_("Closed since %(date)s."), N_("Ask your instructor."))
    NEEDS_CREDENTIAL = (
        "learning.needs_credential",
        409,
        N_("Opens when you hold a valid certificate of the course “%(course)s”."),
        N_("Take that course first."),
    )
    OPENS_FOR_GROUP = (
        "learning.opens_for_group",
        409,
        N_("Only for the group “%(group)s”."),
        N_("Ask your instructor if you should be in it."),
    )
    GROUP_UNKNOWN = (
        "learning.group_unknown",
        404,
        N_("This course has no group “%(key)s”."),
        N_("Add it to the facts of the course first."),
    )
    NOT_RELEASED = ("learning.not_released", 409, N_("This is not open for you."), N_("Ask your instructor."))
    NOT_BY_HAND = (
        "learning.not_by_hand",
        409,
        N_("A quiz can't be marked as done by hand."),
        N_("Answer its questions and hand it in."),
    )
    NO_POSITION = ("learning.no_position", 409, N_("Only a video has a position."))
    QUESTION_UNKNOWN = ("learning.question_unknown", 404, N_("This page has no practice question “%(question)s”."))
