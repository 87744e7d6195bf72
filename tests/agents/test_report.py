import json

from tests.agents.report import PAGE, RESULTS, page


def test_the_page_shows_what_was_seen_last():
    text = PAGE.read_text("utf-8")
    assert page(text, json.loads(RESULTS.read_text("utf-8"))) == text
