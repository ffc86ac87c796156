"""The bank's own format, lossless: a folder of readable files for each question, alone or in a zip archive.

What travels is all that one version of each question says: its files, its variants, its solutions. What does not is
what only the sending installation can vouch for: states, numbers and dates of versions, names of people,
certificates, answers. A question that comes in is a draft there, certified there.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import tomlkit

from assessments.bank import folders
from assessments.bank.exchange.report import Defaults, Item
from grader.questions import QuestionError

VERSION = 1
HEAD = "bundle.toml"
_QUESTION = "question.toml"
_SLUG = re.compile(r"[\w-]{1,100}", re.ASCII)


def reads(files: Mapping[str, bytes]) -> bool:
    return any(PurePosixPath(name).name == _QUESTION for name in files)


def write(items: Iterable[Item]) -> dict[str, bytes]:
    """Give the bundle's files, by path: the same questions give the same bytes."""
    written = {HEAD: tomlkit.dumps({"format": "subgradient bundle", "version": VERSION})}
    for question in (item.question for item in items if item.question):
        written |= {f"questions/{question.slug}/{path}": text for path, text in folders.files(question).items()}
    return {path: text.encode("utf-8") for path, text in sorted(written.items())}


def read(files: Mapping[str, bytes], defaults: Defaults) -> list[Item]:
    """Read every folder that holds a question.toml; its name is the question's slug."""
    held: dict[str, dict[str, bytes]] = defaultdict(dict)
    items = []
    roots = {str(PurePosixPath(name).parent) for name in files if PurePosixPath(name).name == _QUESTION}
    defaults.allow(len(roots))
    for name, content in files.items():
        root = next((str(parent) for parent in PurePosixPath(name).parents if str(parent) in roots), None)
        if root is not None:
            held[root][str(PurePosixPath(name).relative_to(root))] = content
        elif PurePosixPath(name).name == HEAD:
            items += _head_problems(name, content)
        else:
            items.append(Item(name, name))
            items[-1].leave_out("a file of a question's folder", "one beside it")
    slugs: dict[str, str] = {}
    return items + [_question(root, held[root], slugs) for root in sorted(held)]


def _head_problems(name: str, content: bytes) -> list[Item]:
    """Refuse to guess at what a later version of the format means."""
    try:
        version = tomllib.loads(content.decode("utf-8")).get("version")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        version = error
    if version == VERSION:
        return []
    item = Item(name, name)
    item.leave_out(f"version {VERSION} of the bundle's format", f"{version}")
    return [item]


def _question(root: str, files: Mapping[str, bytes], slugs: dict[str, str]) -> Item:
    slug = PurePosixPath(root).name
    item = Item(root, slug or "question")
    if not _SLUG.fullmatch(slug) or slug in folders.RESERVED:
        item.leave_out(
            "a folder named by up to 100 letters, digits, dashes and underscores, but not new or library", slug
        )
    elif slugs.setdefault(slug, root) != root:
        item.leave_out("each slug once", f"{slug} again, which {slugs[slug]} has")
    else:
        _parse(item, files, slug)
    return item


def _parse(item: Item, files: Mapping[str, bytes], slug: str) -> None:
    try:
        item.question = folders.parse({path: content.decode("utf-8") for path, content in files.items()}, slug)
        item.name = item.question.title
    except UnicodeDecodeError as error:
        item.leave_out("UTF-8 text", str(error))
    except QuestionError as error:
        for problem in error.problems:
            item.leave_out("a question that the bank can hold", problem, f"{item.place}/{problem.split(':')[0]}")
