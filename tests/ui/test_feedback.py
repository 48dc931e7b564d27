from __future__ import annotations

from threading import Thread

import pytest

from corpus.errors import PolicyError
from ui.feedback import Feedback, FeedbackStore


def test_nothing_is_made_before_the_first(tmp_path):
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    assert store.all() == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["一'; DROP TABLE feedback; --", "<script>x</script>", "\x00\x1b", "行\n行", ""])
def test_text_is_kept_as_it_is(tmp_path, text):
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    given = Feedback("unhelpful", text, text, text, text, (text,))
    assert store.add(given) == 1
    assert store.all() == (given,)


def test_the_oldest_are_dropped(tmp_path):
    store = FeedbackStore(tmp_path / "feedback.sqlite", max_rows=2)
    assert [store.add(Feedback("helpful", question)) for question in "甲乙丙"] == [1, 2, 3]
    assert [one.question for one in store.all()] == ["乙", "丙"]


def test_several_at_once(tmp_path):
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    threads = [Thread(target=store.add, args=(Feedback("helpful", str(n)),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.question for one in store.all()) == list("01234567")


def test_a_file_that_is_no_database_is_told(tmp_path):
    path = tmp_path / "feedback.sqlite"
    path.write_text("something else, long enough to be read as a header of another kind" * 20)
    with pytest.raises(PolicyError, match="没有存下来"):
        FeedbackStore(path).add(Feedback("helpful", "问"))
