"""The SSRF guard: no request reaches a non-public IP address, in any spelling or by any name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from crawler.errors import ConfigurationError
from crawler.fetch.http_client import HttpClient
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.public_ip_addresses import NOT_PUBLIC, non_public_reason, parse_address
from crawler.fetch.ssrf_guard import GuardError, Resolve, SsrfGuard, system_resolver
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.settings.fetch import FetchSettings
from tests.hostile import HostileServer, hostile_server

# Spellings that may appear in a post. All of them are non-public IP addresses.
_LITERALS = """
0.0.0.0 0.0.0.1 0.255.255.255 0 00 0x0 0.0 0x00000000 10.0.0.0 10.0.0.1 10.255.255.255 10.1 10.0.1
012.0.0.1 0xa.0.0.1 167772161 0x0a000001 100.64.0.0
100.64.0.1 100.100.100.200 100.127.255.255 0x64.0x40.0.1 127.0.0.1 127.0.0.0 127.0.0.2 127.1 127.0.1
127.255.255.254 127.255.255.255 127.0.0.1.
2130706433 0x7f000001 0x7F.1 0x7f.0.0.1 017700000001 0177.0.0.1 0177.1 0x7f.0x0.0x0.0x1
0177.0000.0000.0001 00000177.1 127.0x1 127.0.0x00000001
①②⑦.⓪.⓪.① ⑫⑦.0.0.1 １２７.０.０.１ 127。0。0。1 127．0．0．1 127｡0｡0｡1 １２７。１
1²7.0.0.1 %31%32%37.0.0.1
127.0.0.%31 ⁱ27.0.0.1 169.254.0.0 169.254.169.254
169.254.170.2 169.254.255.255 2852039166 0xa9fea9fe 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376
169.254.43518 169.16689662 ①⑥⑨.②⑤④.①⑥⑨.②⑤④ 168.63.129.16
172.16.0.0 172.16.0.1 172.31.255.255 172.20.10.1 0xac100001 2886729729 3221225473 192.0.0.0
192.0.0.1 192.0.0.170 192.0.0.192 192.0.0.255 192.0.2.1
192.0.2.255 192.31.196.1 192.52.193.1 192.88.99.1 192.88.99.255 192.175.48.1 192.168.0.0 192.168.0.1
192.168.1.1 192.168.255.255 192.168.257
3232235521 0xc0a80001 0300.0250.0.1 198.18.0.0 198.18.0.1 198.19.255.255 198.51.100.1 198.51.100.255
203.0.113.0 203.0.113.1 203.0.113.255 224.0.0.0
224.0.0.1 239.255.255.255 240.0.0.0 240.0.0.1 255.255.255.254 255.255.255.255 4294967295 0xffffffff
[::] [::1] [0:0:0:0:0:0:0:1]
[0000:0000:0000:0000:0000:0000:0000:0001] [::127.0.0.1] [::7f00:1] [::8.8.8.8] [::0.0.0.2]
[::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:7F00:0001]
[0:0:0:0:0:ffff:127.0.0.1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [::ffff:192.168.0.1]
[::ffff:0.0.0.0] [::ffff:0:127.0.0.1] [::ffff:0:8.8.8.8]
[64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [64:ff9b::10.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b::c0a8:1]
[64:ff9b:1::a00:1] [64:ff9b:1::808:808]
[64:ff9b:1:ffff::1] [2002:7f00:1::] [2002:7f00:1::1] [2002:a00:1::] [2002:c0a8:101::1]
[2002:a9fe:a9fe::] [2002:e000:1::] [2001::1] [2001:0:7f00:1::]
[2001:0:808:808::80ff:fffe] [2001:0:4136:e378:8000:63bf:3fff:fdd2] [2001:0:4136:e378:0:0:f5ff:fffe]
[2001:2::1] [2001:10::1] [2001:20::1]
[2001:1ff::1] [2001:db8::1] [2001:db8:ffff::1] [2620:4f:8000::1] [3ffe::1] [3fff::1] [3fff:fff::1]
[100::1] [100:0:0:1::1] [200::1] [400::1] [1000::1]
[4000::1] [5f00::1] [6000::1] [8000::1] [c000::1] [e000::1] [f000::1] [f800::1] [fc00::1] [fd00::1]
[fd00:ec2::254] [fd00:ec2::23] [fd20:ce::254]
[fd00:42::42] [fdff:ffff::1] [fe00::1] [fe80::1] [fe80::a9fe:a9fe] [febf::1] [fec0::1] [feff::1]
[ff00::1] [ff01::1] [ff02::1] [ff05::2] [ff0e::1]
[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] localhost LOCALHOST localhost. ⓛⓞⓒⓐⓛⓗⓞⓢⓣ %6cocalhost
loc%61lhost
"""
LITERALS = _LITERALS.split()

# Names, and the addresses that a name server gives for them.
NAMES: dict[str, tuple[str, ...]] = {
    "loopback.example": ("127.0.0.1",),
    "loopback6.example": ("::1",),
    "mapped.example": ("::ffff:127.0.0.1",),
    "nat64.example": ("64:ff9b::7f00:1",),
    "sixtofour.example": ("2002:7f00:1::",),
    "zone.example": ("fe80::1%eth0",),
    "metadata.example": ("169.254.169.254",),
    "mixed-first.example": ("10.0.0.1", "93.184.215.14"),
    "mixed-last.example": ("93.184.215.14", "192.168.1.1"),
    "mixed-family.example": ("93.184.215.14", "fd00::1"),
    "thousand.example": (*(f"93.184.{n // 250}.{n % 250 + 1}" for n in range(999)), "10.0.0.1"),
}
# URLs that are blocked without a lookup.
TEXTS = """
ftp://example.org/ file:///etc/passwd gopher://example.org:70/_x data:text/html,x
javascript:alert(1) ws://example.org/ about:blank
mailto:a@example.org http://user@example.org/ http://user:secret@example.org/ http://:@example.org/
http://@example.org/
https:user@example.org http://a@b@example.org/ http://127.0.0.1@example.org/ http://example.org:0/
http://example.org:22/
http://example.org:25/ http://example.org:6379/ http://example.org:81/ https://example.org:444/
http://example.org:65536/
http://a.example\\@127.0.0.1/ http:\\\\127.0.0.1/ http://exa\tmple.org/
http://example.org/\r\nHost:x http://[::1 http://[fe80::1%25eth0]/
http://[v1.x]/ http:// // example.org http://exa%00mple.org/ http://256.256.256.256/
http://1.2.3.4.5/ http://0x100000000/
"""
_PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0
192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111
2a00:1450::1 2001:4860:4860::8888 2001:200::1
::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1 3ffd::1
"""
PUBLIC = _PUBLIC.split()

CLOSED = FetchSettings()


def now() -> datetime:
    return datetime(2026, 5, 1, tzinfo=UTC)


def answers(name_server: dict[str, tuple[str, ...]]) -> Resolve:
    async def resolve(name: str) -> Sequence[str]:
        return name_server.get(name.rstrip("."), ("127.0.0.1",))

    return resolve


def exchange(url: str, resolve: Resolve, settings: FetchSettings = CLOSED) -> Response | Failure:
    async def once() -> Response | Failure:
        async with HttpClient(
            settings, now, limits=HttpLimits(connect=0.5, total=1), resolve=resolve
        ) as client:
            return await client.exchange(FetchRequest(url, "page"))

    return asyncio.run(once())


def guard(
    *opened: str, connect_to: str = "", names: dict[str, tuple[str, ...]] | None = None
) -> SsrfGuard:
    return SsrfGuard(answers(names or {}), HttpLimits(), opened, connect_to)


@pytest.fixture(scope="module")
def server():
    with hostile_server() as one:
        yield one


def test_address_table_is_complete_without_duplicates():
    assert len(LITERALS) + len(NAMES) >= 150
    assert len(set(LITERALS)) == len(LITERALS)


@pytest.mark.parametrize("host", [*LITERALS, *NAMES])
def test_non_public_ip_address_in_any_spelling_is_blocked(server: HostileServer, host: str):
    before = server.accepted
    result = exchange(f"http://{host}:{server.port}/fine", answers(NAMES))
    assert isinstance(result, Failure)
    assert result.outcome in (Outcome.REFUSED_ADDRESS, Outcome.REFUSED_URL)
    assert server.accepted == before


@pytest.mark.parametrize(
    "host",
    [
        *LITERALS[:8],
        "127.1",
        "[::1]",
        "①②⑦.⓪.⓪.①",
        "[::ffff:7f00:1]",
        "[2002:7f00:1::]",
        "loopback.example",
        "mixed-last.example",
    ],
)
def test_non_public_ip_address_is_blocked_on_web_ports(host: str):
    result = exchange(f"http://{host}/", answers(NAMES))
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.REFUSED_ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        *(line for line in TEXTS.strip("\n").replace("\n", " ").split(" ") if line),
        "http://" + "a" * 9000 + ".example/",
    ],
)
def test_invalid_url_is_blocked_before_a_lookup(url: str):
    with pytest.raises(GuardError) as refusal:
        guard().target(url)
    assert refusal.value.outcome is Outcome.REFUSED_URL


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ip_address_is_allowed(address: str):
    parsed = parse_address(address)
    assert parsed is not None
    assert non_public_reason(parsed) is None


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_web_ports_are_allowed(port: int):
    assert asyncio.run(
        guard(names={"example.org": ("93.184.215.14",)}).endpoints("example.org", port)
    ) == [("93.184.215.14", port)]


