"""Decode bodies compressed with gzip, deflate, brotli or zstd, within a size bound.

The bound also stops decompression bombs: a step returns at most 64 KiB. The library of zstd has no
bound, so it is fed in slices of 64 bytes, which return at most 2 MiB.
RFC 9110 section 8.4; RFC 1950-1952, 7932, 8878; RFC 9659 for the window of zstd.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli
import zstandard

from crawler.models.outcomes import Outcome

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_PIECE = 65_536
_ZSTD_SLICE = 64
_ZSTD_WINDOW = 8 * 1024 * 1024


class BodyError(Exception):
    """A body that is too large, or not encoded as its header states."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class _Codec(Protocol):
    def pieces(self, data: bytes) -> Iterator[bytes]: ...

    @property
    def complete(self) -> bool: ...


class _Identity:
    complete = True

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Zlib:
    """gzip with any number of members, or deflate with or without the zlib wrapper.

    Servers disagree about the meaning of `deflate`.
    """

    def __init__(self, kind: str) -> None:
        self._gzip = kind == "gzip"
        self._start = b""
        self._stream: zlib._Decompress | None = None

    @property
    def complete(self) -> bool:
        return self._stream is not None and self._stream.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        full = False  # after a full piece there may be output without further input
        while data or full:
            if self._stream is None:
                data, self._start = self._start + data, b""
                if len(data) < 2:
                    self._start = data
                    return
                self._stream = zlib.decompressobj(self._window(data))
            piece = self._stream.decompress(data, _PIECE)
            full = len(piece) == _PIECE
            yield piece
            data = self._stream.unconsumed_tail or self._after_end()

    def _window(self, data: bytes) -> int:
        if self._gzip:
            return zlib.MAX_WBITS | 16
        wrapped = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
        return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS

    def _after_end(self) -> bytes:
        if self._stream is None or not self._stream.eof:
            return b""
        remaining = self._stream.unused_data.lstrip(b"\0")
        if remaining and self._gzip:
            self._stream = None
        elif remaining:
            raise BodyError(
                Outcome.BAD_ENCODING, "there is data after the end of the compressed body"
            )
        return remaining


class _SniffedGzip:
    """A body without a coding: gzip if it starts like gzip (RFC 1952 section 2.3.1), else plain.

    Some servers send a packed file as it is.
    """

    _GZIP = b"\x1f\x8b\x08"

    def __init__(self) -> None:
        self._start = b""
        self._codec: _Codec | None = None

    @property
    def complete(self) -> bool:
        return self._codec.complete if self._codec else not self._start

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self._codec is None:
            data, self._start = self._start + data, b""
            if len(data) < len(self._GZIP) and self._GZIP.startswith(data):
                self._start = data
                return
            is_gzip = data.startswith(self._GZIP)
            self._codec = _Zlib("gzip") if is_gzip else _Identity()
        yield from self._codec.pieces(data)


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def complete(self) -> bool:
        return bool(self._stream.is_finished())

    def pieces(self, data: bytes) -> Iterator[bytes]:
        # Brotli doubles its buffers, past the limit.
        piece = self._stream.process(data, output_buffer_limit=_PIECE // 2)
        while piece or not self._stream.can_accept_more_data():
            yield piece
            piece = self._stream.process(b"", output_buffer_limit=_PIECE // 2)


class _Zstd:
    """One or many frames with a window of at most 8 MiB."""

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._stream = self._context.decompressobj()
        self.complete = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            remaining = data[start : start + _ZSTD_SLICE]
            while remaining:
                if self._stream.eof:
                    self._stream = self._context.decompressobj()
                yield self._stream.decompress(remaining)
                remaining = self._stream.unused_data
        self.complete = self._stream.eof


_CODECS: dict[str, Callable[[], _Codec]] = {
    "": _Identity,
    "br": _Brotli,
    "deflate": lambda: _Zlib("deflate"),
    "gzip": lambda: _Zlib("gzip"),
    "identity": _Identity,
    "x-gzip": lambda: _Zlib("gzip"),
    "zstd": _Zstd,
}
_BROKEN = (zlib.error, brotli.error, zstandard.ZstdError)


class Decoder:
    """A decoder of a body that arrives in pieces; it stores at most `cap` decoded bytes.

    `coding` is the value of Content-Encoding. With `cuts` a larger body is cut at the cap. With
    `sniffs_gzip` a body without a coding may be gzip all the same. Raises
    BodyError: BAD_ENCODING for an unknown or a combined coding, or a body that is corrupt or ends
    early; TOO_LARGE beyond the cap.
    """

    def __init__(
        self, coding: str, cap: int, cuts: bool = False, sniffs_gzip: bool = False
    ) -> None:
        name = coding.strip().lower()
        is_plain = name in ("", "identity")
        make = _SniffedGzip if sniffs_gzip and is_plain else _CODECS.get(name)
        if make is None:
            raise BodyError(
                Outcome.BAD_ENCODING,
                f"content-encoding {coding[:60]!r} is not one of {ACCEPT_ENCODING}",
            )
        self._codec = make()
        self._cap = cap
        self._cuts = cuts
        self._pieces: list[bytes] = []
        self._size = 0
        self._wire = 0
        self._is_cut = False

    @property
    def is_full(self) -> bool:
        """Whether the cap is reached."""
        return self._size >= self._cap

    @property
    def is_cut(self) -> bool:
        """Whether the body is larger than the cap."""
        return self._is_cut

    @property
    def wire_bytes(self) -> int:
        """The number of bytes received so far."""
        return self._wire

    def feed(self, data: bytes) -> None:
        """Decode the next piece of the body. Raises BodyError."""
        self._wire += len(data)
        try:
            for piece in self._codec.pieces(data):
                self._keep(piece)
                if self.is_full and self._cuts:
                    return
        except _BROKEN as error:
            raise BodyError(
                Outcome.BAD_ENCODING, f"the body does not match its content-encoding: {error}"
            ) from None

    def finish(self) -> bytes:
        """Return the decoded body. An empty body is complete with any coding.

        Raises BodyError when the body ends early.
        """
        if self._wire and not self._codec.complete and not (self._cuts and self.is_full):
            raise BodyError(Outcome.BAD_ENCODING, "the compressed body ends early")
        return b"".join(self._pieces)

    def _keep(self, piece: bytes) -> None:
        if self._size + len(piece) > self._cap:
            if not self._cuts:
                raise BodyError(Outcome.TOO_LARGE, f"the body is larger than {self._cap:,} bytes")
            self._is_cut = True
            piece = piece[: self._cap - self._size]
        self._size += len(piece)
        self._pieces.append(piece)
