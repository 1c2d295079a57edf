"""Formats of access tokens and private keys, which are recognized in any URL or text. No I/O."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from crawler.example_secrets import is_example


class TokenFormat(NamedTuple):
    """The format of a token: every token matches `pattern` and contains one of the `literals`.

    `source` documents the format.
    """

    name: str
    literals: tuple[str, ...]
    pattern: str
    source: str


_GITLAB = "agent cbt dt ffct ft imt oas pat ptt rt soat"
_PRIVATE_KEY = (
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:\s|\\[nr])*+(?:[\w-]{1,32}: [^\n]{0,200}\n\s*+){0,5}"
    r"(?:[A-Za-z0-9+/=]{16,}+(?:\s|\\[nr])*+)++"
    r"(?:(?:[A-Za-z0-9+/=]{1,15}(?:\s|\\[nr])*+)?-----END [A-Z0-9 ]{1,40}-----)?"
)

# Sorted; add a line.
TOKEN_FORMATS = (
    TokenFormat(
        "age",
        ("AGE-SECRET-KEY-1",),
        r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}",
        "https://github.com/FiloSottile/age",
    ),
    TokenFormat(
        "Anthropic",
        ("sk-ant-",),
        r"sk-ant-[\w-]{32,}",
        "https://docs.gitlab.com/user/application_security/secret_detection/detected_secrets/",
    ),
    TokenFormat(
        "Atlassian",
        ("ATATT3x",),
        r"ATATT3x[\w=-]{60,}",
        "https://docs.gitlab.com/user/application_security/secret_detection/detected_secrets/",
    ),
    TokenFormat(
        "AWS",
        ("AKIA", "ASIA"),
        r"A[KS]IA[A-Z2-7]{16}",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ),
    TokenFormat(
        "CloudFront policy",
        ("eyJTdGF0ZW1lbnQi",),
        r"eyJTdGF0ZW1lbnQi[\w~-]{40,}",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "private-content-creating-signed-url-custom-policy.html",
    ),
    TokenFormat(
        "Contentful",
        ("CFPAT-",),
        r"CFPAT-[\w-]{43,}",
        "https://www.contentful.com/developers/docs/references/content-management-api/",
    ),
    TokenFormat(
        "Databricks",
        ("dapi",),
        r"dapi[0-9a-f]{32}(?:-\d)?",
        "https://docs.databricks.com/aws/en/dev-tools/auth/pat",
    ),
    TokenFormat(
        "DigitalOcean",
        ("do_v1_", "doo_v1_", "dop_v1_", "dor_v1_"),
        r"do[opr]?_v1_[0-9a-f]{64}",
        "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
    ),
    TokenFormat(
        "Docker",
        ("dckr_oat_", "dckr_pat_"),
        r"dckr_[op]at_[\w-]{20,}",
        "https://docs.docker.com/security/access-tokens/",
    ),
    TokenFormat(
        "Doppler",
        ("dp.pt.",),
        r"dp\.pt\.[A-Za-z0-9]{40,}",
        "https://docs.doppler.com/reference/auth-token-formats",
    ),
    TokenFormat(
        "Facebook",
        ("EAA",),
        r"EAA[A-Za-z0-9]{60,}",
        "https://developers.facebook.com/docs/facebook-login/guides/access-tokens/",
    ),
    TokenFormat(
        "Figma",
        ("figd_",),
        r"figd_[\w-]{38,}",
        "https://developers.figma.com/docs/rest-api/authentication/",
    ),
    TokenFormat(
        "GitHub",
        ("gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_"),
        r"(?:gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_\w{36,})",
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/"
        "about-authentication-to-github",
    ),
    TokenFormat(
        "GitLab",
        tuple(f"gl{kind}-" for kind in _GITLAB.split()),
        rf"gl(?:{'|'.join(_GITLAB.split())})-[\w-]{{20,}}(?:\.[\w-]{{2,}}){{0,3}}",
        "https://docs.gitlab.com/security/tokens/",
    ),
    TokenFormat(
        "Google",
        ("AIza", "GOCSPX-", "ya29."),
        r"(?:AIza[\w-]{35,}|GOCSPX-[\w-]{28,}|ya29\.[\w-]{30,}(?:\.[\w-]+){0,3})",
        "https://docs.cloud.google.com/docs/authentication/api-keys",
    ),
    TokenFormat(
        "Grafana",
        ("glsa_",),
        r"glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}",
        "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
    ),
    TokenFormat(
        "Groq",
        ("gsk_",),
        r"gsk_[A-Za-z0-9]{48,}",
        "https://console.groq.com/docs/quickstart",
    ),
    TokenFormat(
        "Hugging Face",
        ("hf_",),
        r"hf_[A-Za-z0-9]{30,}",
        "https://huggingface.co/docs/hub/security-tokens",
    ),
    TokenFormat(
        "JSON Web Token",
        ("eyJ",),
        r"eyJ[\w-]{8,}\.\.?[\w-]{8,}(?:\.[\w-]+){0,3}",
        "https://www.rfc-editor.org/rfc/rfc7519",
    ),
    TokenFormat(
        "Linear",
        ("lin_api_",),
        r"lin_api_[A-Za-z0-9]{40,}",
        "https://linear.app/developers/graphql",
    ),
    TokenFormat(
        "New Relic",
        ("NRAK-",),
        r"NRAK-[A-Z0-9]{27}",
        "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
    ),
    TokenFormat(
        "Notion",
        ("ntn_", "secret_"),
        r"(?:ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})",
        "https://developers.notion.com/changelog",
    ),
    TokenFormat(
        "npm",
        ("npm_",),
        r"npm_[A-Za-z0-9]{36,}",
        "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/",
    ),
    TokenFormat(
        "OpenAI",
        ("sk-",),
        r"sk-(?:(?:admin|or-v1|proj|svcacct)-[\w-]{40,}|[A-Za-z0-9]{32,})",
        "https://platform.openai.com/docs/api-reference/authentication",
    ),
    TokenFormat(
        "Postman",
        ("PMAK-",),
        r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}",
        "https://learning.postman.com/docs/developer/postman-api/authentication/",
    ),
    TokenFormat(
        "private key",
        ("PRIVATE KEY",),
        _PRIVATE_KEY,
        "https://www.rfc-editor.org/rfc/rfc7468",
    ),
    TokenFormat(
        "Pulumi",
        ("pul-",),
        r"pul-[0-9a-f]{40}",
        "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/",
    ),
    TokenFormat(
        "PyPI",
        ("pypi-AgE",),
        r"pypi-AgE[\w-]{50,}",
        "https://pypi.org/help/#apitoken",
    ),
    TokenFormat(
        "Replicate",
        ("r8_",),
        r"r8_[A-Za-z0-9]{37,}",
        "https://replicate.com/docs/topics/security/api-tokens",
    ),
    TokenFormat(
        "RubyGems",
        ("rubygems_",),
        r"rubygems_[0-9a-f]{48}",
        "https://guides.rubygems.org/api-key-scopes/",
    ),
    TokenFormat(
        "SendGrid",
        ("SG.",),
        r"SG\.[\w-]{16,}\.[\w-]{16,}",
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
    ),
    TokenFormat(
        "Shopify",
        ("shpat_", "shpca_", "shppa_", "shpss_"),
        r"shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32,}",
        "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens",
    ),
    TokenFormat(
        "Slack",
        ("xapp-", "xoxa-", "xoxb-", "xoxe-", "xoxe.", "xoxp-", "xoxr-", "xoxs-"),
        r"(?:xoxe\.)?(?:xapp|xox[abeprs])-\d[A-Za-z0-9-]{19,}",
        "https://docs.slack.dev/authentication/tokens",
    ),
    TokenFormat(
        "Stripe",
        ("rk_live_", "sk_live_", "whsec_"),
        r"(?:[rs]k_live|whsec)_[A-Za-z0-9+/]{16,}",
        "https://docs.stripe.com/keys",
    ),
    TokenFormat(
        "Tailscale",
        ("tskey-",),
        r"tskey-[a-z]{2,12}-[\w-]{20,}",
        "https://tailscale.com/kb/1252/key-secret-management",
    ),
    TokenFormat(
        "Telegram",
        (":AA", "%3AAA", "%3aAA"),
        r"(?:bot)?\d{6,12}(?::|%3[Aa])AA[\w-]{30,}",
        "https://core.telegram.org/bots/api#authorizing-your-bot",
    ),
    TokenFormat(
        "Vault",
        ("hvb.", "hvs."),
        r"hv[bs]\.[\w-]{24,}",
        "https://developer.hashicorp.com/vault/docs/concepts/tokens",
    ),
    TokenFormat(
        "xAI",
        ("xai-",),
        r"xai-\w{70,}",
        "https://docs.x.ai/docs/tutorial",
    ),
)

# Nothing that a pattern continues with comes before it, so that a search takes linear time.
_BEGINNING = r"(?:(?<![\w-])|(?<=%[0-9A-Fa-f]{2})|(?<=%25[0-9A-Fa-f]{2}))"
_TOKEN = re.compile(
    f"{_BEGINNING}(?:{'|'.join(row.pattern for row in TOKEN_FORMATS)})(?![A-Za-z0-9])"
)
_REPLACEMENT = re.compile(r"removed-token-[0-9a-f]{12}")
_HEX = re.compile(r"[0-9a-f]{32}")
_LEAST_DIFFERENT = 10  # characters of a token; examples such as ghp_000000 have fewer

_LITERALS = tuple(literal for row in TOKEN_FORMATS for literal in row.literals)
_LITERALS_WITH_SPACE = tuple(literal for literal in _LITERALS if " " in literal)
_LITERAL = re.compile("|".join(map(re.escape, sorted(_LITERALS))).encode("ascii"))
_LONG_RUN = b"a" * 19  # every token has a run of letters and digits, as long as a header of a JWT
_BEFORE_RUN, _INTO_RUN = 24, 24  # where a literal may be, from the start of the run
_RUN_CHARACTERS = bytes(
    ord("a") if byte < 128 and (chr(byte).isalnum() or chr(byte) in "_-") else ord(" ")
    for byte in range(256)
)


def replace_tokens(text: str) -> str:
    """Return `text` with `removed-token-` and a digest in the place of each token and private key.

    Equal tokens have equal digests, so that a URL still identifies its page. A token is too random
    to be found by its digest. The same string is returned when it contains none.
    """
    return _TOKEN.sub(_replaced, text) if _may_have_tokens(text) else text


def is_token(value: str) -> bool:
    """Whether `value` is a token, or what `replace_tokens` writes in its place."""
    match = _TOKEN.fullmatch(value)
    return bool(match and not _is_example(match[0])) or bool(_REPLACEMENT.fullmatch(value))


def _may_have_tokens(text: str) -> bool:
    """Whether `text` has a long run of letters and digits, and there a literal of a token.

    It is many times faster than a search for the formats.
    """
    data = text.encode("utf-8", "replace")
    runs = data.translate(_RUN_CHARACTERS)
    start = runs.find(_LONG_RUN)
    if start >= 0 and any(literal in text for literal in _LITERALS_WITH_SPACE):
        return True
    while start >= 0:
        if _LITERAL.search(data, max(start - _BEFORE_RUN, 0), start + _INTO_RUN):
            return True
        end = runs.find(b" ", start)
        start = runs.find(_LONG_RUN, end) if end >= 0 else -1
    return False


def _replaced(match: re.Match[str]) -> str:
    token = match[0]
    if _is_example(token):
        return token
    digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    return f"removed-token-{digest[:12]}"


def _is_example(token: str) -> bool:
    """Whether `token` is an example of documentation or a slug. Real ones are random."""
    is_random = len(set(token)) >= _LEAST_DIFFERENT and any(map(str.isdigit, token))
    is_slug = token.islower() and not _HEX.search(token)
    return not is_random or is_slug or is_example(token)