def test_address_table_is_sorted_without_overlaps():
    for version in (4, 6):
        networks = [network for network, _ in NOT_PUBLIC if network.version == version]
        assert networks == sorted(networks)
        assert not any(a != b and a.overlaps(b) for a in networks for b in networks)


def test_allow_private_allows_loopback_with_all_ports(server: HostileServer):
    opened = FetchSettings(allow_private=("127.0.0.0/8",))
    for host in ("127.0.0.1", "localhost", "0x7f.1"):
        assert isinstance(
            exchange(f"http://{host}:{server.port}/fine", answers({}), opened), Response
        )


def test_allowed_loopback_allows_no_other_range():
    with pytest.raises(GuardError):
        guard("127.0.0.0/8").target("http://10.0.0.1/")
    with pytest.raises(GuardError):
        asyncio.run(
            guard("127.0.0.0/8", names={"a.example": ("127.0.0.1", "10.0.0.1")}).endpoints(
                "a.example", 80
            )
        )
    with pytest.raises(GuardError):
        asyncio.run(
            guard("127.0.0.0/8", names={"a.example": ("93.184.215.14",)}).endpoints("a.example", 22)
        )


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "168.63.129.16",
        "[::ffff:169.254.169.254]",
        "192.0.0.192",
    ],
)
def test_metadata_services_are_blocked_with_any_setting(host: str):
    with pytest.raises(GuardError) as refusal:
        guard("0.0.0.0/0", "::/0").target(f"http://{host}/")
    assert refusal.value.outcome is Outcome.REFUSED_ADDRESS


