"""An S3 server over HTTP (moto's), with one bucket."""

from __future__ import annotations

import http.client
import subprocess
import sys
from pathlib import Path

from tests.services.processes import free_port, listens, start, wait_until

BUCKET = "lms"


def start_s3(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The process and its address; any key and secret are let in."""
    port, log = free_port(), folder / "s3.log"
    command = [
        sys.executable,
        "-c",
        "from moto.server import main; main()",
        "-H",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    process = start(command, log=log)
    wait_until(lambda: listens(port), within=60, process=process, log=log)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("PUT", f"/{BUCKET}")
    connection.getresponse().read()
    connection.close()
    return process, f"http://127.0.0.1:{port}"
