"""What a person sees of the organisations that know them: invitations to answer, what each may see, a way out."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.answers import as_refused
from lms.organisations import queries, services
from lms.organisations.pages.asking import Answer, tried
from lms.organisations.reasons import OrganisationReason

bp = Blueprint("joining", __name__)


@bp.get("/you/organisations")
def mine() -> str:
    return _page()


def _page(refused: Refused | None = None) -> str:
    person_id = require_identity().person_id
    memberships = [
        {
            "organisation": organisation,
            "membership": membership,
            "teams": [team.name for team in queries.teams_by_person(organisation.id, [person_id]).get(person_id, [])],
        }
        for membership, organisation in queries.memberships_of(person_id)
    ]
    return render_template("organisations/mine.html", memberships=memberships, refused=refused)


@bp.post("/you/organisations/<uuid:organisation_id>/accept")
def accept(organisation_id: uuid.UUID) -> BaseResponse:
    identity = require_identity()
    services.accept_invitation(organisation_id, person_id=identity.person_id, by=identity.actor, at=now())
    return redirect(url_for(".mine"))


@bp.post("/you/organisations/<uuid:organisation_id>/leave")
def leave(organisation_id: uuid.UUID) -> Answer:
    """Goes, or says of an invitation "this is not me"."""
    by = require_actor()
    _done, refused = tried(lambda: services.leave_organisation(organisation_id, by=by, at=now()), (OrganisationReason,))
    return as_refused(_page(refused), refused) if refused else redirect(url_for(".mine"))