def test_name_is_resolved_once_and_the_checked_ip_address_is_used(
    server: HostileServer,
):
    asked = []

    async def rebinding(name: str) -> Sequence[str]:
        asked.append(name)
        return ("93.184.215.14",) if len(asked) > 1 else ("127.0.0.1",)

    opened = FetchSettings(allow_private=("127.0.0.0/8",))
    assert isinstance(
        exchange(f"http://rebinding.example:{server.port}/fine", rebinding, opened), Response
    )
    assert asked == ["rebinding.example"]


def test_ip_address_is_checked_again_at_the_socket():
    with pytest.raises(GuardError):
        guard().admit("127.0.0.1")
    with pytest.raises(GuardError):
        guard().admit("example.org")
    guard().admit("93.184.215.14")


@pytest.mark.parametrize("answer", [(), ("not an address",), ("93.184.215.14", "")])
def test_lookup_result_that_is_not_an_ip_address_fails(answer: tuple[str, ...]):
    with pytest.raises(GuardError) as refusal:
        asyncio.run(guard(names={"odd.example": answer}).endpoints("odd.example", 80))
    assert refusal.value.outcome is Outcome.DNS


def test_system_lookup_result_is_checked():
    with ThreadPoolExecutor(1) as threads, pytest.raises(GuardError) as refusal:
        asyncio.run(SsrfGuard(system_resolver(threads), HttpLimits()).endpoints("localhost", 80))
    assert refusal.value.outcome is Outcome.REFUSED_ADDRESS


