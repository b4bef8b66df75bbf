"""PageToken paging."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit.emulator._faults import Fault
from taskrouter_kit.emulator._paging import PageQuestion, TokenMemory, page_of
from taskrouter_kit.emulator._parameters import Parameters

URL = "http://127.0.0.1:1/v1/Workspaces"


def ask(items: list[str], query: list[tuple[str, str]], memory: TokenMemory) -> tuple[list[str], dict[str, object]]:
    question = PageQuestion.read(Parameters(query))
    shown, meta = page_of(items, question, sid_of=str, key="things", url=URL, query=query, memory=memory)
    return list(shown), meta


def follow(url: object) -> list[tuple[str, str]]:
    assert isinstance(url, str)
    assert url.startswith(URL + "?")
    return parse_qsl(urlsplit(url).query)


@given(st.integers(0, 30), st.integers(1, 10))
def test_following_next_sees_everything_once(count: int, size: int) -> None:
    """Following next_page_url yields every item once, in order; going back yields the same pages."""
    items, memory = [f"s{number}" for number in range(count)], TokenMemory()
    query: list[tuple[str, str]] | None = [("PageSize", str(size))]
    seen, pages = list[str](), list[list[str]]()
    meta: dict[str, object] = {}
    while query is not None:
        shown, meta = ask(items, query, memory)
        seen += shown
        pages.append(shown)
        query = follow(meta["next_page_url"]) if meta["next_page_url"] else None
    assert seen == items
    for expected in reversed(pages[:-1]):
        shown, meta = ask(items, follow(meta["previous_page_url"]), memory)
        assert shown == expected
    assert meta["previous_page_url"] is None


def test_the_token_names_the_last_item() -> None:
    """The token is PA + SID of the last item of the page (limits-errors-gotchas.md section 1)."""
    _, meta = ask(["a", "b", "c"], [("FriendlyName", "x y"), ("PageSize", "2")], TokenMemory())
    assert meta == {
        "page": 0,
        "page_size": 2,
        "first_page_url": f"{URL}?FriendlyName=x+y&PageSize=2&Page=0",
        "previous_page_url": None,
        "url": f"{URL}?FriendlyName=x+y&PageSize=2&Page=0",
        "next_page_url": f"{URL}?FriendlyName=x+y&PageSize=2&Page=1&PageToken=PAb",
        "key": "things",
    }


@given(st.integers(1, 5))
def test_deleting_while_paging_skips_nothing(size: int) -> None:
    """A client that deletes each item it has seen still sees every item once."""
    items, memory = [f"s{number}" for number in range(17)], TokenMemory()
    query, seen = [("PageSize", str(size))], list[str]()
    while True:
        shown, meta = ask(items, query, memory)
        seen += shown
        items = [item for item in items if item not in shown]
        if meta["next_page_url"] is None:
            break
        query = follow(meta["next_page_url"])
    assert seen == [f"s{number}" for number in range(17)]


def test_absolute_paging_is_refused() -> None:
    """Page without PageToken is 400 with code 40153 (limits-errors-gotchas.md section 1)."""
    with pytest.raises(Fault) as caught:
        PageQuestion.read(Parameters([("Page", "1")]))
    assert (caught.value.status, caught.value.code) == (400, 40153)


def test_page_zero_is_accepted() -> None:
    """Page=0 appears in first_page_url, so it is accepted (limits-errors-gotchas.md section 1)."""
    assert PageQuestion.read(Parameters([("Page", "0")])) == PageQuestion(50, 0, None)


def test_page_size_is_cut_to_the_maximum() -> None:
    """A page has at most 1,000 items."""
    assert PageQuestion.read(Parameters([("PageSize", "5000")])).size == 1000


@pytest.mark.parametrize("token", ["PAzz", "xx", "PB", "a"])
def test_an_unknown_token_is_refused(token: str) -> None:
    """A token that names nothing is 400."""
    with pytest.raises(Fault) as caught:
        ask(["a"], [("PageToken", token), ("Page", "1")], TokenMemory())
    assert caught.value.message == f"PageToken {token!r} is not valid"
