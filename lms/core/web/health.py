"""Is it up, is it ready, how is it doing: for supervisors and Prometheus."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Sequence

import prometheus_client as prometheus
import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import Metric, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError, NoResultFound

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.queries import counts_of_jobs, waiting_since
from lms.core.mail.services import counts_of_mail
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
    text = prometheus.generate_latest(_registry()) + prometheus.generate_latest(_work())
    return Response(text, content_type=prometheus.CONTENT_TYPE_LATEST)


def _work() -> prometheus.CollectorRegistry:
    """What waits and what failed, the same from every web process: it is asked of the database."""
    registry = prometheus.CollectorRegistry()
    registry.register(_Work())
    return registry


class _Work(Collector):
    def collect(self) -> Iterator[Metric]:
        """Nothing while the database does not answer: the other numbers are wanted then most."""
        try:
            jobs, since, mail = counts_of_jobs(), waiting_since(now()), counts_of_mail()
        except DBAPIError:
            db.session.rollback()
            return
        for name, about, counts in (("lms_jobs", "Rows of work", jobs), ("lms_mail", "Messages", mail)):
            gauge = GaugeMetricFamily(name, about, labels=["state"])
            for state, number in counts.items():
                gauge.add_metric([state], number)
            yield gauge
        oldest = (now() - since).total_seconds() if since else 0
        yield GaugeMetricFamily("lms_jobs_oldest_due_seconds", "Seconds that due work has waited for a worker", oldest)


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
