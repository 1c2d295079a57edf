"""Superscripts, notes, anchors, formulas and labels inside a text."""

from __future__ import annotations

import pytest

from tests.extract.made import PROSE, made


def sentence(markup: str) -> str:
    """Return the text of a paragraph with this markup between two words."""
    text = made(
        below=f"<p>Alpha {markup} omega, as the second paragraph of this page says.</p>"
    ).text
    return text.partition("Alpha ")[2].partition(" omega")[0]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('Zab<sup id="x1"><a href="#y1">4</a></sup>', "Zab[4]"),
        ('Zab<a href="#fn:4"><sup>4</sup></a>', "Zab[4]"),
        ('Zab<a href="#fn4">4</a>', "Zab[4]"),
        ("Zab<sup>4</sup>", "Zab[4]"),
        ("Zab<sup>[4]</sup>", "Zab[4]"),
        ("Zab<sup>*</sup>", "Zab*"),
        ("10<sup>12</sup>", "10^12"),
        ("2<sup>-20</sup>", "2^-20"),
        ("O(n<sup>3</sup>)", "O(n^3)"),
        ("x<sup>n+1</sup>", "x^(n+1)"),
        ("7 km<sup>2</sup>", "7 km^2"),
        ("the 4<sup>th</sup> node", "the 4th node"),
        ("Oak<sup>TM</sup>", "Oak™"),
        ("Oak<sup>®</sup>", "Oak®"),
        ("CO<sub>2</sub>", "CO2"),
        ("C<sub>6</sub>H<sub>12</sub>O<sub>6</sub>", "C6H12O6"),
        ("log<sub>2</sub> n", "log_2 n"),
        ("T<sub>max</sub>", "T_max"),
        ("<ruby>合意<rp>(</rp><rt>ごうい</rt><rp>)</rp></ruby>", "合意"),
        ("con&shy;sen<wbr>sus", "consensus"),
    ],
)
def test_marks_are_separated_from_words(markup: str, text: str) -> None:
    assert sentence(markup) == text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<mi>O</mi><mo>(</mo><msup><mi>n</mi><mn>2</mn></msup><mo>)</mo>", "O(n^2)"),
        ("<mfrac><mi>n</mi><mn>2</mn></mfrac><mo>+</mo><mn>1</mn>", "n/2+1"),
        ("<mn>2</mn><mi>f</mi><mo>+</mo><mn>1</mn>", "2f+1"),
        ("<msub><mi>t</mi><mi>i</mi></msub><mo>&lt;</mo><msqrt><mi>n</mi></msqrt>", "t_i<√n"),
    ],
)
def test_mathml_becomes_one_line(formula: str, text: str) -> None:
    note = "<annotation encoding='application/x-tex'>TeX</annotation>"
    math = f"<math><semantics><mrow>{formula}</mrow>{note}</semantics></math>"
    shown = f'<span class="katex"><span>{math}</span><span aria-hidden="true">Z</span></span>'
    assert sentence(shown) == text


def test_script_of_formula_is_read_as_its_tex() -> None:
    assert sentence('<script type="math/tex">n > 3f</script>') == "n > 3f"


def test_drawn_formula_of_script_is_read_once() -> None:
    preview = '<span class="MathJax_Preview">n</span>'
    drawn = f'{preview}<span class="MathJax"><math><mi>n</mi></math></span>'
    assert sentence(f'{drawn}<script type="math/tex">n</script>') == "n"


def test_image_of_formula_is_read_as_its_tex() -> None:
    assert sentence('<img class="latex" alt="n &gt; 3f">') == "n > 3f"


@pytest.mark.parametrize("name", ["sr-only", "visually-hidden", "screen-reader-text", "Sr-only_x1"])
def test_labels_for_screen_readers_are_not_read(name: str) -> None:
    assert sentence(f'<a href="/x">a talk<i class="{name}"> (new tab)</i></a>') == "a talk"


@pytest.mark.parametrize("style", ["clip: rect(0,0,0,0)", "position:absolute; left:-9999px"])
def test_label_outside_of_the_screen_is_not_read(style: str) -> None:
    label = f'<i style="{style}"> (new tab)</i>'
    assert sentence(f'<a href="/x">a talk{label}</a>') == "a talk"


@pytest.mark.parametrize(
    "anchor",
    [
        '<a class="headerlink" href="#q" title="Link">¶</a>',
        '<a href="#q">#</a>',
        '<a href="#q" class="hash-link" aria-label="Direct link">\u200b</a>',
        '<a href="/w/index.php?action=edit&amp;section=2">[edit]</a>',
        '<span class="mw-editsection">[<a href="/edit">bearbeiten</a>]</span>',
        '<button class="copy">Copy link</button>',
    ],
)
def test_anchor_of_heading_is_not_read(anchor: str) -> None:
    article = made(below=f"<h2>Leases in practice {anchor}</h2>{PROSE}")
    assert "\n\nLeases in practice\n\n" in article.text
    assert article.headings == ("Leases in practice",)


@pytest.mark.parametrize(
    "heading",
    [
        '<h2><button type="button" aria-expanded="true">Leases in practice</button></h2>',
        "<h2><button>Leases in practice<span>+</span></button></h2>",
        "<h2><a href='#l'>Leases in practice</a></h2>",
        '<div><h2>Leases in practice</h2><span>[<a href="/e">edit</a>]</span></div>',
        '<div role="heading" aria-level="2">Leases in practice</div>',
        "<button><h3>Leases in practice</h3></button>",
        "<header><h2>Leases in practice</h2></header>",
    ],
)
def test_heading_in_button_or_wrapper_is_read(heading: str) -> None:
    article = made(below=f"{heading}{PROSE}{heading.replace('practice', 'theory')}{PROSE}")
    assert "\n\nLeases in practice" in article.text
    assert "Leases in theory" in article.headings


def test_button_next_to_text_of_heading_is_not_read() -> None:
    text = made(below=f"<h2>Leases in practice <button>Listen</button></h2>{PROSE}").text
    assert "Listen" not in text


def test_two_line_breaks_separate_paragraphs() -> None:
    lines = PROSE[3:-4].strip()
    text = made(below=f"<div>{lines} First.<br> <br/>{lines} Second.<br>{lines}</div>").text
    assert " First.\n\nA sentence" in text
    assert " Second. A sentence" in text


def test_indented_byline_next_to_the_headline_is_read() -> None:
    byline = f"<div>{' ' * 200}<b>By Ada Brook</b></div>"
    article = made(above=f"<div><h1>On quorums and people</h1>{byline}</div>")
    assert article.authors == ("Ada Brook",)
