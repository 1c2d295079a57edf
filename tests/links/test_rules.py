"""Each rule of the tables gives the result that its example states."""

from __future__ import annotations

import pytest

from crawler.links.article_key import normalize_url
from crawler.links.rules import PARAMETERS, REDIRECTORS, REWRITES, Rule
from crawler.links.rules.archive_and_proxy_urls import VIEWS
from crawler.links.rules.code_hosting_urls import CODE_HOSTING
from crawler.links.rules.content_site_urls import PUBLICATIONS
from crawler.links.rules.discussion_urls import DISCUSSIONS
from crawler.links.rules.documentation_urls import DOCUMENTATION
from crawler.links.rules.mailing_list_urls import MAILING_LISTS
from crawler.links.rules.paper_urls import PAPERS
from crawler.links.rules.redirectors import REDIRECTORS as SERVICES
from crawler.links.rules.rewrite_rule import RuleIndex
from crawler.links.rules.site_parameters import SITE_PARAMETERS
from crawler.links.rules.tracking_parameters import TRACKING
from crawler.links.rules.url_variants import FORMS

ALL = (*PARAMETERS, *REDIRECTORS, *REWRITES)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_rule_example_has_expected_key(rule: Rule) -> None:
    found = normalize_url(rule.example)
    assert rule.name in found.rules
    assert found.key
    assert found.key == normalize_url(rule.gives).key


@pytest.mark.parametrize(
    "table",
    [
        CODE_HOSTING,
        DISCUSSIONS,
        DOCUMENTATION,
        FORMS,
        MAILING_LISTS,
        PAPERS,
        PUBLICATIONS,
        SERVICES,
        SITE_PARAMETERS,
        TRACKING,
        VIEWS,
    ],
)
def test_rule_tables_are_sorted(table: tuple[Rule, ...]) -> None:
    assert list(table) == sorted(table)


def test_rewrites_for_all_hosts_have_a_literal_that_their_example_contains() -> None:
    rules = [rule for rule in (*REDIRECTORS, *REWRITES) if "*" in rule.hosts.split()]
    assert [
        rule.name for rule in rules if not rule.literal or rule.literal not in rule.example
    ] == []


def test_rule_names_are_unique_and_have_sources() -> None:
    names = [rule.name for rule in ALL]
    assert len(names) == len(set(names))
    assert all(rule.source for rule in ALL)


def test_rules_of_host_come_first_and_exclusions_apply() -> None:
    def rule(name: str, hosts: str) -> Rule:
        return Rule(name, hosts, ".*", "", "", "", "")

    index = RuleIndex(
        [
            rule("all", "* -code.example"),
            rule("family", "*.example"),
            rule("own", "code.example"),
            rule("anywhere", "code.*"),
        ]
    )
    assert [found.name for found in index.rules("code.example")] == ["own", "family", "anywhere"]
    assert [found.name for found in index.rules("other.example")] == ["family", "all"]
