"""Both languages are whole: every English text of the web's pages has its Korean, and it is compiled."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2, "pgettext": 2}
WHERE = ["newsletter/web", "templates"]


def texts_of(path: Path) -> Iterator[tuple[str, ...]]:
    """The arguments of every call that translates, in a module or a template."""
    source = path.read_text()
    if path.suffix != ".py":
        source = templatize(source)
        calls = re.findall(
            r"\b((?:n|p)?gettext)\(((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|, )+)", source
        )
        for name, arguments in calls:
            yield (name, *ast.literal_eval(f"({arguments.rstrip(', ')},)"))
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            found = [a.value for a in node.args[: CALLS[node.func.id]] if isinstance(a, ast.Constant)]
            if len(found) == CALLS[node.func.id]:
                yield (node.func.id, *map(str, found))


def files() -> list[Path]:
    return sorted(
        path
        for folder in WHERE
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".txt") and path.is_file()
    )


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_has_its_korean(path: Path) -> None:
    catalogue = trans_real.translation("ko")._catalog
    missing = []
    for name, *words in texts_of(path):
        key: object = words[0]
        if name.startswith("ngettext"):
            key = (words[0], 0)
        elif name == "pgettext":
            key = "\x04".join(words)
        told = catalogue.get(key)
        if not told or told == words[0]:
            missing.append(words[0])
    assert not missing


def test_the_texts_are_really_found() -> None:
    found = {words[1] for path in files() for words in texts_of(path)}
    assert {"Skip to the content", "%(count)s story", "Past issues"} <= found
