"""Who may do what: every route as every role, on what is its own organisation's and course's, and on a foreign one's.

A route stands in the table or this fails. What is not one's own to know of is 404, not 403.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.system.world import ROLES, Side, World, a_world

OK, SIGN_IN, NO, UNKNOWN = "ok", "401", "403", "404"
Answers = dict[str, tuple[str, str]]


def answers(default: str, *, guest: str = SIGN_IN, **roles: str | tuple[str, str]) -> Answers:
    """Role → (on one's own, on a foreign one). `default` is for who is not named; one word means both."""
    words = {role: roles.get(role, guest if role == "guest" else default) for role in ROLES}
    return {role: (word, word) if isinstance(word, str) else word for role, word in words.items()}


OWN = (OK, UNKNOWN)
SEES = (NO, UNKNOWN)
"""Knows of it, but may not."""
ANYBODY = answers(OK, guest=OK)
SIGNED_IN = answers(OK)
LEARNER = answers(UNKNOWN, learner=OWN)
WRITER = answers(UNKNOWN, author=OWN, teacher=OWN, administrator=OK)
PUBLISHER = answers(UNKNOWN, author=OWN, teacher=SEES, administrator=OK)
TEACHING = answers(NO, author=OK, teacher=OK, administrator=OK)
AUTHORING = answers(NO, author=OK, administrator=OK)
REMOVER = answers(UNKNOWN, author=UNKNOWN, teacher=SEES, administrator=UNKNOWN)
"""Who is removed must be a teacher of the course; the one asked about is none."""
IMPORTER = answers(NO, author=(OK, NO), administrator=OK)
IMPORTS_ANYWHERE = answers(NO, author=OK, administrator=OK)
HOLDER = answers(UNKNOWN, learner=OWN, author=OWN, hr=OWN, manager=OWN, administrator=OK)
"""The holder belongs to the organisation of hr and manager, which is the issuer too."""
REVOKER = answers(UNKNOWN, learner=SEES, author=OWN, hr=SEES, manager=SEES, administrator=OK)
RETRIER = answers(UNKNOWN, learner=SEES, author=SEES, hr=SEES, manager=SEES, administrator=OK)
REQUESTER = answers(UNKNOWN, learner=OWN, administrator=OK)
ADMINISTRATOR = answers(NO, administrator=OK)
PEOPLES = answers(UNKNOWN, hr=OWN, manager=OWN, administrator=OK)
"""Whoever sees people of the organisation."""
ORGANISERS = answers(UNKNOWN, hr=OK, manager=OK, administrator=OK)
ASKED_BY_ANOTHER = answers(UNKNOWN, administrator=OK)
"""What only who asked for it sees, and it was nobody of these roles."""
HR = answers(UNKNOWN, hr=OWN, manager=SEES, administrator=OK)
HELPER = answers(UNKNOWN, administrator=OK)


@dataclass(frozen=True)
class Route:
    """Who may, and what has to be sent so that only the right to it decides. `values` fill the address."""

    may: Answers
    values: dict[str, Any] = field(default_factory=dict)
    json: dict[str, Any] | None = None
    form: dict[str, Any] | None = None
    upload: bool = False


NAMED = {"on": "activity", "key": "page"}
CREDENTIALS = {"email": "nobody@example.org", "password": "correct horse battery"}
ROUTES = {
    # what anybody may see
    "home.start": Route(ANYBODY),
    "home.language": Route(ANYBODY, form={"language": "en"}),
    "accounts.sign_in": Route(ANYBODY),
    "accounts.sign_out": Route(ANYBODY),
    "sign_up.ask": Route(ANYBODY),
    "sign_up.send": Route(ANYBODY, form={"name": "Ida", "email": "ida@example.org"}),
    "sign_up.forgotten": Route(ANYBODY),
    "sign_up.send_password": Route(ANYBODY, form={"email": "nobody@example.org"}),
    "sign_up.sent": Route(ANYBODY),
    "links.declined": Route(ANYBODY),
    "learning.courses": Route(ANYBODY),
    "learning.course": Route(ANYBODY),
    "courses.media": Route(ANYBODY),
    "courses_api.list_courses": Route(ANYBODY),
    "courses_api.get_course": Route(ANYBODY),
    "credentials.check": Route(ANYBODY),
    "credentials.verification": Route(ANYBODY),
    "credentials.compare_name": Route(ANYBODY, form={"name": "x", "key": "x"}),
    "health.live": Route(ANYBODY),
    "health.metrics": Route(ANYBODY),
    "api-docs.openapi_json": Route(ANYBODY),
    "dev.components": Route(ANYBODY),
    "dev_mail.mails": Route(ANYBODY),
    # one's own account and lists
    "profile.you": Route(SIGNED_IN),
    "profile.change_profile": Route(SIGNED_IN, form={"name": "Zoë Müller"}),
    "accounts.sign_out_everywhere": Route(SIGNED_IN),
    "profile.sign_out_device": Route(LEARNER),
    "profile.sign_out_others": Route(SIGNED_IN),
    "profile.address_form": Route(SIGNED_IN),
    "profile.zone_form": Route(SIGNED_IN),
    "profile.change_zone": Route(SIGNED_IN, form={"timezone": "Europe/Berlin"}),
    "profile.password_form": Route(SIGNED_IN),
    "credentials.name_preview": Route(SIGNED_IN),
    "profile.revoke_token": Route(LEARNER),
    "security.token_form": Route(SIGNED_IN),
    "security.make_token": Route(SIGNED_IN),
    "links_api.sign_up": Route(ANYBODY, json={"name": "Ida", "email": "ida@example.org"}),
    "links_api.forgotten": Route(ANYBODY, json={"email": "nobody@example.org"}),
    "me_api.me": Route(SIGNED_IN),
    "me_api.change": Route(SIGNED_IN, json={"name": "Zoë Müller"}),
    "me_api.devices": Route(SIGNED_IN),
    "me_api.sign_out_device": Route(LEARNER),
    "me_api.sign_out_others": Route(SIGNED_IN),
    "me_api.tokens": Route(SIGNED_IN),
    "me_api.revoke_token": Route(LEARNER),
    "me_api.make_token": Route(SIGNED_IN),
    "credentials.wallet": Route(SIGNED_IN),
    "credentials_api.my_credentials": Route(SIGNED_IN),
    "learning_api.my_enrolments": Route(SIGNED_IN),
    # a second step of signing in, one's own data, the end of an account
    "second_step.ask": Route(ANYBODY),
    "second_step.sign_in_options": Route(ANYBODY),
    "security.overview": Route(SIGNED_IN),
    "security.add_app": Route(SIGNED_IN),
    "security.add_app_post": Route(SIGNED_IN, form={"setup": "x", "code": "1", "name": "x"}),
    "security.add_passkey": Route(SIGNED_IN),
    "security.passkey_options": Route(SIGNED_IN),
    "security.add_passkey_post": Route(SIGNED_IN, form={"passkey": "{}", "name": "x"}),
    "security.new_recovery_codes": Route(SIGNED_IN),
    "security.recovery_text": Route(SIGNED_IN),
    "security.remove_factor": Route(LEARNER),
    "security.prove": Route(SIGNED_IN),
    "security.prove_post": Route(answers(NO), form={"password": "x"}),  # a program proves itself by a new token
    "security.prove_options": Route(SIGNED_IN),
    "security_api.get_security": Route(SIGNED_IN),
    "security_api.begin_app": Route(SIGNED_IN),
    "security_api.add_app": Route(SIGNED_IN, json={"setup": "x", "code": "1", "name": "x"}),
    "security_api.begin_passkey": Route(SIGNED_IN),
    "security_api.add_passkey": Route(SIGNED_IN, json={"answer": {}, "name": "x"}),
    "security_api.make_recovery_codes": Route(SIGNED_IN),
    "security_api.remove_factor": Route(LEARNER),
    "security_api.remove_all_factors": Route(HELPER),
    "own_data.overview": Route(SIGNED_IN),
    "own_data.ask_for_data": Route(SIGNED_IN),
    "own_data.export": Route(LEARNER),
    "own_data.erase": Route(SIGNED_IN),
    "own_data.erase_post": Route(SIGNED_IN, form={"email": "not@theirs.example"}),
    "own_data_api.list_exports": Route(SIGNED_IN),
    "own_data_api.ask_for_data": Route(SIGNED_IN),
    "own_data_api.get_export": Route(LEARNER),
    "own_data_api.get_export_file": Route(LEARNER),
    "own_data_api.erase_me": Route(SIGNED_IN, json={"email": "not@theirs.example"}),
    "own_data_api.erase_somebody": Route(REQUESTER, json={"email": "not@theirs.example"}),
    "helping.account": Route(HELPER),
    "helping.remove_all_factors": Route(HELPER),
    "helping.erase": Route(HELPER, form={"email": "not@theirs.example"}),
    # learning
    "learning.enrol": Route(SIGNED_IN),
    "learning_api.enrol": Route(SIGNED_IN),
    "learning.resume": Route(LEARNER),
    "learning.activity": Route(LEARNER),
    "learning.done": Route(LEARNER),
    "learning.open_link": Route(LEARNER, {"key": "link"}),
    "learning.practise": Route(LEARNER),
    "learning_api.get_enrolment": Route(LEARNER),
    "learning_api.get_activity": Route(LEARNER),
    "learning_api.add_event": Route(LEARNER, json={"kind": "done"}),
    "learning_api.practise": Route(LEARNER, json={"answer": {"choice": "x"}}),
    "quizzes.start": Route(LEARNER, {"key": "quiz"}),
    "quizzes.attempt": Route(LEARNER),
    "quizzes.save": Route(LEARNER),
    "quizzes.submit": Route(LEARNER),
    "quizzes_api.start_attempt": Route(LEARNER, {"key": "quiz"}),
    "quizzes_api.get_attempt": Route(LEARNER),
    "quizzes_api.save_answer": Route(LEARNER, json={"step": 1, "answer": {"choice": "x"}}),
    "quizzes_api.flag_slot": Route(LEARNER, json={"flagged": True}),
    "quizzes_api.submit_attempt": Route(LEARNER),
    # teaching
    "teaching.courses": Route(TEACHING),
    "teaching.new": Route(AUTHORING),
    "teaching.create": Route(AUTHORING, form={"title": "A new one", "language": "en"}),
    "editor.outline": Route(WRITER),
    "editor.save_settings": Route(WRITER, form=NAMED | {"title": "Another", "was.title": '"About page"'}),
    "editor.add": Route(WRITER, form={"kind": "page", "title": "A new one", "module": "m1"}),
    "editor.move": Route(WRITER, form=NAMED | {"way": "down"}),
    "editor.copy": Route(WRITER, form=NAMED),
    "editor.archive": Route(WRITER, form={"on": "activity", "key": "link"}),
    "editor.put_back": Route(WRITER, form={"on": "activity", "key": "link"}),
    "editor.set_requirements": Route(WRITER, form={"key": "page", "requirement": "view"}),
    "editor.undo": Route(WRITER),
    "editor.redo": Route(WRITER),
    "facts.form": Route(WRITER),
    "facts.save": Route(WRITER, form={"title": "Another", "was.title": '"Safety at work"'}),
    "release.form": Route(WRITER),
    "release.save": Route(WRITER, form={"do": "save", "c.kind": ""}),
    "history.lines": Route(WRITER),
    "teaching.copy": Route(PUBLISHER, form={"title": "Once more"}),
    "drafts_api.copy": Route(PUBLISHER, json={"title": "Once more"}),
    "drafts_api.teachers": Route(WRITER),
    "drafts_api.add_teacher": Route(PUBLISHER, json={"email": "nobody@example.org"}),
    "drafts_api.remove_teacher": Route(REMOVER),
    "sharing.people": Route(WRITER),
    "sharing.add": Route(PUBLISHER, form={"email": "nobody@example.org"}),
    "sharing.remove": Route(REMOVER),
    "drafts_api.create": Route(AUTHORING, json={"organisation": "academy", "title": "A new one", "language": "en"}),
    "drafts_api.get_draft": Route(WRITER),
    "drafts_api.change": Route(
        WRITER, json={"operation": {"op": "move", "on": "activity", "key": "page", "way": "up"}}
    ),
    "drafts_api.get_body": Route(WRITER),
    "drafts_api.save_body": Route(WRITER, json={"kind": "page"}),
    "drafts_api.undo": Route(WRITER, json={}),
    "drafts_api.redo": Route(WRITER),
    "drafts_api.history": Route(WRITER),
    "publishing.preview": Route(WRITER),
    "publishing.publish": Route(PUBLISHER),
    "courses_api.publish": Route(PUBLISHER),
    "courses_api.look_at_publication": Route(WRITER),
    "learners_api.list_learners": Route(WRITER),
    "learners_api.look_at_numbers": Route(WRITER),
    "learners_api.get_learner": Route(WRITER),
    "learners_api.look_at_moves": Route(WRITER, json={"all": True}),
    "learners_api.move": Route(WRITER, json={"all": True}),
    "learners_api.list_groups": Route(WRITER),
    "learners_api.change_group": Route(WRITER, json={"do": "put", "all": True}),
    "learners.groups": Route(WRITER),
    "learners.change_group": Route(WRITER, form={"do": "put", "all": "yes"}),
    "learners_api.override": Route(WRITER, json={"kind": "complete", "reason": "Shown in the workshop."}),
    "learners_api.withdraw": Route(WRITER, json={"reason": "asked"}),
    "learners.withdraw": Route(WRITER, form={"reason": "asked"}),
    "learners.learners": Route(WRITER),
    "learners.reached": Route(WRITER),
    "learners.learner": Route(WRITER),
    "learners.look_at_move": Route(WRITER),
    "learners.move": Route(WRITER),
    "learners_api.give_tries": Route(WRITER, json={"more": 1, "reason": "The network was down."}),
    "learners.give_tries": Route(WRITER, form={"more": "1", "words": "The network was down."}),
    "learners.override": Route(WRITER, form={"words": "Shown in the workshop."}),
    "content.edit": Route(WRITER),
    "content.change": Route(WRITER),
    "files.listing": Route(WRITER),
    "files.send": Route(WRITER, upload=True),
    "preview.show": Route(WRITER),
    "preview.mark": Route(WRITER),
    "preview.practise": Route(WRITER),
    "preview.open_link": Route(WRITER, {"key": "link"}),
    "course_files_api.list_files": Route(WRITER),
    "course_files_api.upload": Route(WRITER, upload=True),
    "course_files_api.check": Route(WRITER, json={"question": {}}),
    "interop.export": Route(WRITER),
    "interop_api.get_archive": Route(WRITER),
    "interop.import_form": Route(IMPORTS_ANYWHERE),
    "interop.import_upload": Route(IMPORTS_ANYWHERE, upload=True),
    "interop_api.import_course": Route(IMPORTER, upload=True),
    # certificates
    "credentials.certificate": Route(HOLDER),
    "credentials.document": Route(HOLDER),
    "credentials.picture": Route(HOLDER),
    "credentials.revoke": Route(REVOKER, form={"reason": "It was a mistake."}),
    "credentials.retry": Route(RETRIER),
    "credentials_api.get_credential": Route(HOLDER),
    "credentials_api.get_pdf": Route(HOLDER),
    "credentials_api.revoke": Route(REVOKER, json={"reason": "It was a mistake."}),
    # an organisation's people: who looks after them, and they themselves
    "members.add_form": Route(HR),
    "members.not_reached": Route(HR),
    "members.seen": Route(HR),
    "members.add": Route(HR, form={"email": "ida@example.org", "name": "Ida"}),
    "members.membership": Route(HR),
    "members.change": Route(HR, form={"number": ""}),
    "members.change_teams": Route(HR),
    "members.change_roles": Route(HR, form={"role": "author", "do": "take"}),
    "members.remove": Route(HR),
    "people_imports.upload_form": Route(HR),
    "people_imports.upload": Route(HR, upload=True),
    "people_imports.show": Route(HR),
    "people_imports.columns": Route(HR, form={"column-0": "name", "column-1": "email"}),
    "people_imports.confirm": Route(HR),
    "people_imports.faults": Route(HR),
    "teams.teams": Route(PEOPLES),
    "teams.add": Route(HR, form={"name": "Paint"}),
    "teams.team": Route(PEOPLES),
    "teams.change": Route(HR, form={"name": "Paint shop"}),
    "teams.remove": Route(HR),
    "teams.put_in": Route(HR),
    "teams.take_out": Route(HR),
    "members_api.invite_person": Route(HR, json={"email": "ida@example.org", "name": "Ida"}),
    "members_api.change_member": Route(HR, json={"number": ""}),
    "members_api.remove_member": Route(HR),
    "members_api.give_role": Route(HR, json={"role": "author"}),
    "members_api.take_role": Route(HR),
    "members_api.list_unreached": Route(HR),
    "members_api.drop_declined": Route(HR),
    "people_imports_api.send_table": Route(HR, upload=True),
    "people_imports_api.get_import": Route(HR),
    "people_imports_api.match_columns": Route(HR, json={"columns": {"name": 0, "email": 1}}),
    "people_imports_api.list_faults": Route(HR),
    "people_imports_api.confirm": Route(HR),
    "teams_api.list_teams": Route(PEOPLES),
    "teams_api.add_team": Route(HR, json={"name": "Paint"}),
    "teams_api.change_team": Route(HR, json={"name": "Paint"}),
    "teams_api.remove_team": Route(HR),
    "teams_api.put_in": Route(HR, json={"people": ["01890000-0000-7000-8000-000000000000"]}),
    "teams_api.take_out": Route(HR),
    "bulk_enrolments_api.enrol_people": Route(
        PEOPLES, json={"course": "safety", "people": ["01890000-0000-7000-8000-000000000000"]}
    ),
    # what is asked of an organisation's people, and the proof
    "people.organisations": Route(ORGANISERS),
    "people.overview": Route(PEOPLES),
    "people.key_figures": Route(PEOPLES),
    "people.person": Route(PEOPLES),
    "people.why_page": Route(PEOPLES),
    "acting.assign_form": Route(PEOPLES),
    "acting.assign": Route(PEOPLES),
    "acting.enrol_form": Route(PEOPLES),
    "acting.enrol": Route(PEOPLES),
    "acting.team_form": Route(HR),
    "acting.put_in_team": Route(HR),
    "acting.table_csv": Route(PEOPLES),
    "acting.table_xlsx": Route(PEOPLES),
    "assignments.listed": Route(PEOPLES),
    "assignments.one": Route(PEOPLES),
    "assignments.change": Route(HR),
    "assignments.withdraw": Route(HR),
    "packs.form": Route(PEOPLES),
    "packs.ask": Route(PEOPLES),
    "packs.listed": Route(PEOPLES),
    "packs.left": Route(HR),
    "packs.ask_left": Route(HR),
    "packs.one": Route(ASKED_BY_ANOTHER),
    "packs.file": Route(ASKED_BY_ANOTHER),
    "compliance_api.list_people": Route(PEOPLES),
    "compliance_api.list_assignments": Route(PEOPLES),
    "compliance_api.add_assignment": Route(
        PEOPLES, json={"course": "safety", "audience": {"kind": "organisation"}, "due_days": 30}
    ),
    "compliance_api.assignment_status": Route(PEOPLES),
    "compliance_api.get_assignment": Route(PEOPLES),
    "compliance_api.change_due": Route(HR, json={"due_days": 30}),
    "compliance_api.withdraw": Route(HR),
    "compliance_api.list_left": Route(HR),
    "compliance_api.add_pack": Route(PEOPLES, json={}),
    "compliance_api.get_pack": Route(ASKED_BY_ANOTHER),
    "compliance_api.get_pack_file": Route(ASKED_BY_ANOTHER),
    "joining.mine": Route(SIGNED_IN),
    "joining.accept": Route(LEARNER),
    "joining.leave": Route(LEARNER),
    "members_api.my_organisations": Route(SIGNED_IN),
    "members_api.accept": Route(LEARNER),
    "members_api.leave": Route(LEARNER),
    # work in the background, administration
    "jobs.job": Route(REQUESTER),
    "jobs.cancel": Route(REQUESTER),
    "interop.confirm": Route(REQUESTER),
    "interop_api.confirm_import": Route(REQUESTER),
    "jobs_api.get_job": Route(REQUESTER),
    "jobs_api.cancel_job": Route(REQUESTER),
    "admin.start": Route(ADMINISTRATOR),
    "admin.retry_all_held": Route(ADMINISTRATOR),
    "admin.retry_one_held": Route(ADMINISTRATOR),
    "admin.storage": Route(ADMINISTRATOR),
    "admin.audit": Route(ADMINISTRATOR),
    "admin_people.people": Route(ADMINISTRATOR),
    "admin_people.person": Route(ADMINISTRATOR),
    "admin_people.disable": Route(ADMINISTRATOR, form={"why": "no reason of ours"}),
    "admin_people.enable": Route(ADMINISTRATOR),
    "admin_people.sign_out": Route(ADMINISTRATOR),
    "admin_people.give_role": Route(ADMINISTRATOR, form={"role": "no role of ours"}),
    "admin_people.take_role": Route(ADMINISTRATOR),
    "admin_people.invite_again": Route(ADMINISTRATOR, form={"organisation": "academy"}),
    "admin_organisations.organisations": Route(ADMINISTRATOR),
    "admin_organisations.add": Route(ADMINISTRATOR, form={"slug": "academy", "name": "Academy"}),
    "admin_organisations.organisation": Route(ADMINISTRATOR, {"slug": "academy"}),
    "admin_organisations.change": Route(ADMINISTRATOR, {"slug": "academy"}, form={"name": "Academy"}),
    "admin_work.jobs": Route(ADMINISTRATOR),
    "admin_work.imports": Route(ADMINISTRATOR),
    "admin_work.retry_job": Route(ADMINISTRATOR),
    "admin_work.cancel_job": Route(ADMINISTRATOR),
    "admin_work.mail": Route(ADMINISTRATOR),
    "admin_work.send_mail": Route(ADMINISTRATOR),
    "admin_api.get_health": Route(ADMINISTRATOR),
    "admin_api.list_people": Route(ADMINISTRATOR),
    "admin_api.get_person": Route(ADMINISTRATOR),
    "admin_api.disable": Route(ADMINISTRATOR, json={"why": "no reason of ours"}),
    "admin_api.enable": Route(ADMINISTRATOR),
    "admin_api.sign_out": Route(ADMINISTRATOR),
    "admin_api.give_role": Route(ADMINISTRATOR, json={"role": "no role of ours"}),
    "admin_api.take_role": Route(ADMINISTRATOR),
    "admin_api.invite_again": Route(ADMINISTRATOR, json={"organisation": "academy"}),
    "admin_api.get_organisations": Route(ADMINISTRATOR),
    "admin_api.add_organisation": Route(ADMINISTRATOR, json={"slug": "academy", "name": "Academy"}),
    "admin_api.put_organisation": Route(ADMINISTRATOR, {"slug": "academy"}, json={"name": "Academy"}),
    "admin_api.get_jobs": Route(ADMINISTRATOR),
    "admin_api.retry_job": Route(ADMINISTRATOR),
    "admin_api.retry_all_held": Route(ADMINISTRATOR),
    "admin_api.get_mail": Route(ADMINISTRATOR),
    "admin_api.send_mail": Route(ADMINISTRATOR),
    "admin_api.get_storage": Route(ADMINISTRATOR),
    "admin_api.get_audit": Route(ADMINISTRATOR),
}
NOT_ABOUT_RIGHTS = {
    "links_api.look": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "links_api.follow": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "links_api.decline": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "links_api.renew": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "me_api.change_password": "a wrong password is 401 for everybody",
    "me_api.change_address": "a wrong password is 401 for everybody",
    "profile.change_address": "a wrong password is 401 for everybody",
    "profile.change_password": "a wrong password is 401 for everybody",
    "links.look": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "links.follow": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "links.decline": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "links.renew": "whoever has the secret of a link may use it; another secret is 404 for everybody",
    "accounts.sign_in_post": "a wrong password is 401 for everybody",
    "accounts_api.create_token": "a wrong password is 401 for everybody",
    "second_step.take": "a second step that nobody began is 401 for everybody",
    "second_step.passkey_options": "a second step that nobody began is 401 for everybody",
    "second_step.sign_in_by_passkey": "a passkey that nobody knows is 401 for everybody",
    "credentials.check_file": "a file that is no certificate of ours is 404 for everybody",
    "credentials.compare_file": "a file that is no certificate of ours is 404 for everybody",
    "health.ready": "asks nobody who they are, and is not ready on tables that no migration made",
    "dev_mail.mail": "a message that was not sent is 404 for everybody",
    "dev_mail.html": "a message that was not sent is 404 for everybody",
    "dev.reason": "shows each refusal with its own status",
}


def test_every_route_stands_in_the_table(app: Flask):
    there = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert there == ROUTES.keys() | NOT_ABOUT_RIGHTS.keys()


@pytest.mark.slow
def test_everybody_may_exactly_what_the_table_says(app: Flask, session: object):
    world = a_world(app)
    wrong = [
        f"{method} {rule.rule} as {role}, {which}: {found} instead of {expected} ({status})"
        for rule, method in requests(app)
        for role in ROLES
        for which, side in (("own", world.own), ("foreign", world.foreign))
        for found, expected, status in [ask(world, rule, method, role, side)]
        if found != expected
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def requests(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with every method that it takes; what changes something comes last."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in ROUTES]
    found = [(rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return iter(sorted(found, key=lambda one: (one[1] != "GET", one[0].endpoint)))


def ask(world: World, rule: Rule, method: str, role: str, side: Side) -> tuple[str, str, int]:
    """(what happened, what the table says, the status)"""
    route = ROUTES[rule.endpoint]
    address = world.app.url_map.bind("localhost").build(rule.endpoint, _values(rule, route, side), method)
    answer = world.client(role).open(address, method=method, **_content(route, side))
    return _meaning(answer), route.may[role][side is world.foreign], answer.status_code


def _values(rule: Rule, route: Route, side: Side) -> dict[str, Any]:
    """What is used up by the first who may is made anew for each who asks."""
    wanted = {name: route.values.get(name, side.values[name]) for name in rule.arguments}
    return {name: value() if callable(value) else value for name, value in wanted.items()}


def _content(route: Route, side: Side) -> dict[str, Any]:
    if route.json is not None:
        return {"json": route.json}
    if route.upload:
        form = {"file": side.course_zip(), "organisation": side.organisation}
        return {"data": form, "content_type": "multipart/form-data"}
    return {"data": route.form} if route.form else {}


def _meaning(answer: TestResponse) -> str:
    """`ok` is also what the state forbids (409) or the content (422): the right to ask was there."""
    to_sign_in = answer.status_code == 302 and answer.location.startswith("/sign-in?next=")
    if to_sign_in or answer.status_code == 401:
        return SIGN_IN
    if answer.status_code in (403, 404):
        return str(answer.status_code)
    return OK if answer.status_code < 500 else "fault"
