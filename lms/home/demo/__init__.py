"""The demonstration: sample courses, and people at different points in them, made through the use cases.

All of it is sample content and says so: addresses end in example.org, names are invented.
"""

from lms.home.demo.first import LEARNERS, PASSWORD, STAFF, account_lines, is_loaded, load_demo
from lms.home.demo.life import JOB as COMPANIES_JOB
from lms.home.demo.life import load_companies, request_companies

__all__ = [
    "COMPANIES_JOB",
    "LEARNERS",
    "PASSWORD",
    "STAFF",
    "account_lines",
    "is_loaded",
    "load_companies",
    "load_demo",
    "request_companies",
]
