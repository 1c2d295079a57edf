"""Code of many highlighters: all lines, with indentation, without numbers and buttons."""

from __future__ import annotations

import pytest

from tests.extract.made import PROSE, made

CODE = "loop:\n    step(1)\n\n    stop"

LISTINGS = {
    "Chroma table": (
        '<div class="highlight"><table class="lntable"><tr><td class="lntd"><pre class="chroma">'
        '<code><span class="lnt">7\n</span><span class="lnt">8\n</span></code></pre></td>'
        '<td class="lntd"><pre class="chroma"><code><span class="line"><span class="cl">loop:\n'
        '</span></span><span class="line"><span class="cl">    step(1)\n</span></span>'
        '<span class="line"><span class="cl">\n</span></span><span class="line">    stop\n</span>'
        "</code></pre></td></tr></table></div>"
    ),
    "Chroma inline": (
        '<pre class="chroma"><code><span class="line"><span class="ln">1</span>loop:\n</span>'
        '<span class="line"><span class="ln">2</span>    step(1)\n</span><span class="line">'
        '<span class="ln">3</span>\n</span><span class="line"><span class="ln">4</span>    stop\n'
        "</span></code></pre>"
    ),
    "CodeMirror 5": (
        '<div class="CodeMirror"><div class="CodeMirror-code">'
        + "".join(
            f'<div><div class="CodeMirror-gutter-wrapper"><div class="CodeMirror-linenumber">'
            f'{number}</div></div><pre class="CodeMirror-line"><span>{line}</span></pre></div>'
            for number, line in enumerate(CODE.split("\n"), 1)
        )
        + "</div></div>"
    ),
    "CodeMirror 6": (
        '<div class="cm-editor"><div class="cm-gutters"><div>1</div></div><div class="cm-content">'
        '<div class="cm-line">loop:</div><div class="cm-line">    step(1)</div>'
        '<div class="cm-line"><br></div><div class="cm-line">    stop</div></div></div>'
    ),
    "Crayon": (
        '<div class="crayon-syntax"><div class="crayon-toolbar">Ada</div><table><tr>'
        '<td class="crayon-nums"><div>1</div><div>2</div></td><td class="crayon-code">'
        '<div class="crayon-line">loop:</div><div class="crayon-line">&nbsp;&nbsp;&nbsp; step(1)'
        '</div><div class="crayon-line"></div><p class="crayon-line">&nbsp;&nbsp;&nbsp; stop</p>'
        "</td></tr></table></div>"
    ),
    "DokuWiki": (
        '<pre class="code ada"><ol><li class="li1"><div class="de1">loop:</div></li>'
        '<li class="li1"><div class="de1">    step(1)</div></li><li class="li1">'
        '<div class="de1"></div></li><li class="li2"><div>    stop</div></li></ol></pre>'
    ),
    "Docusaurus": (
        '<div class="codeBlockContainer_x"><pre class="prism-code"><code>'
        + "".join(
            f'<span class="token-line"><span class="codeLineNumber_Tf"></span><span>{line}</span>'
            "<br></span>"
            for line in CODE.split("\n")
        )
        + '</code></pre><div class="buttonGroup"><button>Copy</button></div></div>'
    ),
    "EnlighterJS": (
        '<div class="enlighter-default"><div class="enlighter-toolbar">Raw</div>'
        '<div class="enlighter"><div><div><span>loop:</span></div></div><div><div><span>    </span>'
        "<span>step(1)</span></div></div><div><div></div></div><div><div>    stop</div></div></div>"
        '<div class="enlighter-raw">loop: step(1) stop</div></div>'
    ),
    "Expressive Code": (
        '<div class="expressive-code"><figure><pre><code><div class="ec-line"><div class="gutter">'
        '<div class="ln">1</div></div><div class="code">loop:\n</div></div><div class="ec-line">'
        '<div class="code">    step(1)</div></div><div class="ec-line"><div class="code">\n</div>'
        '</div><div class="ec-line"><div class="code">    stop</div></div></code></pre>'
        '<div class="copy"><button>Copy</button></div></figure></div>'
    ),
    "GitHub table": (
        '<table class="highlight js-file-line-container">'
        + "".join(
            f'<tr>\n  <td class="blob-num" data-line-number="{number}"></td>\n'
            f'  <td class="blob-code">{line}</td>\n</tr>'
            for number, line in enumerate(CODE.split("\n"), 1)
        )
        + "</table>"
    ),
    "highlight.js": (
        '<pre><code class="hljs"><table class="hljs-ln"><tbody>'
        + "".join(
            f'<tr><td class="hljs-ln-numbers"><div class="hljs-ln-n">{number}</div></td>'
            f'<td class="hljs-ln-code">{line}</td></tr>'
            for number, line in enumerate(CODE.split("\n"), 1)
        )
        + "</tbody></table></code></pre>"
    ),
    "Pygments": (
        '<table class="highlighttable"><tr><td class="linenos"><pre>1\n2\n3\n4</pre></td>'
        f'<td class="code"><div class="highlight"><pre><span></span>{CODE}\n</pre></div></td></tr>'
        "</table>"
    ),
    "Jekyll": (
        '<pre class="highlight"><code><table class="rouge-table"><tr><td class="gutter gl">'
        f'<pre class="lineno">1\n2\n</pre></td><td class="code"><pre>{CODE}\n</pre></td></tr>'
        "</table></code></pre>"
    ),
    "Shiki without line ends": (
        '<pre class="shiki"><code>'
        + "".join(f'<span class="line">{line or "<br>"}</span>' for line in CODE.split("\n"))
        + "</code></pre>"
    ),
    "SyntaxHighlighter": (
        '<div class="syntaxhighlighter ada"><div class="toolbar">?</div><table><tr>'
        '<td class="gutter"><div class="line number1">1</div></td><td class="code"><div>'
        '<div class="line"><code>loop:</code></div><div class="line"><code>&nbsp;&nbsp;&nbsp;&nbsp;'
        '</code><code>step(1)</code></div><div class="line">&nbsp;</div><div class="line">    stop'
        "</div></div></td></tr></table></div>"
    ),
    "unknown highlighter": (
        "<pre><code>"
        + "\n".join(
            f'<span class="q">{number}</span> {line}'
            for number, line in enumerate(CODE.split("\n"), 99)
        )
        + "</code></pre>"
    ),
    "unknown table": (
        f"<table><tr><td><pre>1\n2\n3\n4</pre></td><td><pre>{CODE}</pre></td></tr></table>"
    ),
}


