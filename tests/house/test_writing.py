"""How the house is written: one place for one concern, short files, short functions."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, ROOT, called, modules, nodes

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
FORBIDDEN_ROOMS = {"utils", "helpers", "common", "util", "helper", "misc", "base_service"}
# Who may write what of a case: the single writer, and the row itself when it is made.
WRITERS = {
    "status": {"casework/services/casefile.py"},
    "level": {"casework/services/casefile.py", "casework/models/case.py"},
    "desk_office_id": {"casework/services/casefile.py"},
    "caseworker_id": {"casework/services/casefile.py"},
    "closed_at": {"casework/services/casefile.py", "casework/services/erasing.py"},
    "may_see": {"casework/services/casefile.py"},
    "next_due_at": {"casework/services/casefile.py"},
    "waits_for": {"casework/services/casefile.py"},
    "wrapped_key": {
        "casework/models/case.py",
        "casework/models/own_key.py",
        "casework/crypto/cells.py",
    },
    "stopped_at": {"casework/services/clocks.py"},
    "lapsed_at": {"casework/services/clocks.py"},
}
EAGER = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def test_the_rules_of_the_field_load_neither_web_nor_database() -> None:
    names = [
        f"casework.domain.{path.stem}"
        for path in sorted((PACKAGE / "domain").glob("*.py"))
        if path.stem != "__init__"
    ]
    program = (
        f"import sys, importlib\nfor name in {names!r}:\n    importlib.import_module(name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(ran.stdout.split())
    assert "casework" in loaded
    web = {"flask", "werkzeug", "jinja2", "wtforms", "flask_babel"}
    assert not loaded & (web | {"sqlalchemy", "sqlite3", "pysqlite3", "psycopg"})


def test_the_package_itself_is_empty() -> None:
    assert (PACKAGE / "__init__.py").read_text("utf-8") == ""


@pytest.mark.parametrize("attribute", WRITERS)
def test_what_a_case_is_is_written_in_one_place(attribute: str) -> None:
    writers = {path for path, name in _written() if name == attribute}
    # What keeps a code for itself, such as an exception, writes on `self` outside the models.
    assert writers <= WRITERS[attribute]
    assert writers, f"nobody writes {attribute}: has it another name now?"


def _written() -> list[tuple[str, str]]:
    found = []
    for path, node in nodes(ast.Assign, ast.AugAssign, ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[attr-defined]
        for target in targets:
            found += [
                (path, each.attr)
                for each in ast.walk(target)
                if isinstance(each, ast.Attribute) and not _of_an_exception(path, each)
            ]
    return found


def _of_an_exception(path: str, target: ast.Attribute) -> bool:
    owner = target.value
    of_itself = isinstance(owner, ast.Name) and owner.id == "self"
    return of_itself and not path.startswith("casework/models/")


def test_there_is_one_commit_in_the_house() -> None:
    found = [path for path, node in nodes(ast.Call) if called(node) == "commit"]
    assert found == ["casework/db.py"]


@pytest.mark.parametrize("path", sorted(modules()))
def test_a_file_is_short_and_so_are_its_functions(path: str) -> None:
    assert len((ROOT / path).read_text("utf-8").splitlines()) <= LONGEST_FILE
    for node in ast.walk(modules()[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{path}: {node.name} has {length} lines"


def test_no_room_is_for_odds_and_ends() -> None:
    names = {Path(path).stem for path in modules()}
    names |= {Path(path).parent.name for path in modules()}
    assert not names & FORBIDDEN_ROOMS


def test_no_text_is_translated_before_somebody_reads_it() -> None:
    eager = []
    for path, tree in modules().items():
        eager += [f"{path}:{node.lineno}" for node in _at_import(tree) if called(node) in EAGER]
    assert eager == []


def _at_import(tree: ast.Module) -> list[ast.Call]:
    """Return the calls that run when a module is imported: outside functions and lambdas."""
    found: list[ast.Call] = []
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            # Its body waits; decorators and defaults do not.
            waiting += node.args.defaults
            waiting += [] if isinstance(node, ast.Lambda) else node.decorator_list
            continue
        if isinstance(node, ast.Call):
            found.append(node)
        waiting += ast.iter_child_nodes(node)
    return found


def test_only_the_seal_sees_a_key() -> None:
    hands = {
        path
        for path, node in nodes(ast.Attribute, ast.Name)
        if getattr(node, "attr", getattr(node, "id", "")) in {"data_key", "_unwrapped", "unseal"}
    }
    assert {path.rpartition("/")[0] for path in hands} == {"casework/crypto"}
