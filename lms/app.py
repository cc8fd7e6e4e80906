"""The whole wiring, top to bottom: what is switched on, who listens to which news, who answers which port."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.accounts import privacy as accounts_privacy
from lms.accounts import tasks as accounts_tasks  # noqa: F401 - its handlers register themselves
from lms.accounts.api import accounts as accounts_api
from lms.accounts.api import data as own_data_api
from lms.accounts.api import links as links_api
from lms.accounts.api import me as me_api
from lms.accounts.api import security as security_api
from lms.accounts.events import InvitationAccepted, InvitationDeclined, PersonErased, PersonNamed
from lms.accounts.pages import data as own_data_pages
from lms.accounts.pages import helping as helping_pages
from lms.accounts.pages import links as link_pages
from lms.accounts.pages import second_step as second_step_pages
from lms.accounts.pages import security as security_pages
from lms.accounts.pages import signing_in as signing_in_pages
from lms.accounts.pages import signing_up as signing_up_pages
from lms.accounts.pages import you as you_pages
from lms.accounts.ports import collect_from, names_on_paper
from lms.accounts.queries import AccountRecipients, RowIdentities
from lms.accounts.wording import role_in_words
from lms.compliance import api as compliance_api
from lms.compliance import privacy as compliance_privacy
from lms.compliance import tasks as compliance_tasks  # noqa: F401 - its handlers register themselves
from lms.compliance.pages import acting as acting_pages
from lms.compliance.pages import assignments as assignments_pages
from lms.compliance.pages import packs as packs_pages
from lms.compliance.pages import people as people_pages
from lms.compliance.services import ask_new_members, follow_teams, forget_leavers, tell_on_accepting
from lms.core.config import Settings
from lms.core.db import db, engine_options
from lms.core.events import subscribe
from lms.core.i18n import init_i18n
from lms.core.jobs import api as jobs_api
from lms.core.jobs import pages as jobs_pages
from lms.core.jobs import pruning as jobs_pruning  # noqa: F401 - its handler registers itself
from lms.core.jobs import services as jobs
from lms.core.jobs.queue import WakeUps
from lms.core.logs import init_logs
from lms.core.mail import pages as mail_pages
from lms.core.mail import tasks as mail_tasks  # noqa: F401 - its handlers register themselves
from lms.core.mail.ports import recipients
from lms.core.storage import Storage
from lms.core.web.actors import identifies, init_actors
from lms.core.web.api import ProblemApi, init_api
from lms.core.web.csrf import init_csrf
from lms.core.web.dev import bp as dev_pages
from lms.core.web.frame import init_frame
from lms.core.web.health import init_health
from lms.core.web.requests import init_requests
from lms.core.web.static import init_static
from lms.core.zones import set_default_zone
from lms.courses import privacy as courses_privacy
from lms.courses import tasks as courses_tasks  # noqa: F401 - its handlers register themselves
from lms.courses.api import catalogue as courses_api
from lms.courses.api import drafts as drafts_api
from lms.courses.api import files as course_files_api
from lms.courses.pages import content as content_pages
from lms.courses.pages import courses as courses_pages
from lms.courses.pages import editor as editor_pages
from lms.courses.pages import facts as facts_pages
from lms.courses.pages import files as file_pages
from lms.courses.pages import history as history_pages
from lms.courses.pages import publishing as publishing_pages
from lms.courses.pages import release as release_pages
from lms.courses.pages import sharing as sharing_pages
from lms.courses.pages import teaching as teaching_pages
from lms.courses.ports import learners, open_attempts, question_trial, quiz_bodies
from lms.courses.services import end_teaching
from lms.credentials import api as credentials_api
from lms.credentials import pages as credentials_pages
from lms.credentials import privacy as credentials_privacy
from lms.credentials import tasks as credentials_tasks  # noqa: F401 - its handlers register themselves
from lms.credentials.faces import PrintedNames
from lms.credentials.queries import HeldCredentials
from lms.credentials.services import issue_award
from lms.home import api as admin_api
from lms.home import tasks as home_tasks  # noqa: F401 - its handlers register themselves
from lms.home.pages import admin as admin_pages
from lms.home.pages import admin_organisations, admin_people, admin_work
from lms.home.pages import start as home_pages
from lms.interop import api as interop_api
from lms.interop import pages as interop_pages
from lms.interop import tasks as interop_tasks  # noqa: F401 - its handlers register themselves
from lms.learning import api as learning_api
from lms.learning import privacy as learning_privacy
from lms.learning import tasks as learning_tasks  # noqa: F401 - its handlers register themselves
from lms.learning.api import enrolling as bulk_enrolments_api
from lms.learning.api import learners as learners_api
from lms.learning.events import EnrolmentCompleted
from lms.learning.faces import CourseLearners
from lms.learning.pages import enrolling as _enrolling_pages  # noqa: F401 - says what the page of its job shows
from lms.learning.pages import learners as learners_pages
from lms.learning.pages import player as learning_pages
from lms.learning.pages import preview as preview_pages
from lms.learning.ports import credentials_held, paper_trial, practice_marker, quiz_face, tries
from lms.learning.services import end_on_leaving
from lms.organisations import privacy as organisations_privacy
from lms.organisations import tasks as organisations_tasks  # noqa: F401 - its handlers register themselves
from lms.organisations.api import importing as people_imports_api
from lms.organisations.api import people as members_api
from lms.organisations.api import teams as teams_api
from lms.organisations.events import MemberAccepted, MembersAdded, MembersLeft, TeamsChanged
from lms.organisations.pages import importing as people_import_pages
from lms.organisations.pages import joining as joining_pages
from lms.organisations.pages import people as member_pages
from lms.organisations.pages import teams as team_pages
from lms.organisations.services import accept_on_news, decline_on_news, sort_anew
from lms.quizzes import api as quizzes_api
from lms.quizzes import pages as quizzes_pages
from lms.quizzes import privacy as quizzes_privacy
from lms.quizzes import tasks as quizzes_tasks  # noqa: F401 - its handlers register themselves
from lms.quizzes.faces import LearnersTries, Practice, QuizStart, RunningAttempts, SoundBodies
from lms.quizzes.trying import PaperTrial, Trial

PRIVACY = {
    "organisations": organisations_privacy,
    "learning": learning_privacy,
    "quizzes": quizzes_privacy,
    "credentials": credentials_privacy,
    "compliance": compliance_privacy,
}
"""Who holds something of a person: gives a copy of it, and forgets it."""
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app for `settings` (default: the environment). Raises SettingsError for a setting that can't be used."""
    settings = settings or Settings.from_env()
    app = Flask("lms", template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=settings.max_upload,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,  # a large quiz sent with a file, by who has no script
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
    )
    app.extensions["settings"] = settings
    _init_core(app, settings)
    api = init_api(app)
    _add_features(app, api)
    if settings.env == "development":
        app.register_blueprint(dev_pages)
        app.register_blueprint(mail_pages.bp)
    _connect()
    return app


