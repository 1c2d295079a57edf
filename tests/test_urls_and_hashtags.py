"""URLs and hashtags end where a reader sees them end: in any script, chat or markup."""

from __future__ import annotations

import pytest

from crawler.urls_and_hashtags import (
    blank_urls_and_hashtags,
    blank_urls_except_slugs,
    find_hashtags,
    find_urls,
    unescape_ampersands,
)

PAGE = "https://blog.test/leases"


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        (f"詳細は{PAGE}。次の話", [PAGE]),
        (f"詳細は{PAGE}を参照してください", [PAGE]),
        (f"（{PAGE}）と「{PAGE}2」", [PAGE, f"{PAGE}2"]),
        (f"文章：{PAGE}，很好", [PAGE]),
        (f"阅读{PAGE}的文章", [PAGE]),
        (f"참고 {PAGE}를 보세요", [PAGE]),
        (f"पढ़ें {PAGE}।", [PAGE]),
        (f"اقرأ {PAGE}، ثم", [PAGE]),
        (
            "https://ja.wikipedia.org/wiki/分散システム を読む",
            ["https://ja.wikipedia.org/wiki/分散システム"],
        ),
        ("https://日本語.test/記事、", ["https://日本語.test/記事"]),
        ("https://blog.test/café-à-la-carte.", ["https://blog.test/café-à-la-carte"]),
        (f"[Leases]({PAGE}), [x]({PAGE}1)[y]({PAGE}2)", [PAGE, f"{PAGE}1", f"{PAGE}2"]),
        (f"[{PAGE}]({PAGE}/full)", [PAGE, f"{PAGE}/full"]),
        ("[Raft](https://wiki.test/Raft_(algorithm)).", ["https://wiki.test/Raft_(algorithm)"]),
        (f'[t]({PAGE} "A title")', [PAGE]),
        (f"<{PAGE}|Leases explained> and <{PAGE}2>", [PAGE, f"{PAGE}2"]),
        ("https://fonts.test/css?family=A|B", ["https://fonts.test/css?family=A|B"]),
        (f"{PAGE}👇 and {PAGE}2➡️", [PAGE, f"{PAGE}2"]),
        (f"{PAGE}https://blog.test/clocks", [PAGE, "https://blog.test/clocks"]),
        (f"https://archive.test/web/2020/{PAGE}", [f"https://archive.test/web/2020/{PAGE}"]),
        (f"`{PAGE}` *{PAGE}2* **{PAGE}3**. '{PAGE}4'", [PAGE, f"{PAGE}2", f"{PAGE}3", f"{PAGE}4"]),
        (f"[url]{PAGE}[/url] [url={PAGE}2]text[/url]", [PAGE, f"{PAGE}2"]),
        (f"{PAGE}[label] {PAGE}2[more words] [[{PAGE}3][label]]", [PAGE, f"{PAGE}2", f"{PAGE}3"]),
        (f"\\href{{{PAGE}}}{{label}} [text|{PAGE}2]", [PAGE, f"{PAGE}2"]),
        (
            "https://blog.test/?a[]=1&b[0]=2 http://[2001:db8::1.2]/x",
            ["https://blog.test/?a[]=1&b[0]=2", "http://[2001:db8::1.2]/x"],
        ),
        (f"ดู{PAGE}ครับ", [PAGE]),
        (f"&quot;{PAGE}&quot; &lt;{PAGE}2&gt;", [PAGE, f"{PAGE}2"]),
        (f"Read this.{PAGE}!", [PAGE]),
        ("(see https://wiki.test/a_(b))", ["https://wiki.test/a_(b)"]),
        ("https://blog.test/very-lo… and www.blog.test/a;", ["www.blog.test/a"]),
        (f"{PAGE},{PAGE}2 {PAGE}3,4", [PAGE, f"{PAGE}2", f"{PAGE}3,4"]),
        (f"{PAGE}&apos; &#34;{PAGE}2&#34; {PAGE}3&hellip;", [PAGE, f"{PAGE}2", f"{PAGE}3"]),
        (f"{PAGE}?a=1&#038;b=2&amp;c=3", [f"{PAGE}?a=1&#038;b=2&amp;c=3"]),
        (f"{PAGE}\u200bnext ‹{PAGE}2› • {PAGE}3•", [PAGE, f"{PAGE}2", f"{PAGE}3"]),
        (f"{PAGE}'s author, {PAGE}2's. {PAGE}/it's-late", [PAGE, f"{PAGE}2", f"{PAGE}/it's-late"]),
        (
            f"{PAGE}／次 {PAGE}2＃時計 {PAGE}3＆ {PAGE}4＠ada",
            [PAGE, *(f"{PAGE}{n}" for n in "234")],
        ),
        (f"{PAGE}۔ {PAGE}2፣ {PAGE}3։ {PAGE}4། {PAGE}5‽", [PAGE, *(f"{PAGE}{n}" for n in "2345")]),
        (f"{PAGE}． {PAGE}2። {PAGE}3፧ {PAGE}4᙮", [PAGE, *(f"{PAGE}{n}" for n in "234")]),
        (
            f"[[{PAGE}|leases]] |{PAGE}2|clocks| {PAGE}3|{PAGE}4",
            [PAGE, *(f"{PAGE}{n}" for n in "234")],
        ),
        (f"|{PAGE}?a=1|next| [{PAGE}2?a=1|label]", [f"{PAGE}?a=1", f"{PAGE}2?a=1"]),
        (f"by @{PAGE} and\x85{PAGE}2\x85next", [PAGE, f"{PAGE}2"]),
        (f"![a ring](https://pics.test/a.png) [![b](https://pics.test/b.png)]({PAGE})", [PAGE]),
        (f"https://blog.test/very-lo... then {PAGE}. . .", [PAGE]),
        ("me@www.blog.test nowww.blog.test http://nodot", []),
    ],
)
def test_url_ends_where_a_reader_sees_it_end(text: str, urls: list[str]) -> None:
    assert find_urls(text) == tuple(urls)


