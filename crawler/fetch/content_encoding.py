"""Bodies as they were sent into bodies as they were meant: gzip, deflate, brotli and zstd, each
bounded while it is decoded.

A bomb is cut at the cap, not after it: every step may give at most one piece of 64 KiB (2 MiB for
zstd, whose library has no bound of its own and is fed in
slices of 64 bytes instead). RFC 9110 section 8.4; RFC 1950-1952, 7932, 8878; RFC 9659 for zstd's
window.
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
    """A body that cannot be had whole: too large, or not what its labels say."""

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
    """gzip of one or many members, or deflate with or without zlib's wrapper (servers disagree
    about what `deflate` means).
    """

    def __init__(self, kind: str) -> None:
        self._gzip = kind == "gzip"
        self._start = b""
        self._stream: zlib._Decompress | None = None

    @property
    def complete(self) -> bool:
        return self._stream is not None and self._stream.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        full = False  # a full piece may have more behind it although no input is left
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
        rest = self._stream.unused_data.lstrip(b"\0")
        if rest and self._gzip:
            self._stream = None
        elif rest:
            raise BodyError(
                Outcome.BAD_ENCODING, "something follows the end of the compressed body"
            )
        return rest


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def complete(self) -> bool:
        return bool(self._stream.is_finished())

    def pieces(self, data: bytes) -> Iterator[bytes]:
        piece = self._stream.process(
            data, output_buffer_limit=_PIECE // 2
        )  # its buffers grow by doubling, past the limit
        while piece or not self._stream.can_accept_more_data():
            yield piece
            piece = self._stream.process(b"", output_buffer_limit=_PIECE // 2)


class _Zstd:
    """One or many frames; a frame may ask for a window of at most 8 MiB."""

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._stream = self._context.decompressobj()
        self.complete = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            rest = data[start : start + _ZSTD_SLICE]
            while rest:
                if self._stream.eof:
                    self._stream = self._context.decompressobj()
                yield self._stream.decompress(rest)
                rest = self._stream.unused_data
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
    """Takes a body piece by piece as it arrives and keeps at most `cap` decoded bytes.

    `coding` is the value of Content-Encoding. With `cuts` a larger body is cut at the cap, else it
    is refused. Raises BodyError: BAD_ENCODING when the coding
    is unknown, there is more than one, or the body is corrupt or ends early; TOO_LARGE.
    """

    def __init__(self, coding: str, cap: int, cuts: bool = False) -> None:
        make = _CODECS.get(coding.strip().lower())
        if make is None:
            raise BodyError(
                Outcome.BAD_ENCODING,
                f"content-encoding {coding[:60]!r} is not one of {ACCEPT_ENCODING}",
            )
        self._codec = make()
        self._cap = cap
        self._cuts = cuts
        self._kept: list[bytes] = []
        self._size = 0
        self._wire = 0

    @property
    def is_full(self) -> bool:
        """Whether nothing more will be kept."""
        return self._size >= self._cap

    @property
    def wire_bytes(self) -> int:
        """How many bytes came over the wire so far."""
        return self._wire

    def feed(self, data: bytes) -> None:
        """Decode `data`, the next part of the body.

        Raises BodyError if it does not have the stated coding or is too large.
        """
        self._wire += len(data)
        try:
            for piece in self._codec.pieces(data):
                self._keep(piece)
                if self.is_full and self._cuts:
                    return
        except _BROKEN as error:
            raise BodyError(
                Outcome.BAD_ENCODING, f"the body is not what its content-encoding says: {error}"
            ) from None

    def finish(self) -> bytes:
        """Return the whole decoded body. An empty body is complete with any coding.

        Raises BodyError if a compressed body ends early.
        """
        if self._wire and not self._codec.complete and not (self._cuts and self.is_full):
            raise BodyError(Outcome.BAD_ENCODING, "the compressed body ends early")
        return b"".join(self._kept)

    def _keep(self, piece: bytes) -> None:
        if self._size + len(piece) > self._cap:
            if not self._cuts:
                raise BodyError(Outcome.TOO_LARGE, f"the body is larger than {self._cap:,} bytes")
            piece = piece[: self._cap - self._size]
        self._size += len(piece)
        self._kept.append(piece)
