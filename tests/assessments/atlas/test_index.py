"""The index: every entry, and filters that work with scripts and without."""

from __future__ import annotations

import re

import pytest

import lossref
from assessments.atlas import libraries, selectors


def shown(response) -> list[str]:
    """Names of the entries on the page, in their order."""
    return re.findall(r'<h3><a href="/atlas/([^/]+)/">', response.content.decode())


def names(condition) -> list[str]:
    return [name for name in lossref.names() if condition(lossref.get(name))]


def test_index_lists_every_entry_once_under_its_family(client):
    response = client.get("/atlas/")
    assert sorted(shown(response)) == sorted(lossref.names())
    assert f"{len(lossref.names())} entries" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("family=regression", lambda s: s.family == "regression"),
        ("kind=metric", lambda s: s.gives == "metric"),
        ("labels=plus_minus_one", lambda s: any(p.role == "target" and p.domain == "plus_minus_one" for p in s.arrays)),
        ("library=optax", lambda s: any(peer.api.startswith("optax.") for peer in s.peers)),
        ("having=convex_in_prediction", lambda s: "convex_in_prediction" in s.properties),
        ("having=kinks&having=lipschitz", lambda s: bool(s.kinks) and s.lipschitz is not None),
        ("having=bounded", lambda s: s.bounds is not None and max(map(abs, s.bounds)) < float("inf")),
    ],
)
def test_filter_keeps_the_entries_that_have_it_all(client, query, condition):
    response = client.get(f"/atlas/?{query}")
    assert sorted(shown(response)) == sorted(names(condition))
    assert shown(response)
    assert f"{len(names(condition))} of {len(lossref.names())} entries" in response.content.decode()


@pytest.mark.parametrize("search", ["mse", "torch.nn.functional.mse_loss", "MSE", "squared error mean"])
def test_words_are_sought_in_names_aliases_and_functions_of_libraries(client, search):
    assert "mean_squared_error" in shown(client.get("/atlas/", {"search": search}))


def test_what_is_not_understood_filters_nothing(client):
    response = client.get("/atlas/?family=nothing&kind=1&having=nothing&page=9")
    assert len(shown(response)) == len(lossref.names())


def test_filters_that_leave_nothing_say_so(client):
    response = client.get("/atlas/?search=no+such+words")
    assert shown(response) == []
    assert "No entry has all of this" in response.content.decode()


def test_htmx_gets_the_rows_alone_and_a_page_of_history_the_whole(client):
    rows = client.get("/atlas/?kind=step", headers={"HX-Request": "true"})
    assert rows.content.decode().lstrip().startswith('<section id="entries"')
    assert "HX-Request" in rows["Vary"]
    whole = client.get("/atlas/?kind=step", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.content.decode()
    assert shown(rows) == shown(whole) == shown(client.get("/atlas/?kind=step"))


def test_filters_count_what_they_would_show():
    counts = [*selectors.families(), *selectors.kinds()]
    assert sum(count for *_, count in counts) == 2 * len(lossref.names())
    for value, _, count in selectors.having_libraries():
        assert count == len(selectors.matching(library=value))
    for value, _, count in selectors.having_properties():
        assert count == len(selectors.matching(having=[value]))


def test_every_peer_is_of_a_library_that_can_be_filtered_by():
    apis = [peer.api for name in lossref.names() for peer in lossref.get(name).peers]
    assert {libraries.library_of(api) for api in apis} <= set(libraries.LIBRARIES)


def test_home_page_leads_to_the_atlas(client):
    assert client.get("/").content.decode().count('href="/atlas/"') == 2
