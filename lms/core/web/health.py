"""Is it up, is it ready, how is it doing: for supervisors and Prometheus."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence

import prometheus_client as prometheus
import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import multiprocess
from sqlalchemy.exc import DBAPIError, NoResultFound

from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.core.web import requests

bp = Blueprint("health", __name__)
REQUESTS = prometheus.Counter("lms_requests_total", "Requests answered", ["route", "method", "status"])
SECONDS = prometheus.Histogram("lms_request_seconds", "Seconds a request", ["route"])


def init_health(app: Flask) -> None:
    app.register_blueprint(bp)
    requests.request_observer = _observe


def _observe(route: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


@bp.get("/health/live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/health/ready")
def ready() -> dict[str, str]:
    """The database answers and its tables are there; 503 with the reason otherwise."""
    try:
        db.session.execute(sa.text("SELECT version_num FROM alembic_version")).one()
    except (DBAPIError, NoResultFound):
        raise Refused(CoreReason.BUSY) from None
    return {"status": "ready"}


@bp.get("/metrics")
def metrics() -> Response:
    """Prometheus text, only for addresses in LMS_METRICS_ALLOW."""
    if not _is_allowed(request.remote_addr or "", current_app.extensions["settings"].metrics_allow):
        raise Refused(CoreReason.NOT_FOUND)
    return Response(prometheus.generate_latest(_registry()), content_type=prometheus.CONTENT_TYPE_LATEST)


def _is_allowed(remote: str, networks: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:  # a proxy may say anything
        return False
    inner = getattr(address, "ipv4_mapped", None) or address
    return any(inner in ipaddress.ip_network(network) for network in networks)


def _registry() -> prometheus.CollectorRegistry:
    """All web processes together where they share a folder (`lms serve` sets it), else this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return prometheus.REGISTRY
    registry = prometheus.CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client is only half typed
    return registry