def _init_core(app: Flask, settings: Settings) -> None:
    init_logs(settings)
    set_default_zone(settings.timezone)
    db.init_app(app)
    app.extensions["storage"] = Storage.open(settings)
    app.extensions["queue"] = WakeUps(app, settings)
    jobs.wake_through(app.extensions["queue"].send)
    init_i18n(app, timezone=settings.timezone)
    init_actors(app)
    init_requests(app)
    init_csrf(app)
    init_health(app)
    init_static(app)
    init_frame(app)
    app.jinja_env.globals.update(settings=settings)
    app.add_template_filter(role_in_words, "role")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Werkzeug's way


def _add_features(app: Flask, api: ProblemApi) -> None:
    pages_of = (
        signing_in_pages,
        signing_up_pages,
        link_pages,
        second_step_pages,
        security_pages,
        own_data_pages,
        helping_pages,
        you_pages,
        courses_pages,
        teaching_pages,
        editor_pages,
        facts_pages,
        release_pages,
        history_pages,
        sharing_pages,
        content_pages,
        file_pages,
        preview_pages,
        publishing_pages,
        learning_pages,
        learners_pages,
        quizzes_pages,
        credentials_pages,
        interop_pages,
        people_pages,
        member_pages,
        people_import_pages,
        team_pages,
        joining_pages,
        acting_pages,
        assignments_pages,
        packs_pages,
        home_pages,
        admin_pages,
        admin_people,
        admin_organisations,
        admin_work,
    )
    for pages in (jobs_pages, *pages_of):
        app.register_blueprint(pages.bp)
    for features in (
        jobs_api,
        accounts_api,
        security_api,
        own_data_api,
        links_api,
        me_api,
        courses_api,
        drafts_api,
        course_files_api,
        learning_api,
        learners_api,
        quizzes_api,
        credentials_api,
        interop_api,
        bulk_enrolments_api,
        members_api,
        people_imports_api,
        teams_api,
        compliance_api,
        admin_api,
    ):
        api.register_blueprint(features.blp)


def _connect() -> None:
    """Who answers which port, who listens to which news."""
    identifies.connect(RowIdentities())
    recipients.connect(AccountRecipients())
    names_on_paper.connect(PrintedNames())
    learners.connect(CourseLearners())
    open_attempts.connect(RunningAttempts())
    quiz_bodies.connect(SoundBodies())
    question_trial.connect(Trial())
    quiz_face.connect(QuizStart())
    paper_trial.connect(PaperTrial())
    practice_marker.connect(Practice())
    credentials_held.connect(HeldCredentials())
    tries.connect(LearnersTries())
    collect_from("accounts", accounts_privacy.collect)
    collect_from("courses", courses_privacy.collect)
    for feature, privacy in PRIVACY.items():
        collect_from(feature, privacy.collect)
        subscribe(PersonErased, privacy.forget)
    subscribe(EnrolmentCompleted, issue_award)
    subscribe(InvitationAccepted, accept_on_news)
    subscribe(InvitationDeclined, decline_on_news)
    subscribe(PersonNamed, sort_anew)
    subscribe(MembersLeft, end_on_leaving)
    subscribe(MembersLeft, end_teaching)
    subscribe(MembersAdded, ask_new_members)
    subscribe(MemberAccepted, tell_on_accepting)
    subscribe(MembersLeft, forget_leavers)
    subscribe(TeamsChanged, follow_teams)
