"""What an administrator sees: reads over all features. Keys are made in the order of time: the newest are greatest."""

from lms.home.queries.audit import find_entries
from lms.home.queries.overview import failed_jobs, figures, held_certificates
from lms.home.queries.people import PersonRow, find_people, person_for_admin, roles_in_words
from lms.home.queries.storage import room
from lms.home.queries.work import find_jobs, find_mail, job_rows

__all__ = [
    "PersonRow",
    "failed_jobs",
    "figures",
    "find_entries",
    "find_jobs",
    "find_mail",
    "find_people",
    "held_certificates",
    "job_rows",
    "person_for_admin",
    "roles_in_words",
    "room",
]
