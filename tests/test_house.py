"""The house itself: its floors and doors, its settings, its commands, its words."""

import ast
import re
import runpy
import tomllib
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from environs import EnvError

from digests.journal.models import Tick

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    path
    for package in ("newsletter", "digests")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# One door a library; scikit-learn has one for clustering and one for learning.
DOORS = {
    "bleach": {"digests.text.cleaning"},
    "feedparser": {"digests.sources.parsing"},
    "trafilatura": {"digests.sources.extraction"},
    "css_inline": {"digests.editions.rendering_pieces"},
    "sklearn": {"digests.stories.clustering", "digests.stories.learning"},
}
FIRST = (
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv install -q -c constraints.txt -e ."
    " && .venv/bin/python manage.py demo"
)
SECOND = (
    "python3 -m pip --python .venv install -q -c constraints.txt -e '.[test]' && .venv/bin/python -m pytest"
)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(path: Path) -> tuple[tuple[str, bool], ...]:
    """Each imported module of a file, and whether the import stands inside a function."""
    return tuple(read_imports(path))


def read_imports(path: Path) -> Iterator[tuple[str, bool]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node in inside
            yield from ((f"{node.module}.{alias.name}", node in inside) for alias in node.names)


def floor_of(module: str, layers: list[list[str]]) -> int | None:
    for height, rooms in enumerate(layers):
        if any(module == room or module.startswith(room + ".") for room in rooms):
            return height
    return None


def test_imports_go_down_the_floors_only() -> None:
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    layers = [[room.strip() for room in layer.split("|")] for layer in contract["layers"]]
    wrong = [
        f"{name_of(path)} → {imported}"
        for path in MODULES
        if (floor := floor_of(name_of(path), layers)) is not None
        for imported, _ in imports_of(path)
        if (other := floor_of(imported, layers)) is not None
        and (
            other < floor
            or (
                other == floor
                and name_of(path).split(".")[:2] != imported.split(".")[:2]
                and len(layers[floor]) > 1
            )
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_its_door(library: str) -> None:
    users = {
        name_of(path)
        for path in MODULES
        for imported, _ in imports_of(path)
        if imported.split(".")[0] == library
    }
    assert users == DOORS[library]


def test_no_import_stands_inside_a_function() -> None:
    wrong = [
        f"{name_of(path)}: {module}"
        for path in MODULES
        for module, is_inside in imports_of(path)
        if is_inside
    ]
    assert wrong == []


def test_names_of_modules_say_what_they_are() -> None:
    placeless = {"utils", "helpers", "common", "services", "core", "managers"}
    assert [name_of(path) for path in MODULES if path.stem in placeless] == []


BAD = [
    ("EDITION_CUTOFFS", "half past six"),
    ("EDITION_CUTOFFS", "06:30@Asia/Atlantis"),
    ("MAIL_PROVIDER", "pigeon"),
    ("DELIVERY_GRACE_HOURS", "soon"),
    ("EDITION_MAX_STORIES", "many"),
    ("DEBUG", "perhaps"),
    ("FETCH_MAX_BYTES", "5 MB"),
]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without any of ours, and a folder to write to."""
    for name in env_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "none"))
    return monkeypatch


def env_names() -> set[str]:
    text = (ROOT / "newsletter" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))


def load() -> dict[str, object]:
    return runpy.run_path(str(ROOT / "newsletter" / "settings.py"))


def test_settings_need_no_environment(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load()
    assert settings["CELERY_BROKER_URL"] == "filesystem://localhost"
    assert str(settings["DATABASES"]["default"]["NAME"]).startswith(str(tmp_path))  # type: ignore[index]
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert load()["SECRET_KEY"] == settings["SECRET_KEY"]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused_by_name(bare: pytest.MonkeyPatch, name: str, value: str) -> None:
    bare.setenv(name, value)
    with pytest.raises((ValueError, EnvError), match=name):
        load()


def test_the_readme_names_every_variable() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(name for name in env_names() - {"ENV_FILE"} if f"`{name}`" not in readme) == []


def test_the_example_environment_has_known_variables_only() -> None:
    names = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)
    unknown = {name for name in names if not name.startswith("ANYMAIL_")} - env_names()
    assert unknown == {"POSTGRES_PASSWORD"}  # compose.yaml's own


@pytest.mark.parametrize("command", [FIRST, SECOND], ids=["demo", "tests"])
def test_the_readme_has_both_commands(command: str) -> None:
    assert f"\n    {command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_says_what_it_does_and_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ours = {
        name: app for name, app in get_commands().items() if str(app).startswith(("newsletter", "digests"))
    }
    ours.pop("runserver", None)
    assert {"demo", "tick", "prepare", "benchmark", "import_articles", "build_edition"} <= set(ours)
    for name, app in ours.items():
        assert load_command_class(str(app), name).help, name
        assert f"`{name}" in readme or name.startswith("benchmark_"), name


def test_pages_have_no_inline_style_or_script_and_trust_nothing() -> None:
    wrong = []
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "newsletter").rglob("templates/**/*.html")]:
        text = path.read_text(encoding="utf-8")
        if re.search(r"\|\s*safe\b|autoescape off", text):
            wrong.append(f"{path.name}: safe")
        is_mail = "mails" in path.parts
        if not is_mail and re.search(r'\sstyle="|<style|<script(?![^>]*\bsrc=)|\son\w+="', text):
            wrong.append(f"{path.name}: inline")
    assert wrong == []


@pytest.mark.django_db
def test_tick_does_one_round_of_everything() -> None:
    out = StringIO()
    call_command("tick", stdout=out)
    assert "feeds 0, new articles 0, pages 0, planned 0, sent 0" in out.getvalue()
    assert {"fetch", "stories", "editions", "deliver", "subscribers"} <= set(
        Tick.objects.values_list("name", flat=True)
    )
