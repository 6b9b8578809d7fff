"""What one pass over bytes tells."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.magic import CHUNK_BYTES, examine

# where blocks and chunks of the pass meet, and beside it
SEAMS = (0, 1, (1 << 16) - 1, 1 << 16, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1)


@pytest.mark.parametrize("odd", [b", ", b" ,", b"; ", b" |", b" \n", b"\n ", b"\t", b'"', b"\r"])
@pytest.mark.parametrize("place", SEAMS)
def test_a_text_with_a_cell_to_clean_is_not_simple_wherever_it_stands(
    odd: bytes, place: int
) -> None:
    _, facts = examine(io.BytesIO(b"x" * place + odd + b"x" * CHUNK_BYTES))
    assert not facts.is_simple


@pytest.mark.parametrize(
    ("text", "is_simple"),
    [
        (b"day,campaign\n2026-07-01,Summer sale\n", True),
        (b"day,campaign\n2026-07-01,Summer sale", True),
        (b"day,campaign\n2026-07-01,Summer sale ", False),
        ("day,campaign\n2026-07-01,été\n".encode(), False),
    ],
)
def test_the_cells_of_a_simple_text_are_clean(text: bytes, is_simple: bool) -> None:
    assert examine(io.BytesIO(text))[1].is_simple is is_simple


@pytest.mark.parametrize("place", SEAMS)
@pytest.mark.parametrize("odd", [b",\n", b";\n", b"|\n"])
def test_a_line_that_ends_with_a_separator_is_seen_wherever_it_stands(
    odd: bytes, place: int
) -> None:
    _, facts = examine(io.BytesIO(b"x" * place + odd + b"x" * CHUNK_BYTES))
    assert facts.is_simple
    assert facts.has_open_line


def test_a_text_is_open_at_its_end_too_and_nowhere_else() -> None:
    assert examine(io.BytesIO(b"a,b\n1,"))[1].has_open_line
    assert not examine(io.BytesIO(b"a,b\n,2\n1,2"))[1].has_open_line


@given(st.lists(st.sampled_from([b"a", b"b" * CHUNK_BYTES, b"c" * (CHUNK_BYTES - 1)]), max_size=6))
def test_the_hash_is_that_of_all_bytes(parts: list[bytes]) -> None:
    content = b"".join(parts)
    assert examine(io.BytesIO(content))[0] == hashlib.sha256(content).hexdigest()
