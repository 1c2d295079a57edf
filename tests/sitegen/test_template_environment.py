"""The environment of templates: the escaped text, shared globals and undefined variables."""

import pytest
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup, escape

from crawler.sitegen.template_environment import SiteEnvironment, escaped_text


@pytest.mark.parametrize(
    "value", ["plain", "<a href='x'>&\"", Markup("<b>"), 12, True, None, 1.5, ["<"], ""]
)
def test_a_value_is_escaped_like_markupsafe_does(value: object) -> None:
    assert escaped_text(value) == escape(value)


def test_an_undefined_value_is_an_error() -> None:
    template = SiteEnvironment(DictLoader({"page": "{{ missing }}"})).get_template("page")
    with pytest.raises(UndefinedError):
        template.render()


def test_imported_macros_see_globals_and_escape_their_arguments() -> None:
    sources = {
        "parts": "{% macro item(text) %}<i>{{ text }}</i>{{ title }}{% endmacro %}",
        "page": '{% import "parts" as part %}{% set x %}<u>{% endset %}'
        '{{ part.item(text) }}{{ x }}{{ text ~ "&" }}{{ [text, x] | join("<") }}',
    }
    environment = SiteEnvironment(DictLoader(sources))
    environment.globals["title"] = "T&C"

    html = environment.get_template("page").render(text="<")

    assert html == "<i>&lt;</i>T&amp;C<u>&lt;&amp;&lt;&lt;<u>"


def test_a_variable_of_one_page_is_not_known_on_the_next() -> None:
    environment = SiteEnvironment(DictLoader({"page": "{{ x is defined }}{% set y = 1 %}"}))
    template = environment.get_template("page")
    assert (template.render(x=1), template.render()) == ("True", "False")
    assert "x" not in environment.globals


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('row("<")', "&lt;-b"),
        ('row("<", "c")', "&lt;-c"),
        ('row(last="c", first="a")', "a-c"),
        ("others(1, 2, x=3)", "1 (2,) {&#39;x&#39;: 3}"),
    ],
)
def test_a_macro_gets_the_arguments_that_jinja_gives_it(call: str, expected: str) -> None:
    source = (
        '{% macro row(first, last="b") %}{{ first }}-{{ last }}{% endmacro %}'
        "{% macro others(first) %}{{ first }} {{ varargs }} {{ kwargs }}{% endmacro %}"
        "{% for _ in [1] %}{{ CALL }}{% endfor %}"
    ).replace("CALL", call)
    environment = SiteEnvironment(DictLoader({"page": source}))
    assert environment.get_template("page").render() == expected


def test_a_macro_calls_its_block() -> None:
    source = (
        "{% macro frame(name) %}<{{ name }}>{{ caller(2) }}{% endmacro %}"
        '{% call(number) frame("b") %}{{ number }}{% endcall %}'
    )
    environment = SiteEnvironment(DictLoader({"page": source}))
    assert environment.get_template("page").render() == "<b>2"


@pytest.mark.parametrize("call", ["row()", "row(1, 2)", "row(1, x=2)"])
def test_wrong_arguments_of_a_macro_are_an_error(call: str) -> None:
    source = "{% macro row(first) %}{{ first }}{% endmacro %}{{ CALL }}".replace("CALL", call)
    environment = SiteEnvironment(DictLoader({"page": source}))
    with pytest.raises((TypeError, UndefinedError)):
        environment.get_template("page").render()