@pytest.mark.parametrize("name", LISTINGS)
def test_listing_becomes_fenced_code_without_numbers_and_buttons(name: str) -> None:
    article = made(below=LISTINGS[name] + PROSE)
    lines = [line.rstrip() for line in article.text.split("\n")]
    assert f"\n\n```\n{CODE}\n```\n\n" in "\n".join(lines)
    assert "Copy" not in article.text
    assert "Raw" not in article.text


def test_numbers_of_the_code_itself_are_not_removed() -> None:
    code = '<pre><code><span class="mi">1</span>, a\n<span class="mi">2</span>, b</code></pre>'
    assert "```\n1, a\n2, b\n```" in made(below=code + PROSE).text


def test_output_of_numbers_alone_is_not_removed() -> None:
    code = "<pre><code><b>1</b>\n<b>2</b>\n<b>3</b></code></pre>"
    assert "```\n1\n2\n3\n```" in made(below=code + PROSE).text


def test_pre_around_paragraphs_is_not_code() -> None:
    text = made(below=f"<pre><h2>Quorums in prose</h2>{PROSE}</pre>").text
    assert "Quorums in prose\n```" not in text


def test_code_that_contains_fences_has_a_longer_fence() -> None:
    text = made(below=f"<pre>````\nquoted\n````</pre>{PROSE}").text
    assert "`````\n````\nquoted\n````\n`````" in text


def test_numbered_table_of_prose_is_not_code() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>the vote of member {n} of three</td></tr>" for n in (1, 2))
    text = made(below=f"<table>{rows}</table>{PROSE}").text
    assert "```" not in text


@pytest.mark.parametrize(
    "markup",
    [
        "<code>if vote:<br/>&nbsp;&nbsp;lead()</code>",
        "<p><code>if vote:<br>\n&nbsp;&nbsp;lead()</code></p>",
        "<samp style='white-space: pre'>if vote:\n  lead()</samp>",
        "<div style='white-space:pre'>if vote:\n  lead()</div>",
        "<p><code class='language-python'>if vote:\n  lead()</code></p>",
        "<xmp>if vote:\n  lead()</xmp>",
        "<div class='ltx_listing'><div class='ltx_listingline'>if vote:</div>"
        "<div class='ltx_listingline'>  lead()</div></div>",
    ],
)
def test_code_outside_pre_keeps_its_lines(markup: str) -> None:
    assert "if vote:\n  lead()" in made(below=f"{markup}{PROSE}").text


def test_inline_code_on_two_lines_of_the_source_stays_in_its_sentence() -> None:
    assert "Call `vote\n" not in made(below=f"<p>Call <code>vote\nnow</code> once.</p>{PROSE}").text
