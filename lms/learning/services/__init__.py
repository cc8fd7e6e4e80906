"""Use cases of learning: enrol, be somewhere, do something, report an outcome; the projection kept true."""

from lms.learning.services.enrolling import Enrolled, effect_of_enrolling, enrol_learner, enrol_people
from lms.learning.services.grouping import put_into_group, take_out_of_group
from lms.learning.services.leaving import end_on_leaving, take_name_off, withdraw_enrolment
from lms.learning.services.moving import (
    effect_of_move,
    effect_of_moves,
    move_learner,
    move_learners,
    request_moves,
)
from lms.learning.services.overriding import give_tries, grant_activity, reopen_activity, withdraw_learner
from lms.learning.services.progress import (
    OpenActivity,
    open_activity,
    record_event,
    record_outcome,
    record_practice,
    view_activity,
)
from lms.learning.services.projecting import differences_of_projections, rebuild_projection
from lms.learning.services.selecting import Selected, enrol_and_tell, enrol_selection

__all__ = [
    "Enrolled",
    "OpenActivity",
    "Selected",
    "differences_of_projections",
    "effect_of_enrolling",
    "effect_of_move",
    "effect_of_moves",
    "end_on_leaving",
    "enrol_and_tell",
    "enrol_learner",
    "enrol_people",
    "enrol_selection",
    "give_tries",
    "grant_activity",
    "move_learner",
    "move_learners",
    "open_activity",
    "put_into_group",
    "rebuild_projection",
    "record_event",
    "record_outcome",
    "record_practice",
    "reopen_activity",
    "request_moves",
    "take_name_off",
    "take_out_of_group",
    "view_activity",
    "withdraw_enrolment",
    "withdraw_learner",
]
