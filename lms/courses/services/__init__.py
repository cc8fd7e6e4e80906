"""Use cases about courses: begin one, change its draft, publish it."""

from lms.courses.services.creating import copy_course, create_course
from lms.courses.services.drafts import keep_bodies, save_draft
from lms.courses.services.editing import DraftState, body_of, change_draft, save_body
from lms.courses.services.publishing import find_mistakes, publish_course
from lms.courses.services.sharing import add_teacher, end_teaching, remove_teacher
from lms.courses.services.undoing import redo, undo

__all__ = [
    "DraftState",
    "add_teacher",
    "body_of",
    "change_draft",
    "copy_course",
    "create_course",
    "end_teaching",
    "find_mistakes",
    "keep_bodies",
    "publish_course",
    "redo",
    "remove_teacher",
    "save_body",
    "save_draft",
    "undo",
]
