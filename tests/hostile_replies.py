"""Responses of the hostile server: a table from paths to bytes. Add a row to add a fault."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

import brotli
import zstandard

TEXT = b"The trail of one article. " * 100
LINE = b"HTTP/1.1 200 OK\r\n"
CLOSED = b"User-agent: *\nDisallow: /\n"


class Whole(bytes):
    """A response after which the connection can be reused."""


def whole(body: bytes = TEXT, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Return a well-formed response with a length."""
    return Whole(
        b"".join(
            [
                b"HTTP/1.1 ",
                status,
                b"\r\n",
                *(line + b"\r\n" for line in (*headers, b"Content-Length: %d" % len(body))),
                b"\r\n",
                body,
            ]
        )
    )


def coded(coding: bytes, body: bytes) -> bytes:
    """Return a well-formed response whose body claims a content encoding."""
    return whole(body, b"Content-Encoding: " + coding)


def chunked(*chunks: bytes) -> bytes:
    """Return the header of a chunked response with these chunks; b"" is the last chunk."""
    return (
        LINE
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    )


def raw_deflate(data: bytes) -> bytes:
    """DEFLATE without zlib's wrapper, as some servers send it."""
    press = zlib.compressobj(wbits=-15)
    return press.compress(data) + press.flush()


@cache
def bomb(coding: str, size: int = 200_000_000) -> bytes:
    """A small body that unpacks to `size` zero bytes (those of zlib without an end, so that making
    them is quick).
    """
    zeros = bytes(1_000_000)
    if coding == "br":
        press = brotli.Compressor(quality=1)
        return b"".join(
            [*(press.process(zeros) for _ in range(size // len(zeros))), press.finish()]
        )
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=1).compress(zeros) * (size // len(zeros))
    deflate = zlib.compressobj(9, wbits=31 if coding == "gzip" else 15)
    start = deflate.compress(b"") + deflate.flush(zlib.Z_FULL_FLUSH)
    return start + (deflate.compress(zeros) + deflate.flush(zlib.Z_FULL_FLUSH)) * (
        size // len(zeros)
    )


def redirect(location: bytes, status: bytes = b"302 Found") -> bytes:
    """Return a redirect without a body."""
    return whole(b"", b"Location: " + location, status=status)


REPLIES: dict[str, bytes] = {
    # bodies
    "/fine": whole(TEXT, b"Content-Type: text/html; charset=utf-8"),
    "/empty": whole(b""),
    "/until-close": LINE + b"\r\n" + TEXT,
    "/http10": b"HTTP/1.0 200 OK\r\n\r\n" + TEXT,
    "/short-body": LINE + b"Content-Length: 9999\r\n\r\n" + TEXT,
    "/no-body-at-all": LINE + b"Content-Length: 10\r\n\r\n",
    "/long-body": LINE + b"Content-Length: 10\r\n\r\n" + TEXT,
    "/ten-gigabytes": LINE + b"Content-Length: 10000000000\r\n\r\n" + TEXT,
    "/100k": whole(b"x" * 100_000),
    "/100k-plus-one": whole(b"x" * 100_001),
    # lengths
    "/length-negative": LINE + b"Content-Length: -1\r\n\r\n" + TEXT,
    "/length-text": LINE + b"Content-Length: plenty\r\n\r\n" + TEXT,
    "/length-huge": LINE + b"Content-Length: 99999999999999999999999\r\n\r\n" + TEXT,
    "/length-plus": LINE + b"Content-Length: +10\r\n\r\n0123456789",
    "/length-twice": LINE + b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n" + TEXT,
    "/length-list": LINE + b"Content-Length: 10, 20\r\n\r\n" + TEXT,
    "/length-and-chunked": LINE
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    # chunks
    "/chunked": Whole(chunked(TEXT, TEXT, b"")),
    "/chunk-extension": LINE
    + b"Transfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\n\r\n",
    "/chunk-trailer": LINE
    + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n",
    "/chunk-unended": chunked(TEXT),
    "/chunk-size-text": LINE + b"Transfer-Encoding: chunked\r\n\r\nfive\r\nhello\r\n0\r\n\r\n",
    "/chunk-size-huge": LINE
    + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "/chunk-size-wrong": LINE + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
    "/transfer-unknown": LINE + b"Transfer-Encoding: rot13\r\n\r\n" + TEXT,
    # codings
    "/gzip": coded(b"gzip", gzip.compress(TEXT)),
    "/x-gzip": coded(b"X-GZip", gzip.compress(TEXT)),
    "/gzip-members": coded(b"gzip", gzip.compress(TEXT) + gzip.compress(TEXT)),
    "/gzip-padded": coded(b"gzip", gzip.compress(TEXT) + bytes(512)),
    "/gzip-empty": coded(b"gzip", b""),
    "/gzip-truncated": coded(b"gzip", gzip.compress(TEXT)[:-20]),
    "/gzip-without-check": coded(b"gzip", gzip.compress(TEXT)[:-8]),
    "/gzip-corrupt": coded(b"gzip", gzip.compress(TEXT)[:30] + b"\xff" * 30),
    "/gzip-wrong-check": coded(b"gzip", gzip.compress(TEXT)[:-8] + bytes(8)),
    "/gzip-trailing": coded(b"gzip", gzip.compress(TEXT) + b"and more"),
    "/gzip-one-byte": coded(b"gzip", b"\x1f"),
    "/gzip-plain": coded(b"gzip", TEXT),
    "/gzip-twice": coded(b"gzip, gzip", gzip.compress(gzip.compress(TEXT))),
    "/gzip-two-headers": whole(
        gzip.compress(gzip.compress(TEXT)), b"Content-Encoding: gzip", b"Content-Encoding: gzip"
    ),
    "/gzip-five-deep": coded(b"gzip, gzip, gzip, gzip, gzip", b"x"),
    "/deflate": coded(b"deflate", zlib.compress(TEXT)),
    "/deflate-raw": coded(b"deflate", raw_deflate(TEXT)),
    "/deflate-truncated": coded(b"deflate", zlib.compress(TEXT)[:-10]),
    "/deflate-trailing": coded(b"deflate", zlib.compress(TEXT) + b"more"),
    "/br": coded(b"br", brotli.compress(TEXT)),
    "/br-truncated": coded(b"br", brotli.compress(TEXT)[:-3]),
    "/br-corrupt": coded(b"br", b"\xff" * 50),
    "/br-trailing": coded(b"br", brotli.compress(TEXT) + b"more"),
    "/zstd": coded(b"zstd", zstandard.compress(TEXT)),
    "/zstd-frames": coded(b"zstd", zstandard.compress(TEXT) + zstandard.compress(TEXT)),
    "/zstd-truncated": coded(b"zstd", zstandard.compress(TEXT)[:-4]),
    "/zstd-corrupt": coded(b"zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 50),
    "/zstd-huge-window": coded(b"zstd", b"\x28\xb5\x2f\xfd\x00\x98" + b"\x01\x00\x00"),
    "/identity": coded(b"identity", TEXT),
    "/coding-unknown": coded(b"compress", TEXT),
    "/coding-nonsense": coded(b"\xfffoo", TEXT),
    # heads
    "/no-status-line": TEXT,
    "/http09": b"<html>hello</html>",
    "/garbage": bytes(range(1, 255)),
    "/status-only": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi",
    "/status-text": b"HTTP/1.1 many OK\r\n\r\n",
    "/status-999": whole(status=b"999 No"),
    "/status-99": whole(status=b"99 No"),
    "/reason-garbage": b"HTTP/1.1 200 \xff\xfe\xfd\r\nContent-Length: 2\r\n\r\nhi",
    "/http2": b"HTTP/2 200\r\nContent-Length: 2\r\n\r\nhi",
    "/http99": b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    "/line-feeds-only": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
    "/header-without-colon": LINE + b"Nonsense\r\nContent-Length: 2\r\n\r\nhi",
    "/header-folded": LINE + b"X-Long: one\r\n two\r\nContent-Length: 2\r\n\r\nhi",
    "/header-space-name": LINE + b"Content Length: 2\r\n\r\nhi",
    "/header-nul": LINE + b"X-Nul: a\0b\r\nContent-Length: 2\r\n\r\nhi",
    "/header-latin1": whole(b"hi", b"X-Name: Z\xfcrich"),
    "/header-utf8": whole(b"hi", "X-Name: Zürich".encode()),
    "/header-1mb": whole(b"hi", b"X-Big: " + b"a" * 1_000_000),
    "/header-40kb": whole(b"hi", b"X-Big: " + b"a" * 40_000),
    "/header-70kb-in-two": whole(b"hi", b"X-Big: " + b"a" * 35_000, b"X-Big: " + b"a" * 35_000),
    "/headers-500": whole(b"hi", *(b"X-%d: 1" % n for n in range(500))),
    "/headers-50000": whole(b"hi", *(b"X-%d: 1" % n for n in range(50_000))),
    "/cookies-10000": whole(b"hi", *(b"Set-Cookie: c%d=1" % n for n in range(10_000))),
    "/interim-few": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + whole(b"hi"),
    "/interim-20000": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20_000 + whole(b"hi"),
    "/switching": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: irc\r\nConnection: upgrade\r\n\r\nNICK"
    ),
    "/hang-up": b"",
    "/head-only": LINE,
    # statuses
    "/204": Whole(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "/304": Whole(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "/304-with-body": whole(b"hi", status=b"304 Not Modified"),
    **{
        f"/{code}": whole(b"", status=b"%d Status" % code)
        for code in (400, 401, 402, 403, 404, 405, 407, 410, 418, 429, 451, 500, 502, 503, 504, 520)
    },
    "/429-for-an-hour": whole(b"", b"Retry-After: 3600", status=b"429 Too Many Requests"),
    "/503-broken": LINE.replace(b"200 OK", b"503 Busy")
    + b"Retry-After: 3600\r\nContent-Encoding: gzip\r\nContent-Length: 999\r\n\r\nno gzip",
    "/404-huge": LINE.replace(b"200 OK", b"404 No") + b"Content-Length: 10000000000\r\n\r\nabc",
    "/challenge": whole(
        b"<title>Just a moment...</title>", b"CF-Mitigated: challenge", status=b"403 Forbidden"
    ),
    # redirects
    "/to-nowhere": whole(b"", status=b"302 Found"),
    "/to-empty": redirect(b""),
    "/to-fine": redirect(b"/fine"),
    "/to-fine-politely": whole(
        b"<p>It is <a href=/fine>over there</a>.", b"Location: /fine", status=b"302 Found"
    ),
    "/to-fine-301": redirect(b"fine", b"301 Moved Permanently"),
    "/to-fine-303": redirect(b"./fine#part", b"303 See Other"),
    "/to-fine-307": redirect(b"?q=1", b"307 Temporary Redirect"),
    "/to-fine-308": redirect(b"/a/../fine", b"308 Permanent Redirect"),
    "/to-fine-endless-body": LINE.replace(b"200 OK", b"302 Found")
    + b"Location: /fine\r\nContent-Length: 99999999\r\n\r\n"
    + TEXT,
    "/to-latin1": redirect(b"/caf\xe9"),
    "/to-utf8": redirect("/café".encode()),
    "/to-file": redirect(b"file:///etc/passwd"),
    "/to-ftp": redirect(b"ftp://ftp.example/x"),
    "/to-data": redirect(b"data:text/html,hello"),
    "/to-javascript": redirect(b"javascript:alert(1)"),
    "/to-gopher": redirect(b"gopher://127.0.0.1:70/_x"),
    "/to-broken": redirect(b"http://[::1"),
    "/to-metadata": redirect(b"http://169.254.169.254/latest/meta-data/"),
    "/to-private": redirect(b"http://10.0.0.1/"),
    "/to-userinfo": redirect(b"http://user:secret@example.org/"),
    "/to-port-22": redirect(b"http://example.org:22/"),
    "/to-another-host": redirect(b"http://another.example/echo"),
    "/to-plain": redirect(b"http://fine.example/fine"),
    "/to-closed-site": redirect(b"http://robots-closed.example/fine"),
    "/to-itself": redirect(b"/to-itself"),
    "/loop-a": redirect(b"/loop-b"),
    "/loop-b": redirect(b"/loop-a"),
    **{f"/hops-{n}": redirect(b"/hops-%d" % (n - 1)) for n in range(2, 9)},
    "/hops-1": redirect(b"/fine"),
    **{f"/private-in-{n}": redirect(b"/private-in-%d" % (n - 1)) for n in range(2, 6)},
    "/private-in-1": redirect(b"http://192.168.0.1/"),
    # robots files
    "/robots-open": whole(b"User-agent: *\nAllow: /\n"),
    "/robots-closed": whole(CLOSED),
    "/robots-bom": whole(b"\xef\xbb\xbf" + CLOSED),
    "/robots-cr": whole(CLOSED.replace(b"\n", b"\r")),
    "/robots-crlf": whole(CLOSED.replace(b"\n", b"\r\n")),
    "/robots-nul": whole(bytes(1000) + b"\n" + CLOSED),
    "/robots-html": whole(
        b"<!doctype html><title>Not found</title><p>Disallow: / is not what this is.",
        b"Content-Type: text/html",
    ),
    "/robots-empty": whole(b""),
    "/robots-gzip": coded(b"gzip", gzip.compress(CLOSED)),
    "/robots-gzip-broken": coded(b"gzip", gzip.compress(CLOSED)[:-9]),
    "/robots-rule-early": whole(CLOSED + b"#" * 2_000_000),
    "/robots-rule-late": whole(b"#" * 2_000_000 + b"\n" + CLOSED),
    "/robots-other": whole(b"User-agent: otherbot\nDisallow: /\n"),
    "/robots-ours": whole(
        b"User-agent: *\nDisallow: /\n\nUser-agent: HashTrail\nDisallow: /fine/no\n"
    ),
    "/robots-moved": redirect(b"/robots-closed", b"301 Moved Permanently"),
    "/robots-hops": redirect(b"/hops-4"),
    "/robots-loop": redirect(b"/loop-a"),
    "/robots-private": redirect(b"http://10.0.0.1/robots.txt"),
    "/robots-hang-up": b"",
    "/robots-no-http": TEXT,
    **{
        f"/robots-{code}": whole(CLOSED, status=b"%d Status" % code)
        for code in (400, 401, 403, 404, 410, 429, 451, 500, 503)
    },
    # validators and directives
    "/robots-tag": whole(
        TEXT, b"X-Robots-Tag: noarchive, max-snippet: 50", b"X-Robots-Tag: otherbot: noindex"
    ),
    "/tdm": whole(TEXT, b"TDM-Reservation: 1"),
}