@pytest.mark.parametrize(
    ("text", "hashtags"),
    [
        ("#वितरित_प्रणाली और #हिंदी।", ["वितरित_प्रणाली", "हिंदी"]),
        ("#பரவல் #ระบบกระจาย #عِلم #שָׁלוֹם", ["பரவல்", "ระบบกระจาย", "عِلم", "שָׁלוֹם"]),
        ("#سیستم\u200cتوزیع‌شده خوب", ["سیستم\u200cتوزیع\u200cشده"]),
        (
            "#分散システム、#合意。次は#レプリケーション",
            ["分散システム", "合意", "レプリケーション"],
        ),
        ("（#分散）「#合意」！#時計？", ["分散", "合意", "時計"]),
        ("＃分散 と ＃Raft", ["分散", "Raft"]),
        ("#分布式系统#很好", ["分布式系统"]),
        ("#マイクロ・サービス・", ["マイクロ・サービス"]),
        ("#cafe\u0301 #Über", ["cafe\u0301", "Über"]),
        ("#raft👩\u200d💻 #paxos❤\ufe0f #️⃣ #1\ufe0f\u20e3", ["raft", "paxos"]),
        ("##raft and #raft", ["raft"]),
        ("#Raft#Paxos #1#Leases", ["Raft", "Paxos", "Leases"]),
        ("#Räft#Paxos อ่าน#ระบบ", ["Räft", "Paxos", "ระบบ"]),
        ("#共识#很好#时钟#", ["共识", "时钟"]),
        ("#vsr/#epaxos, #合意/#時計 #a/b /#c", ["vsr", "epaxos", "合意", "時計", "a"]),
        (f"{PAGE}#section、#leases {PAGE}?q=#x", ["leases"]),
        (f"{PAGE}を読む #clocks", ["clocks"]),
        ("# Store {#store} # Größe {#größe} {Look: #raft}", ["raft"]),
        ("C# F#, é#no, #1 #_ &#39; /#path a.test/b#c", []),
    ],
)
def test_hashtag_ends_where_its_word_ends_in_any_script(text: str, hashtags: list[str]) -> None:
    assert find_hashtags(text) == tuple(hashtags)


@pytest.mark.parametrize(
    ("copied", "url"),
    [
        (f"{PAGE}?a=1&amp;b=2", f"{PAGE}?a=1&b=2"),
        (f"{PAGE}?a=1&amp;amp;b=2&#038;c=3&#x26;d=4", f"{PAGE}?a=1&b=2&c=3&d=4"),
        (f"{PAGE}?a=1&amp", f"{PAGE}?a=1"),
        (f"{PAGE}?a=1&amplitude=2", f"{PAGE}?a=1&amplitude=2"),
    ],
)
def test_ampersands_of_a_url_copied_from_html_are_unescaped(copied: str, url: str) -> None:
    assert unescape_ampersands(copied) == url


@pytest.mark.parametrize("blank", [blank_urls_and_hashtags, blank_urls_except_slugs])
@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("Raft #वितरित x", "Raft " + " " * len("#वितरित") + " x"),
        (f"見る{PAGE}、合意", "見る" + " " * len(PAGE) + "、合意"),
        ("a ＃分散 b", "a     b"),
    ],
)
def test_blanked_text_keeps_the_offsets_of_all_other_characters(
    blank: type, text: str, blanked: str
) -> None:
    assert blank(text) == blanked
