"""Use cases about courses: save a draft, publish it."""

from lms.courses.services.drafts import save_draft
from lms.courses.services.publishing import find_mistakes, publish_course

__all__ = ["find_mistakes", "publish_course", "save_draft"]
