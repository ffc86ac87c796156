"""Every entry has a page, that any stranger may read; none of these tests may touch the database."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest

import lossref
from assessments.atlas import pages, words
from assessments.mathml import render_math

ALIASES = [(alias, name) for name in lossref.names() for alias in lossref.get(name).aliases]
VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "path", "wbr"}


class Outline(HTMLParser):
    """What a page's markup holds; an element that is not closed, or an id that stands twice, is an error."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.styles: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        for name in ("aria-labelledby", "aria-describedby"):
            self.references |= set(given.get(name, "").split())
        self.styles += [tag] if "style" in given or (tag in {"style", "script"} and "src" not in given) else []

    def handle_startendtag(self, tag, attrs):
        if tag not in VOID:
            raise AssertionError(f"<{tag}/> closes itself")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("name", lossref.names())
def test_every_entry_has_a_page_that_is_whole_and_holds_nothing_inline(client, name):
    response = client.get(f"/atlas/{name}/")
    assert response.status_code == 200
    outline = Outline(response.content.decode())
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.references <= set(outline.ids)
    assert outline.styles == []
    assert response.cookies == {}


@pytest.mark.parametrize("name", lossref.names())
def test_page_shows_what_the_catalogue_says(name):
    spec, body = lossref.get(name), pages.body(name)
    assert render_math(spec.latex, display=True) in body
    assert all(f"<code>{parameter.name}</code>" in body for parameter in spec.parameters)
    assert all(f"<code>{option}</code>" in body for option in spec.conventions)
    assert all(peer.api in body for peer in spec.peers)
    assert body.count("<figure") == body.count("<summary>Numbers")
    assert ("<figure" in body) == (spec.gives != "metric")


def test_every_option_is_explained():
    options = {option for name in lossref.names() for option in lossref.get(name).conventions}
    assert options - set(words.OPTIONS) == set()


@pytest.mark.parametrize(("alias", "name"), ALIASES)
def test_alias_leads_to_the_canonical_name(client, alias, name):
    response = client.get(f"/atlas/{alias}/")
    assert (response.status_code, response["Location"]) == (301, f"/atlas/{name}/")


def test_unknown_name_is_not_found_and_names_the_nearest(client):
    response = client.get("/atlas/hubert/")
    assert response.status_code == 404
    assert '<a href="/atlas/huber/">huber</a>' in response.content.decode()


def test_name_like_no_other_is_not_found_and_told_as_it_came(client):
    response = client.get("/atlas/<q$&/")
    assert response.status_code == 404
    assert "&lt;q$&amp;" in response.content.decode()
    assert "Spelt most like it" not in response.content.decode()


def test_nothing_is_written_to_the_atlas(client):
    assert [client.post(path).status_code for path in ("/atlas/", "/atlas/huber/")] == [405, 405]


def test_page_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/atlas/huber/")
    again = client.get("/atlas/huber/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/atlas/", "/atlas/categorical_cross_entropy_with_logits/"])
def test_warm_page_takes_less_than_50_ms_of_computing(client, path):
    client.get(path)

    def seconds() -> float:
        start = time.process_time()
        client.get(path)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.05


def test_libraries_differ_at_the_edge_as_they_clamp():
    body = pages.body("binary_cross_entropy")
    edge = body[body.index("At the edge") :]
    values = dict(re.findall(r"<th scope=\"row\"><code>([\w.()]+)</code></th><td><code>([^<]*)</code>", edge))
    assert values["lossref.binary_cross_entropy()"] == "+∞"
    assert values["torch.nn.functional.binary_cross_entropy"] == "33.333"  # a third of 100
    assert values["keras.losses.BinaryCrossentropy"] == "5.3727"  # a third of −log 1e−7


def test_kink_shows_the_interval_of_subgradients():
    assert "(y_true, score) = (1, 1): the subdifferential is [−1, 0]" in pages.body("hinge")
