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
