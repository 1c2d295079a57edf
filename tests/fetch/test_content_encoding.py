"""Bodies are decoded completely in any coding and any pieces, within the size cap."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.content_encoding import BodyError, Decoder
from crawler.models.outcomes import Outcome
from tests.hostile_replies import bomb, raw_deflate

CAP = 1_000_000
ENCODERS = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    " GZIP ": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
CODINGS = ("br", "deflate", "gzip", "zstd")


def decode(coding: str, *pieces: bytes, cap: int = CAP, cuts: bool = False) -> bytes:
    decoder = Decoder(coding, cap, cuts)
    for piece in pieces:
        decoder.feed(piece)
    return decoder.finish()


@given(
    st.sampled_from(sorted(ENCODERS)),
    st.binary(max_size=3000),
    st.integers(1, 400),
    st.integers(1, 50),
)
def test_body_in_any_coding_and_any_pieces_is_decoded_completely(
    coding: str, body: bytes, step: int, times: int
):
    body *= times
    sent = ENCODERS[coding](body)
    assert (
        decode(coding, *(sent[start : start + step] for start in range(0, len(sent), step))) == body
    )


@given(st.sampled_from(CODINGS), st.binary(min_size=1, max_size=3000), st.data())
def test_a_compressed_body_that_ends_early_is_a_failure(
    coding: str, body: bytes, data: st.DataObject
):
    sent = ENCODERS[coding](body)
    with pytest.raises(BodyError) as failure:
        decode(coding, sent[: data.draw(st.integers(1, len(sent) - 1))])
    assert failure.value.outcome is Outcome.BAD_ENCODING


@given(st.sampled_from(CODINGS), st.binary(max_size=400))
def test_invalid_bytes_raise_only_body_error(coding: str, noise: bytes):
    with suppress(BodyError):
        decode(coding, noise)


@pytest.mark.parametrize(
    "coding",
    ["gzip, gzip", "gzip,br", "br, identity", "compress", "gzip;q=1", "rot13", "é", "aws-chunked"],
)
def test_unknown_and_combined_codings_raise_body_error(coding: str):
    with pytest.raises(BodyError) as failure:
        decode(coding, gzip.compress(b"x"))
    assert failure.value.outcome is Outcome.BAD_ENCODING


def test_empty_body_is_complete_in_every_coding():
    assert [decode(coding) for coding in ENCODERS] == [b""] * len(ENCODERS)


@pytest.mark.parametrize("coding", ["", *CODINGS])
def test_body_of_cap_bytes_is_decoded_and_one_more_byte_is_rejected(coding: str):
    encode = ENCODERS[coding]
    assert len(decode(coding, encode(bytes(100_000)), cap=100_000)) == 100_000
    with pytest.raises(BodyError) as failure:
        decode(coding, encode(bytes(100_001)), cap=100_000)
    assert failure.value.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("coding", ["", *CODINGS])
def test_body_that_may_be_cut_is_cut_at_the_cap(coding: str):
    assert (
        decode(coding, ENCODERS[coding](b"ab" * 100_000), cap=150_001, cuts=True)
        == (b"ab" * 100_000)[:150_001]
    )


@pytest.mark.parametrize("coding", CODINGS)
def test_decompression_bomb_needs_little_more_memory_than_the_cap(coding: str):
    sent = bomb(coding)
    tracemalloc.start()
    with pytest.raises(BodyError) as failure:
        decode(coding, sent, cap=5_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert failure.value.outcome is Outcome.TOO_LARGE
    assert peak < 12_000_000


def test_data_after_a_compressed_body_is_an_error_except_in_gzip_members():
    assert decode("gzip", gzip.compress(b"a") + gzip.compress(b"b") + bytes(100)) == b"ab"
    assert decode("zstd", zstandard.compress(b"a") + zstandard.compress(b"b")) == b"ab"
    for coding in CODINGS:
        with pytest.raises(BodyError):
            decode(coding, ENCODERS[coding](b"a") + b"something else")


@given(st.binary(max_size=2000), st.integers(1, 400), st.booleans())
def test_body_without_a_coding_is_unpacked_only_if_it_is_gzip(
    body: bytes, step: int, is_packed: bool
):
    sent = gzip.compress(body) if is_packed else body.lstrip(b"\x1f")
    decoder = Decoder("", CAP, sniffs_gzip=True)
    for start in range(0, len(sent), step):
        decoder.feed(sent[start : start + step])
    if is_packed or len(sent) > 1:
        assert decoder.finish() == (body if is_packed else sent)


def test_body_with_a_coding_is_unpacked_once():
    twice = gzip.compress(gzip.compress(b"feed"))
    decoder = Decoder("gzip", CAP, sniffs_gzip=True)
    decoder.feed(twice)
    assert decoder.finish() == gzip.compress(b"feed")


def test_gzip_without_a_coding_stays_within_the_cap():
    decoder = Decoder("", 1000, cuts=True, sniffs_gzip=True)
    decoder.feed(gzip.compress(b"x" * 100_000))
    assert (decoder.finish(), decoder.is_cut) == (b"x" * 1000, True)
