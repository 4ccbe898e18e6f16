"""What is shipped for operators says what the code does: settings, units, compose, proxy."""

from __future__ import annotations

import ast
import configparser
import importlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.house.sources import PACKAGE, ROOT

DEPLOY: Final = ROOT / "deploy"
UNITS: Final = sorted((DEPLOY / "systemd").glob("*.service"))
SAMPLE: Final = DEPLOY / "environment.sample"
_OURS: Final = re.compile(
    r"(?:CASEWORK|AWS|DATABASE)_(?:[A-Z0-9]+_)*[A-Z0-9]+|SECRET_KEY|HOST|PORT|WEB_WORKERS"
)
_BEGUN: Final = re.compile(r"(?:CASEWORK|AWS|DATABASE)_(?:[A-Z0-9]+_)*")
# What keeps a program that somebody has got into from doing harm outside of itself.
HARDENED: Final = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
    "CapabilityBoundingSet": "",
    "LimitCORE": "0",
    "MemorySwapMax": "0",
    "UMask": "0077",
    "User": "casework",
}


def read_by_code() -> tuple[set[str], set[str]]:
    """Return the names of variables that the code holds, and how those begin that it builds."""
    whole, begun = set(), set()
    for path in [*PACKAGE.rglob("*.py"), ROOT / "scripts" / "serve.py", ROOT / "wsgi.py"]:
        tree = ast.parse(path.read_text("utf-8"))
        built = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        parts = {id(part) for node in built for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in parts and _OURS.fullmatch(node.value):
                    whole.add(node.value)
                elif id(node) in parts and _BEGUN.fullmatch(node.value):
                    begun.add(node.value)
    return whole, begun


def assert_read(names: set[str]) -> None:
    """Fail for a name that stands in a document and in no code."""
    whole, begun = read_by_code()
    unread = {
        name for name in names - whole if not any(name.startswith(prefix) for prefix in begun)
    }
    assert unread == set(), "no code reads this"


def documented() -> set[str]:
    """Return the variables in the tables of docs/settings.md."""
    lines = (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([A-Z0-9_]+)`", cell)}


def composed() -> dict[str, Any]:
    """Return compose.yaml, read."""
    found: dict[str, Any] = importlib.import_module("yaml").safe_load(
        (ROOT / "compose.yaml").read_text("utf-8")
    )
    return found


def unit(path: Path) -> list[tuple[str, str]]:
    """Return the lines of a unit as names and values."""
    lines = path.read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if "=" in line and not line.startswith("#")]
    return [(name, value) for name, _, value in pairs]


def test_each_setting_is_documented() -> None:
    whole, begun = read_by_code()
    assert whole - documented() == set(), "write it into docs/settings.md"
    assert all(any(name.startswith(prefix) for name in documented()) for prefix in begun)


def test_each_documented_setting_is_read() -> None:
    assert len(documented()) > 20
    assert_read(documented())


def test_the_sample_of_settings_is_read() -> None:
    lines = [line for line in SAMPLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    names = {line.partition("=")[0] for line in lines if line}
    assert {"SECRET_KEY", "CASEWORK_KEYS", "DATABASE_URL", "CASEWORK_FILES"} <= names
    assert_read(names)


def test_compose_names_settings_that_are_read_and_programs_that_are_there() -> None:
    services = composed()["services"]
    ours = {name: each for name, each in services.items() if "build" in each}
    assert set(ours) == {"web-1", "web-2", "worker", "prepare"}
    assert_read({name for each in ours.values() for name in each["environment"]})
    for each in ours.values():
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]
        assert each["env_file"] == "casework.env"
        for other in each["depends_on"]:
            assert other in services
    mounted = [each for service in services.values() for each in service.get("volumes", [])]
    for each in mounted:
        source = each.partition(":")[0]
        shipped = source.startswith("./deploy/")
        assert (ROOT / source).is_file() if shipped else True
        assert source.startswith("./") or source in composed()["volumes"]


def test_units_and_compose_start_the_same_programs() -> None:
    services = composed()["services"]
    for name, service in (("web", "web-1"), ("worker", "worker")):
        (started,) = [
            value
            for key, value in unit(DEPLOY / "systemd" / f"casework-{name}.service")
            if key == "ExecStart"
        ]
        assert started.partition(" ")[2] == " ".join(services[service]["command"])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_are_hardened_and_set_what_is_read(path: Path) -> None:
    said = dict(unit(path))
    assert {name: said.get(name) for name in HARDENED} == HARDENED
    assert said["ReadWritePaths"].split()[0] == f"/var/lib/{said['StateDirectory']}"
    assert_read({word.partition("=")[0] for word in said.get("Environment", "").split()})


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_units_are_read_by_systemd_itself(path: Path, tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        # Where systemd is not, its files are at least of the form that it reads.
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment]
        assert parser.read(path, "utf-8")
        assert parser.sections()
        return
    # The programs are not installed here: something that is stands for them.
    for each in (DEPLOY / "systemd").iterdir():
        text = each.read_text("utf-8")
        there = re.sub(r"/opt/casework/\.venv/bin/\w+", "/bin/true", text)
        (tmp_path / each.name).write_text(there, "utf-8")
    ran = subprocess.run(
        [tool, "verify", "--man=no", tmp_path / path.name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_proxy_keeps_nothing_of_who_asks() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    lines = [line.strip() for line in text.splitlines()]
    assert text.count("{") == text.count("}")
    for wanted in (
        "access_log off;",
        "proxy_request_buffering off;",
        "proxy_max_temp_file_size 0;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
    ):
        assert wanted in lines
    assert not any(line.startswith("log_format") for line in lines)