def test_at_most_four_ip_addresses_of_both_families_are_tried():
    many = (*(f"2606:4700::{n}" for n in range(1, 9)), "93.184.215.14")
    found = asyncio.run(guard(names={"many.example": many}).endpoints("many.example", 443))
    assert [host for host, _ in found] == [
        "2606:4700::1",
        "93.184.215.14",
        "2606:4700::2",
        "2606:4700::3",
    ]


@pytest.mark.parametrize("problem", [OSError("no such name"), UnicodeError("label too long")])
def test_name_without_ip_address_is_a_dns_failure(problem: Exception):
    async def fails(name: str) -> Sequence[str]:
        raise problem

    result = exchange("http://missing.example/", fails)
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.DNS


def test_connect_to_redirects_connections_and_still_checks_urls(server: HostileServer):
    settings = FetchSettings(connect_to=f"127.0.0.1:{server.port}", allow_private=("127.0.0.0/8",))
    for url in (
        "http://example.org/echo",
        "http://93.184.215.14/echo",
        "http://[2606:4700::1111]:8080/echo",
    ):
        result = exchange(url, answers({}), settings)
        assert isinstance(result, Response)
        assert f"Host: {url.split('/')[2]}\r\n".encode() in result.body
    for url in (
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://user@example.org/",
        "http://example.org:22/",
        "ftp://example.org/",
    ):
        assert isinstance(exchange(url, answers({}), settings), Failure)


def test_connect_to_with_http_sends_https_urls_without_tls_to_loopback(server: HostileServer):
    settings = FetchSettings(
        connect_to=f"http://127.0.0.1:{server.port}", allow_private=("127.0.0.0/8",)
    )
    result = exchange("https://example.org/echo", answers({}), settings)
    assert isinstance(result, Response)
    assert result.final_url == "https://example.org/echo"
    assert b"Host: example.org\r\n" in result.body


def test_connect_to_a_private_ip_address_needs_allow_private(server: HostileServer):
    before = server.accepted
    result = exchange(
        "http://example.org/", answers({}), FetchSettings(connect_to=f"127.0.0.1:{server.port}")
    )
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.REFUSED_ADDRESS
    assert server.accepted == before


def test_environment_proxies_are_ignored(server: HostileServer, monkeypatch: pytest.MonkeyPatch):
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert isinstance(
        exchange(server.url("/fine"), answers({}), FetchSettings(allow_private=("127.0.0.0/8",))),
        Response,
    )


@pytest.mark.parametrize(
    "settings",
    [
        FetchSettings(allow_private=("localhost",)),
        FetchSettings(connect_to="127.0.0.1"),
        FetchSettings(connect_to="127.0.0.1:http"),
        FetchSettings(connect_to="127.0.0.1:70000"),
        FetchSettings(connect_to="http://192.0.2.1:80"),
        FetchSettings(connect_to="http://localhost:80"),
        FetchSettings(ca_bundle="/nowhere/ca.pem"),
    ],
)
def test_invalid_setting_is_named_in_the_error(settings: FetchSettings):
    with pytest.raises(ConfigurationError, match=r"\[fetch\] (allow_private|connect_to|ca_bundle)"):
        HttpClient(settings, now)
