"""A token, a session, a signature or a mail address in a URL never reaches a stored URL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.links.article_key import normalize_url
from crawler.models.articles import Article, ArticleState
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.store.article_identity import IdentityLedger
from crawler.store.articles import ArticleCheck, save_article, save_reextraction
from crawler.store.database import open_memory
from crawler.store.import_articles import import_articles
from crawler.store.posts import save_posts
from crawler.store.redact_secrets import redacted, redacted_article
from crawler.url_secrets import has_secrets, text_without_secrets, without_secrets

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
TOKEN = "q7Zr2LxVb9TnK4wHs8JdYc3MfG6pRtE5uAoW1iQzXk"
HEX = "3f9a1c7be04d25c83f9a1c7be04d25c8"
REMOVED = [
    ("https://x.example/a?token=abc", "https://x.example/a"),
    ("https://x.example/a?id=7&token=abc", "https://x.example/a?id=7"),
    ("https://x.example/a?token=abc&id=7", "https://x.example/a?id=7"),
    ("https://x.example/a?id=7&amp;token=abc", "https://x.example/a?id=7"),
    ("https://x.example/a?id=7;token=abc", "https://x.example/a?id=7"),
    ("https://x.example/a?ToKeN=abc", "https://x.example/a"),
    ("https://x.example/a?%74oken=abc", "https://x.example/a"),
    ("https://x.example/a?access_token=abc&b", "https://x.example/a?b"),
    ("https://x.example/a?refresh-token=abc", "https://x.example/a"),
    (
        "https://x.example/a?session_id=4f1c9a7be0d25c33&email=joe%40x.example",
        "https://x.example/a",
    ),
    ("https://x.example/a?who=joe%40x.example", "https://x.example/a"),
    ("https://x.example/a?who=mailto:joe@x.example", "https://x.example/a"),
    ("https://x.example/a?user[email]=joe", "https://x.example/a"),
    ("https://x.example/a;jsessionid=1A?p=2", "https://x.example/a?p=2"),
    ("https://x.example/a?PHPSESSID=1A", "https://x.example/a"),
    (f"https://x.example/a?r={JWT}", "https://x.example/a"),
    ("https://x.example/a?sig=aGVsbG8&sv=2020", "https://x.example/a?sv=2020"),
    ("https://x.example/a?X-Amz-Signature=1&X-Amz-Credential=2", "https://x.example/a"),
    ("https://x.example/a?X-Goog-Signature=1&v=1", "https://x.example/a?v=1"),
    ("https://x.example/a?Key-Pair-Id=1&v=1", "https://x.example/a?v=1"),
    ("https://x.example/a?key=0123456789abcdefABCDEF", "https://x.example/a"),
    ("https://x.example/a#access_token=abc&state=1", "https://x.example/a#state=1"),
    ("https://x.example/a?id=1?token=abc", "https://x.example/a?id=1"),
    ("https://joe:secret@x.example/a", "https://x.example/a"),
    ("https://joe@x.example/a", "https://x.example/a"),
    ("https://x.example/(S(abcdefghijklmnopqrstuvwx))/a", "https://x.example/a"),
    (
        "https://r.example/?url=https%3A%2F%2Fx.example%2F%3Ftoken%3Da%26id%3D1",
        "https://r.example/?url=https%3A%2F%2Fx.example%2F%3Fid%3D1",
    ),
    ("https://x.example/a?secret_key=abc", "https://x.example/a"),
    ("https://x.example/a?secretkey=abc&pw=abc&passwort=abc", "https://x.example/a"),
    ("https://x.example/a?sas=0123456789abcdefABCDEF", "https://x.example/a"),
    ("https://x.example/a&token=abc", "https://x.example/a"),
    ("https://x.example/a&amp;token=abc&b=1?c=2", "https://x.example/a&amp;b=1?c=2"),
    ("https://x.example/a?next=/cb%3Ftoken%3Dabc%26b%3D1", "https://x.example/a?next=/cb%3Fb%3D1"),
    (
        "https://x.example/a?to=%2F%2Fann%3Aabc%40y.example",
        "https://x.example/a?to=%2F%2Fy.example",
    ),
    ("//ann:abc@x.example/a", "//x.example/a"),
    ("https://ann:1234,x@x.example/a", "https://x.example/a"),
    ("https://ann:80|abc@x.example/a", "https://x.example/a"),
    ("https://ann.lee:80)abc@x.example/a", "https://x.example/a"),
    ("https://ann:12密码@x.example/a", "https://x.example/a"),
    ("https://ann;lee@x.example/a", "https://x.example/a"),
    ("redis://:1234,x@x.example/0", "redis://x.example/0"),
    ("redis://:abc@10.0.0.1/0", "redis://10.0.0.1/0"),
    ("https://x.example/a?session=sess-q7Zr2LxVb9TnK4wHs8JdYc3M", "https://x.example/a"),
    (f"https://x.example/a?code={UUID}&state=login-{HEX}", "https://x.example/a"),
    ("https://x.example/a?key=abcd-2345-efgh-6789-ijkl", "https://x.example/a"),
    ("https://x.example/a?key=ABCD-EFGH-2345-678-IJKLM", "https://x.example/a"),
    ("https://x.example/a?ticket=ST-1856339-aA5Yuvrxzpv8Tau1cYQ7", "https://x.example/a"),
    ("ftp://ann:abc@x.example/a", "ftp://x.example/a"),
    (
        "https://a.example/2020/https://ann:abc@x.example/",
        "https://a.example/2020/https://x.example/",
    ),
    ("https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/services/"),
    ("https://hooks.slack.com/workflows/T0/A0/1/abc", "https://hooks.slack.com/workflows/"),
    ("https://hooks.slack.com/triggers/T0/1/abc?a=1", "https://hooks.slack.com/triggers/?a=1"),
    ("https://hooks.slack-gov.com/services/T0/B0/abc", "https://hooks.slack-gov.com/services/"),
    ("https://hooks.slack.com//services/T0/B0/abc", "https://hooks.slack.com/services/"),
    ("https://hooks.slack.com/./services/T0/B0/abc", "https://hooks.slack.com/services/"),
    ("https://hooks.slack.com/a/%2e%2e/services/T0/abc", "https://hooks.slack.com/services/"),
    ("https://hooks.slack.com/%73ervices/T0/B0/abc", "https://hooks.slack.com/services/"),
    ("https://hooks.slack.com/services/./T0/B0/abc", "https://hooks.slack.com/services/"),
    ("https://discord.com/api//v10/%77ebhooks/12/abc", "https://discord.com/api/v10/webhooks/12/"),
    (
        "https://web.archive.org/web/2026/https://hooks.slack.com//services/T0/B0/abc",
        "https://web.archive.org/web/2026/https://hooks.slack.com/services/",
    ),
    (
        "https://hook.integromat.com/q7zr2lxvb9tnk4whs8jdyc3mfg6prte5",
        "https://hook.integromat.com/",
    ),
    ("https://discord.com/api/webhooks/12/abc", "https://discord.com/api/webhooks/12/"),
    (
        "https://ptb.discord.com/api/v10/webhooks/12/abc/slack",
        "https://ptb.discord.com/api/v10/webhooks/12/",
    ),
    ("https://discordapp.com/api/webhooks/12/abc", "https://discordapp.com/api/webhooks/12/"),
    ("https://API.telegram.org:443/bot12:abc/sendMessage", "https://API.telegram.org:443/bot"),
    ("https://api.telegram.org/file/bot12%3Aabc/x", "https://api.telegram.org/file/bot"),
    (
        "https://x.webhook.office.com/webhookb2/abc@d/IncomingWebhook/e",
        "https://x.webhook.office.com/webhookb2/",
    ),
    (
        "https://outlook.office.com/webhook/abc@d/IncomingWebhook/e",
        "https://outlook.office.com/webhook/",
    ),
    ("https://hooks.zapier.com/hooks/catch/1/abc/", "https://hooks.zapier.com/hooks/catch/"),
    (
        "https://maker.ifttt.com/trigger/x/with/key/abc",
        "https://maker.ifttt.com/trigger/x/with/key/",
    ),
    (
        "https://r.example/?url=https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0%2FB0%2Fabc",
        "https://r.example/?url=https%3A%2F%2Fhooks.slack.com%2Fservices%2F",
    ),
    ("https://x.example/a?next=/y?token%3Dabc", "https://x.example/a?next=/y"),
    ("https://x.example/a?next=/y?token%253Dabc&b=1", "https://x.example/a?next=/y&b=1"),
    ("https://x.example/a?next=/y%3Ftoken%253Dabc", "https://x.example/a?next=/y"),
    ("https://x.example/a?next=y%3Fb%3D1%26token%3Dabc", "https://x.example/a?next=y%3Fb%3D1"),
    (
        "https://x.example/a?next=%252Fy%253Ftoken%253Dabc%2526b%253D1",
        "https://x.example/a?next=%252Fy%253Fb%253D1",
    ),
    (f"https://x.example/a?next=%2Freset%2F{TOKEN}", "https://x.example/a?next=%2Freset%2F"),
    ("https://chat.example/hooks/xr3wqkx1jpdt8m9sd3bn4e5f6g", "https://chat.example/hooks/"),
    ("https://chat.example/a/hooks/xrqkxjpdtmsdbnefgaaaaaaaaa", "https://chat.example/a/hooks/"),
    (f"https://chat.example/hooks/5f3a1b2c4d5e6f7a8/{TOKEN}", "https://chat.example/hooks/"),
    (f"https://n8n.example/webhook/{UUID}", "https://n8n.example/webhook/"),
    (
        f"https://open.feishu.cn/open-apis/bot/v2/hook/{UUID}",
        "https://open.feishu.cn/open-apis/bot/v2/hook/",
    ),
    (
        f"https://open.larksuite.com/open-apis/bot/hook/{HEX}",
        "https://open.larksuite.com/open-apis/bot/hook/",
    ),
    (
        "https://events.pagerduty.com/integration/abc/enqueue",
        "https://events.pagerduty.com/integration/",
    ),
    (
        f"https://sentry.io/api/hooks/release/builtin/12/{HEX}/",
        "https://sentry.io/api/hooks/release/builtin/12/",
    ),
    (
        f"https://sentry.x.example/api/hooks/release/builtin/12/{HEX}{HEX}/",
        "https://sentry.x.example/api/hooks/release/builtin/12/",
    ),
    (f"https://sentry.io/api/hooks/x/{TOKEN}/", "https://sentry.io/api/hooks/x/"),
    ("https://x.example/a?magic=q7zr2lxvb9tnk4whs8jdyc3mfg", "https://x.example/a"),
    (f"https://hc-ping.com/{UUID}/start", "https://hc-ping.com/"),
    (f"https://healthchecks.io/ping/{UUID}", "https://healthchecks.io/ping/"),
    ("https://hook.eu2.make.com/q7zr2lxvb9tnk4whs8jdyc3mfg6prte5", "https://hook.eu2.make.com/"),
    (
        "https://calendar.google.com/calendar/ical/ann%40mail.example/private-3f9a/basic.ics",
        "https://calendar.google.com/calendar/ical/",
    ),
    (
        "https://calendar.google.com/calendar/ical/ann.lee%40gmail.com/public/basic.ics",
        "https://calendar.google.com/calendar/ical/removed/public/basic.ics",
    ),
    (
        "https://p.westus.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sv=1&sig=a",
        "https://p.westus.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sv=1",
    ),
    (f"https://bots.example/bot12:{TOKEN}/getMe", "https://bots.example/bot"),
    (f"https://x.example/reset/{TOKEN}", "https://x.example/reset/"),
    (f"https://x.example/accounts/reset/MQ/5f2-{HEX}/", "https://x.example/accounts/reset/"),
    (f"https://x.example/#/reset-password/{TOKEN}", "https://x.example/#/reset-password/"),
    (f"https://x.example/unsubscribe/{UUID}/all?b=1", "https://x.example/unsubscribe/?b=1"),
    (f"https://x.example/invite/{HEX[:16]}", "https://x.example/invite/"),
    ("https://x.example/unsubscribe/ann@mail.example", "https://x.example/unsubscribe/removed"),
    ("https://x.example/preferences/ann%40gmail.com/x", "https://x.example/preferences/removed/x"),
    (
        f"https://discord.com/api/webhooks/12/{TOKEN}/messages/{{id}}",
        "https://discord.com/api/webhooks/12/",
    ),
    (f"https://x.example/confirm/{TOKEN}/", "https://x.example/confirm/"),
    (f"https://x.example/newsletter/confirm/{UUID}", "https://x.example/newsletter/confirm/"),
    (f"https://x.example/api/v1/webhooks/{HEX}/a", "https://x.example/api/v1/webhooks/"),
    (f"https://api.x.example/webhooks/{UUID}", "https://api.x.example/webhooks/"),
    (f"https://auth.x.example:8443/login/{HEX}", "https://auth.x.example:8443/login/"),
    (f"https://x.example/invitations/{UUID}", "https://x.example/invitations/"),
    (
        "https://web.archive.org/web/2026/https://hooks.slack.com/services/T0/B0/abc",
        "https://web.archive.org/web/2026/https://hooks.slack.com/services/",
    ),
]
PLACEHOLDERS = (
    "{token}",
    "{}",
    "${TOKEN}",
    "{{token}}",
    "%7Btoken%7D",
    "[token]",
    "$TOKEN",
    "$token",
    "$(token)",
    "%TOKEN%",
    "%3Ctoken%3E",
    "YOUR_TOKEN",
    "your-api-key",
    "YOURTOKEN",
    "my_secret_key",
    "ACCESS_TOKEN",
    "insert_token_here",
    "REPLACE_ME",
    "xxxx",
    "XXXXXXXXXXXXXXXXXXXXXXXX",
    "***",
    "token",
    ":token",
    "2YotnFZFEjr1zCsicMWpAA",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl",
)
NOT_PLACEHOLDERS = (
    "{0f8fad5b-d9cb-469f-a165-70867728950e}",
    "{%22a%22:%22abc%22}",
    "abc{a}",
    "$2y$10$abc",
    "token1234",
    "my-dog-is-cute",
    "QWXYZPL",
    "removed1",
    "ann@mail.example",
)
KEPT = [
    "https://x.example/a?",
    "https://x.example/a#",
    "https://x.example/a?b=1&&c=%C3%A9;d#e=f",
    "https://x.example/a?email=",
    "https://x.example/@user@host.example/1",
    "https://x.example/a?key=value&session=42&t=120&s=raft",
    "https://x.example/a?q=bearer+token",
    "https://x.example/a?session=keynote-2026-distributed-systems",
    "https://x.example/a?t=how-raft-works-in-2026-01&key=My_long_title_of_2026",
    "https://x.example/a?s=how+raft+works+in+2026",
    "docker://alpine:3.18@sha256:82d1e9d7ed48a7523bdebc18cf6290bdb97b82302a8a9c27d4fe885949ea94d1",
    "jsr://std:path@1.0",
    "at://did:plc:abcdef,@ann.example",
    "https://x.example/agenda?session_id=101&sessionid=ARC301",
    "https://x.example/a?pageToken=abc",
    "https://x.example/tokens/signature?topic=session",
    "https://x.example/a#:~:text=token",
    "https://x.example/AT&T/r&d=1?next=/a%3Fb%3D1",
    "https://x.example/models?tokens=4096&max_tokens=8192&sas=9.4&resourcekey=abc",
    "https://hooks.slack.com/",
    "https://hooks.slack.com//docs/./%61bc?a=//services/T0",
    "https://sentry.io//welcome/../%61bout/?a=1",
    "https://api.slack.com/messaging/webhooks",
    "https://discord.com/developers/docs/resources/webhook",
    "https://core.telegram.org/bots/api#making-requests",
    "https://api.telegram.org/bot<token>/METHOD_NAME",
    "https://api.telegram.org/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/getMe",
    "https://hooks.slack.com/services/YOUR/WEBHOOK/URL",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "https://discord.com/api/webhooks/{id}/{token}",
    "https://myhooks.slack.com.example/services/T0/B0/abc",
    "ssh://git@forge.example/trail.git",
    "https://docs.example/hooks/use-effect-and-its-dependencies-in-2026",
    "https://git.example/ann/trail/settings/hooks/12345678",
    "https://x.example/verify/how-to-verify-release-2026-signatures-with-cosign",
    "https://x.example/reset/why-we-reset-3-clusters-in-2026",
    "https://discord.com/invite/kubernetes",
    "https://docs.sentry.io/api/hooks/create-a-hook/",
    "https://x.example/a?confirm=yes&reset=1&invite=kubernetes&magic=42",
    "https://x.example/reset/",
    "https://hc-ping.com/",
    f"https://x.example/posts/{UUID}",
    f"https://forge.example/ann/trail/commit/{HEX}",
    "https://calendar.google.com/calendar/ical/ann%40corp.example/public/basic.ics",
    "https://lists.example/archives/list/dev@lists.example/thread/7QZRLXVB2TNK4WHS/",
    "https://lore.example/all/20260101120000.12345-1-ann@gmail.com/",
    "https://lore.example/git/CAHk-wq7Zr2LxVb9Tn@mail.gmail.com/T/",
    "https://lemmy.example/u/ann@other.example",
    "https://lemmy.example/c/databases@other.example/top",
    "https://video.example/a/ann@other.example/videos",
    "https://cdn.example/npm/react@18.2.0/umd/react.js",
    "https://lore.example/git/875ysmxd7x.fsf@gmail.com/",
    "https://lore.example/r/20240112-leases-v1-1-abcdef@gmail.com/",
    "https://lists.example/all/tencent_3F9A1C7BE04D@qq.com/T/#u",
    "https://lists.example/search?l=dev@lists.example&q=leases",
    "https://lists.example/?i=875ysmxd7x.fsf@gmail.com",
    "https://lists.example/message-id/875ysmxd7x.fsf%40outlook.com",
    "https://social.example/users/ann@other.example",
    "https://social.example/authorize_interaction?uri=ann@other.example",
    "https://lemmy.example/u/ann@other.example/comments",
    "https://social.example/user/ann@gmail.com",
    f"https://gist.github.com/magic/{HEX}",
    f"https://gist.github.com/invite/{HEX}",
    f"https://gist.github.com/reset/{HEX}/raw/leases.md",
    f"https://git.example/cgit/hooks/{HEX}3f9a1c7b",
    f"https://notes.example/webhooks/Design-Doc-{HEX}",
    f"https://notes.example/invite/Design-Doc-{HEX}",
    f"https://notes.example/webhooks/{HEX}",
    f"https://blog.example/webhooks/{UUID}",
    f"https://blog.example/automation/webhooks/{UUID}",
    "https://hooks.slack.com//services/{token}",
    "https://x.example/invite/2YotnFZFEjr1zCsicMWpAA",
    f"https://badges.example/verify/{UUID}",
    f"https://x.example/magic/{TOKEN}/comments",
    "https://blog.example/hooks/01hxzq7rb9tnk4w8s3jdyc5mfg",
    "https://x.example/a?q=x%26y%3D1&next=%2Fy%3Fb%3D1&u=%252Fy",
]


@pytest.mark.parametrize(("url", "expected"), REMOVED)
def test_url_with_secret_is_stored_without_it(url: str, expected: str) -> None:
    assert without_secrets(url) == expected
    assert has_secrets(url)


@pytest.mark.parametrize(("url", "expected"), REMOVED)
def test_article_of_a_url_with_secret_has_the_key_of_the_plain_one(url: str, expected: str) -> None:
    ledger = IdentityLedger(open_memory(), normalize_url, "1")
    ledger.attach([url], datetime(2026, 12, 1, tzinfo=UTC))
    keys = [key for (key,) in ledger.db.execute("SELECT key FROM articles")]
    assert keys == [key for key in (normalize_url(expected).key,) if key]


@pytest.mark.parametrize("url", KEPT)
def test_url_without_secret_keeps_its_bytes(url: str) -> None:
    assert without_secrets(url) == url


@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_placeholder_of_a_secret_stays_whole(value: str) -> None:
    for url in (f"https://x.example/a?token={value}", f"https://x.example/a?token={value}&b=1"):
        assert without_secrets(url) == url
        assert text_without_secrets(f"Get ({url}).") == f"Get ({url})."


@pytest.mark.parametrize("value", NOT_PLACEHOLDERS)
def test_value_that_is_not_a_placeholder_is_removed_whole(value: str) -> None:
    assert without_secrets(f"https://x.example/a?token={value}") == "https://x.example/a"
    text = f"Get (https://x.example/a?token={value})."
    assert text_without_secrets(text) == "Get (https://x.example/a)."


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            "See (https://x.example/a?token=abc), then https://x.example/b?id=1.",
            "See (https://x.example/a), then https://x.example/b?id=1.",
        ),
        ("See (x.example/?token=abc).", "See (x.example/)."),
        ("At www.x.example/a?api_key=abc&b=1!", "At www.x.example/a?b=1!"),
        ("[Log in](localhost:8888/lab?token=abc)", "[Log in](localhost:8888/lab)"),
        ("Get ftp://ann:abc@x.example/a, now", "Get ftp://x.example/a, now"),
        ("postgres://app:abc@db.example:5432/x", "postgres://db.example:5432/x"),
        ("mongodb://app:a,b@h1:27017,h2:27017/x", "mongodb://h1:27017,h2:27017/x"),
        ("At http://ann:80@x.example/a", "At http://x.example/a"),
        ("At http://ann:1234,x@x.example/a.", "At http://x.example/a."),
        ("At http://ann:80|x@x.example/a.", "At http://x.example/a."),
        ("At http://müller:pässwort@x.example/a.", "At http://x.example/a."),
        ("見てhttp://ann:パスワード@x.example/a", "見てhttp://x.example/a"),
        ("redis://:1234,x@cache.example:6379", "redis://cache.example:6379"),
        (
            "postgres://app:abc@10.0.0.1/x and ftp://a:b@1.2.3.4",
            "postgres://10.0.0.1/x and ftp://1.2.3.4",
        ),
        ("{a: https://x.example/{b}?token=abc}", "{a: https://x.example/{b}}"),
        ("Post to hooks.slack.com//services/T0/B0/abc.", "Post to hooks.slack.com/services/."),
        ("Post to hooks.slack.com/services/T0/B0/abc.", "Post to hooks.slack.com/services/."),
        ("(chat.example/hooks/xr3wqkx1jpdt8m9sd3bn4e5f6g).", "(chat.example/hooks/)."),
        (f"Ping hc-ping.com/{UUID} daily", "Ping hc-ping.com/ daily"),
        ("x https://discord.com/api/webhooks/12/abc", "x https://discord.com/api/webhooks/12/"),
        ("登録はhttps://x.example/?email=a@b.exampleから。次", "登録はhttps://x.example/から。次"),
        ("登録はhttps://x.example/?token=abcです、次", "登録はhttps://x.example/です、次"),
        ("例はx.example/rss?token=abcです", "例はx.example/rssです"),
        ("日本.example/rss?token=abcです", "日本.example/rssです"),
        ("see `https://x.example/?token=abc`,then", "see `https://x.example/`,then"),
        ("see (https://x.example/?token=abc),then", "see (https://x.example/),then"),
        ("https://x.example/?q=raft検索&token=abc です", "https://x.example/?q=raft検索 です"),
        ("https://x.example/?smile=:)&token=abc", "https://x.example/?smile=:)"),
        ("wss://x.example/api?access_token=abc now", "wss://x.example/api now"),
        ("ftp://x.example/f?password=abc and", "ftp://x.example/f and"),
    ],
)
def test_text_keeps_its_words_and_punctuation(text: str, plain: str) -> None:
    assert text_without_secrets(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Mail ann@x.example?subject=token=abc, then clone git@forge.example:ann/trail.git",
        "Set token=abc, then run a.b(c?d:e); email=1",
        "x = user?.email == 'a'; for (i=0;i<n.length;token=next(i)) {}",
        "see http://localhost:8080,mail@b.example now",
        "tcp://0.0.0.0:9092,broker2@example",
        "kafka://[::1]:9092,ann@b.example and http://[::1]:80;ann@b.example",
        "fetch('http://localhost:8080','ann@b.example'), (http://a.example)ann@b.example",
        "Open http://a.example,ann@b.example or http://a.example:80|ann@b.example",
        "Post to https://hooks.slack.com/services/{token}, or curl $URL?token=${TOKEN}.",
        "サーバーはhttp://localhost:3000です。資料は後日公開。@bobさんありがとう",
        "サーバーはhttp://db:3000ですよ@bobさん",
        "資料はhttp://a.exampleについて、@bobさん、http://a.exampleです:@bobさん",
        "访问http://192.168.1.1:8080，邮箱bob@mail.example",
        "문서는 http://localhost:3000입니다@bob",
        "see http://localhost:8080…bob@b.example or »http://a.example:80»bob@b.example",
        "the branch `git://host:9418`@main",
        "uses: docker://alpine:3.18@sha256:82d1e9d7ed48a7523bdebc18cf6290bd",
        "import jsr://std:path@1.0, then npm://std:path@v1.0.2-beta.1.",
        "the record at://did:plc:abcdef,@bob.bsky.example",
        "kafka://broker1:9092,broker2:9092@zone",
        "git clone ssh://git@forge.example/trail.git and open http://localhost:8000/@ann",
    ],
)
def test_text_without_url_parameters_keeps_its_bytes(text: str) -> None:
    assert text_without_secrets(text) == text


SECRET, PLAIN = "https://x.example/a?token=abc", "https://x.example/a"
# Fields that are not stored, or that come from the operator or a fixed list.
NOT_FOREIGN = {
    "consent",
    "content_hash",
    "extractor",
    "feed_entry",
    "field_sources",
    "file",
    "html",
    "language",
    "media_type",
    "origin",
    "reasons",
    "visibility",
}


def _post(url: str) -> Post:
    return Post(
        f"Net {url}",
        url,
        f"Read {url}",
        url,
        author=Author(f"Net {url}", f"@ann {url}", f"Ann {url}", url, aliases=(f"@ann {url}",)),
        hashtags=("raft",),
        links=(Link(url, f"At {url}"),),
        cards=(Card(f"At {url}", f"See {url}.", f"Site {url}", url),),
        thread_key=url,
        provenance=Provenance(request=url, id=url),
    )


def _article(url: str) -> Article:
    return Article(
        url,
        f"At {url}",
        f"Leases end ({url}).",
        canonical=url,
        authors=(f"Ann {url}",),
        site_name=f"Site {url}",
        description=f"See {url}.",
        headings=(f"Part {url}",),
        keywords=(f"raft {url}",),
        links=(Link(url, f"At {url}"),),
    )


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The strings of a value and their fields."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in NOT_FOREIGN:
                yield from _strings(getattr(value, field.name), field.name)
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item, name)
    elif isinstance(value, str):
        yield name, value


def _with_secret_in(value: Any, at: int) -> Any:
    """The value with a secret in its string number `at` only."""
    numbers = count()

    def changed(value: Any, name: str = "") -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in fields(value) if field.name not in NOT_FOREIGN]
            return replace(value, **{name: changed(getattr(value, name), name) for name in names})
        if isinstance(value, tuple):
            return tuple(changed(item, name) for item in value)
        if isinstance(value, str) and next(numbers) == at:
            return value.replace(PLAIN, SECRET)
        return value

    return changed(value)


@pytest.mark.parametrize("make", [_post, _article])
def test_every_text_and_url_is_filled_with_a_url(make: Callable[[str], Any]) -> None:
    missing = {name for name, text in _strings(make(SECRET)) if SECRET not in text}
    assert missing <= {"hashtags"}


@pytest.mark.parametrize(("make", "clean"), [(_post, redacted), (_article, redacted_article)])
def test_secret_in_any_single_field_is_removed(
    make: Callable[[str], Any], clean: Callable[[Any], Any]
) -> None:
    plain = make(PLAIN)
    assert clean(plain) is plain
    assert clean(make(SECRET)) == plain
    for at, (name, _) in enumerate(_strings(plain)):
        assert clean(_with_secret_in(plain, at)) == plain, name


@pytest.mark.parametrize("hashtag", [SECRET, "token=abc", "hooks.slack.com/services/T/B/abc"])
def test_hashtag_with_a_secret_is_left_out(hashtag: str) -> None:
    post = Post("x", "u:1", "Leases", hashtags=("raft", hashtag, "a=b"))
    assert redacted(post).hashtags == ("raft", "a=b")


def test_article_is_stored_and_imported_without_secrets() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    db = open_memory()
    ledger = IdentityLedger(db, normalize_url, "1")
    article = replace(_article(SECRET), content_hash="1")
    assert import_articles(db, ledger, [replace(article, links=())], now) == 1
    check = ArticleCheck(1, now, now, ArticleState.OK, state_evidence=f"Moved to {SECRET}")
    save_article(db, check, article)
    save_reextraction(db, 1, article)
    assert "abc" not in "\n".join(db.conn.iterdump())


def test_post_is_stored_without_secrets() -> None:
    db = open_memory()
    save_posts(db, "trail", [_post(SECRET)], datetime(2026, 12, 1, tzinfo=UTC))
    assert "abc" not in "\n".join(db.conn.iterdump())
    assert "https://x.example/a" in "\n".join(db.conn.iterdump())


@given(st.text(st.sampled_from("https://x.e?&;#=%[]@token:amp'\" \udcff"), max_size=60))
def test_cleaning_any_string_is_idempotent(url: str) -> None:
    once = without_secrets(url)
    assert without_secrets(once) == once
    assert len(once) <= len(url) * 3


PARTS = (*"/?&=#@:;.,{} %", "https://", "token", "hooks.slack.com", "/services/", "discord.com")
PARTS += ("/api/webhooks/12/", "%73", "YOUR", "/reset/", "/invite/", TOKEN, HEX, PLACEHOLDERS[-2])


@given(st.lists(st.sampled_from(PARTS), max_size=14))
def test_cleaning_any_mixture_of_parts_is_idempotent(parts: list[str]) -> None:
    for clean in (without_secrets, text_without_secrets):
        once = clean("".join(parts))
        assert clean(once) == once


@given(st.text(st.sampled_from("ab.c/?&=#@: token"), max_size=60))
def test_cleaning_any_text_is_idempotent(text: str) -> None:
    once = text_without_secrets(text)
    assert text_without_secrets(once) == once
