"""Challenges, walls, soft 404s and parked domains are detected; articles about them are not."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome

S = Outcome.SOFT_NOT_FOUND
W = Outcome.LOGIN_WALL
LEAD = "A lease is a lock that ends by itself, so the holder and the server must agree on time."
ESSAY = "".join(
    f"<p>Part {n}: why a challenge such as Just a moment, or a 404 not found, is served to a "
    f"crawler, and how a captcha or a consent banner differs.</p>"
    for n in range(12)
)


def read(title: str, inside: str, headers: tuple[tuple[str, str], ...] = ()) -> Article | Failure:
    body = f"<!doctype html><html><head><title>{title}</title></head><body>{inside}</body></html>"
    return extract_page(PageInput("https://x.example/", body.encode(), headers=headers))


@pytest.mark.parametrize(
    ("title", "inside", "outcome"),
    [
        ("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>", Outcome.CHALLENGE),
        (
            "site.example",
            "<script>window._cf_chl_opt={}</script><p>Verifying</p>",
            Outcome.CHALLENGE,
        ),
        (
            "Pardon Our Interruption",
            "<p>As you were browsing something about your browser made us think you were a "
            "bot.</p>",
            Outcome.CHALLENGE,
        ),
        (
            "Before you continue",
            "<p>We use cookies and data to deliver our services.</p><button>Accept all</button>",
            Outcome.CONSENT_WALL,
        ),
        (
            "Log in | Forum",
            "<form>Name</form><p>Welcome back to the forum.</p>",
            Outcome.LOGIN_WALL,
        ),
        ("Page not found - Blog", "<p>Try the search.</p>", Outcome.SOFT_NOT_FOUND),
        ("404", "<p>Nothing here.</p>", Outcome.SOFT_NOT_FOUND),
        ("Oops", "<p>The page you are looking for does not exist.</p>", Outcome.SOFT_NOT_FOUND),
        ("nice.example", "<p>This domain is for sale. Make an offer.</p>", Outcome.PARKED),
    ],
)
def test_non_article_page_gives_its_outcome(title: str, inside: str, outcome: Outcome) -> None:
    result = read(title, inside)
    assert isinstance(result, Failure)
    assert result.outcome is outcome


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment: what challenges cost",
        "404 not found, an oral history",
        "Before you continue: consent on the web",
    ],
)
def test_article_about_walls_is_extracted(title: str) -> None:
    assert isinstance(read(title, f"<article><h1>{title}</h1>{ESSAY}</article>"), Article)


FAULT = (
    "<p>The switch had kept the address of a host that was gone since March.</p>"
    "<p>Every second packet went to the old port, and the other half arrived in time.</p>"
    "<p>We cleared one table, wrote down how, and spent the evening on the question of why no "
    "alarm had seen it.</p>"
)


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Access denied: what our proxy meant", "The proxy told us that access was denied."),
        ("Not found", "Page not found, our own router said about its own pages."),
        ("Sign in to continue", "You must sign in, said the printer."),
        ("Too many requests", "Too many requests, answered a service with one client."),
        ("Error pages", "Please enable JavaScript, asked the page that had none."),
        ("Our two walls", "This post is for paying subscribers, it said to everyone who pays."),
        ("Robots and us", "Please verify that you are human, it asked the monitoring."),
    ],
)
def test_short_article_that_quotes_a_wall_is_extracted(title: str, first: str) -> None:
    result = read(title, f"<article><h1>{title}</h1><p>{first}</p>{FAULT}</article>")
    assert isinstance(result, Article)
    assert "had kept the address" in result.text


def test_challenge_header_gives_challenge_for_any_page() -> None:
    result = read("A fine article", ESSAY, (("cf-mitigated", "challenge"),))
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.CHALLENGE


@pytest.mark.parametrize(
    ("title", "inside", "outcome"),
    [
        ("Blog", "<h1>Hoppla! Diese Seite gibt es nicht.</h1><p>Zur Suche.</p>", S),
        ("Carnet", "<h1>Désolé, cette page n’existe plus</h1><p>Retour à l’accueil.</p>", S),
        ("Blog", "<h1>Lo sentimos, la página que buscas no existe.</h1><p>Inicio</p>", S),
        ("Diário", "<p>Não encontramos a página.</p><p>Tente a busca.</p>", S),
        ("Note", "<h1>Oops, pagina non trovata</h1><p>Torna alla home.</p>", S),
        ("Blog", "<h1>Deze pagina bestaat niet</h1><p>Ga naar de voorpagina.</p>", S),
        ("Dziennik", "<h1>Strona nie istnieje</h1><p>Wróć na stronę główną.</p>", S),
        ("Deník", "<p>Požadovaná stránka nebyla nalezena.</p>", S),
        ("Günlük", "<h1>Aradığınız sayfa bulunamadı</h1><p>Ana sayfaya dönün.</p>", S),
        ("Журнал", "<p>Такой страницы не существует</p><p>Вернитесь на главную.</p>", S),
        ("ブログ", "<h1>お探しのページは見つかりませんでした。</h1><p>トップへ</p>", S),
        ("블로그", "<p>요청하신 페이지를 찾을 수 없습니다.</p>", S),
        ("日志", "<p>很抱歉，该文章已被作者删除。</p>", S),
        ("網誌", "<p>抱歉，這個網頁不存在。</p>", S),
        ("Notes", "<p>This post couldn’t be found. It may be private.</p>", S),
        ("App", "<p>Aplikacja wymaga włączenia obsługi JavaScript.</p>", Outcome.EMPTY),
        ("Blog", "<p>Confirma que eres una persona.</p>", Outcome.CHALLENGE),
        ("Blog", "<h1>We’ll be back soon</h1><p>The site is under maintenance.</p>", S),
        ("Blog", "<h1>Too many requests</h1><p>Try again in a minute.</p>", Outcome.CHALLENGE),
        ("App", "<div>Bitte JavaScript in Ihrem Browser aktivieren.</div>", Outcome.EMPTY),
        ("App", "<div>请启用 JavaScript 以运行此应用。</div>", Outcome.EMPTY),
        ("Blog", "<p>Vérifiez que vous n’êtes pas un robot.</p>", Outcome.CHALLENGE),
        ("ブログ", "<p>ロボットではないことを確認してください。</p>", Outcome.CHALLENGE),
        ("Wiki", "<h1>Bitte melden Sie sich an</h1><p>Name</p><p>Passwort</p>", W),
        ("Wiki", "<p>Вы должны: войдите, чтобы продолжить.</p>", W),
        ("News", "<h1>Unavailable in your region</h1><p>We are sorry.</p>", Outcome.LEGAL),
        ("News", "<p>You are attempting to access this website from the EEA.</p>", Outcome.LEGAL),
        ("Archive", "<p>The Wayback Machine has not archived that URL, sorry.</p>", S),
        ("Pedia", "<p>Pedia does not have an article with this exact name.</p>", S),
        ("Blog", "<p>Error establishing a database connection</p>", S),
        ("Hosts", "<h1>It works!</h1>", S),
        ("Index of /notes", "<table><tr><td>a.html</td><td>2021-02-03</td></tr></table>", S),
        ("x.example | 521: Web server is down", "<p>The web server is not answering.</p>", S),
        ("Site", '<div id="cf-error-details"><p>The host timed out. Try again.</p></div>', S),
        ("Notes", "<h1>Coming soon</h1><p>We are still writing.</p>", S),
        ("Object moved", "<h1>Object moved to <a href='/b'>here</a>.</h1>", S),
        ("Space", "<p>You do not have access to this document. Ask its owner.</p>", W),
        ("Blog", "<p>This blog is open to invited readers only.</p>", W),
        ("Shop", "<h1>Are you over 18?</h1><p>Say yes or no.</p>", W),
        ("Site", "<p>Request unsuccessful. Incapsula incident ID: 4-5.</p>", Outcome.CHALLENGE),
        ("Site", "<p>Press &amp; Hold to confirm you are no bot.</p>", Outcome.CHALLENGE),
        ("App", "<h1>Your browser is not supported</h1><p>Take another.</p>", Outcome.EMPTY),
    ],
)
def test_page_that_states_a_wall_gives_its_outcome(
    title: str, inside: str, outcome: Outcome
) -> None:
    result = read(title, inside)
    assert isinstance(result, Failure)
    assert result.outcome is outcome


@pytest.mark.parametrize(
    "notice",
    [
        "<h2>Keep reading with a 7-day free trial</h2>",
        "<p>This article is available to members only.</p><p>Exclusive to subscribers</p>",
        "<h3>Diesen Artikel weiterlesen mit Beispiel Plus</h3>",
        "<p>La suite est réservée aux abonnés.</p>",
        "<div>Contenido exclusivo para suscriptores</div>",
        "<p>この記事は有料会員限定です。</p>",
        "<p>本文为付费内容</p>",
        "<h2>Continue with a free trial</h2>",
    ],
)
def test_first_sentence_before_a_paywall_is_a_preview(notice: str) -> None:
    result = read("A lease has an end", f"<article><p>{LEAD}</p>{notice}</article>")
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.LOGIN_WALL
    assert "preview" in result.message


CONSENTS = {
    "en": "<h2>Your privacy</h2><p>We and our partners store cookies on your device to show "
    "personalised ads. You can withdraw your consent at any time.</p><p>Accept all</p>",
    "de": "<p>Wir verwenden Cookies und geben Daten an unsere Partner weiter, um personalisierte "
    "Werbung zu zeigen. Ihre Einwilligung ist jederzeit widerrufbar.</p><p>Alle akzeptieren</p>",
    "fr": "<p>Nous utilisons des cookies avec nos partenaires pour afficher de la publicité "
    "personnalisée. Vous pouvez retirer votre consentement.</p><p>Tout accepter</p>",
    "ja": "<p>当サイトはクッキーを使用し、パートナーと共有します。"
    "パーソナライズされた広告を表示します。"
    "同意を撤回することもできます。</p><p>すべて同意</p>",
}


@pytest.mark.parametrize("language", CONSENTS)
def test_page_with_nothing_but_a_consent_text_is_a_consent_wall(language: str) -> None:
    result = read("Example", f"<div>{CONSENTS[language]}</div>")
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.CONSENT_WALL


@pytest.mark.parametrize("language", CONSENTS)
@pytest.mark.parametrize("is_first", [True, False])
def test_consent_text_around_an_article_is_left_out(language: str, is_first: bool) -> None:
    consent = f"<div>{CONSENTS[language]}</div>"
    article = f"<article><h1>A lease has an end</h1>{f'<p>{LEAD}</p>' * 8}</article>"
    result = read("A lease has an end", consent + article if is_first else article + consent)
    assert isinstance(result, Article)
    assert set(result.text.split("\n\n")) == {LEAD}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Why our error page says page not found",
            "We changed the sentence on the error page last week. Before, readers who followed a "
            "dead link saw a joke, and most of them left. Now they see a search box and three "
            "recent notes, and one in four stays.",
        ),
        (
            "Sessions without cookies",
            "A session needs a key, and the key needs a place. Cookies are one such place, and "
            "the header is another. We moved ours in May, and the logs got shorter by half.",
        ),
        (
            "Messages for subscribers",
            "The broker keeps one cursor for each group of subscribers. A slow one holds back the "
            "log, so we cut it off after an hour and tell its owner.",
        ),
        (
            "Robots in the warehouse",
            "Each robot holds a lease on its aisle. When the lease ends, the robot stops, and the "
            "planner gives the aisle to the next one in the queue.",
        ),
    ],
)
def test_short_article_about_such_a_page_is_extracted(title: str, text: str) -> None:
    result = read(title, f"<article><h1>{title}</h1><p>{text}</p></article>")
    assert isinstance(result, Article)
    assert text in result.text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Log", "Coming soon to every region: a log that keeps its order when two writers race."),
        ("Leases", "It works because the clock of the server is the only one that decides."),
        ("Moves", "No results came back from the second index until its leader had moved."),
    ],
)
def test_sentence_that_begins_like_a_placeholder_is_extracted(title: str, text: str) -> None:
    assert isinstance(read(title, f"<article><h1>{title}</h1><p>{text}</p></article>"), Article)


def test_alias_page_is_a_redirect() -> None:
    result = read("Moved", '<meta http-equiv="refresh" content="0; url=/new"><p>Moved here.</p>')
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.REDIRECTED
    assert "https://x.example/new" in result.message


def test_phrases_are_sorted_and_listed_once() -> None:
    table = files("crawler.extract").joinpath("non_article_phrases.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")][1:]
    assert rows == sorted(rows)
    assert len(rows) == len(set(map(tuple, rows)))
    assert {len(row) for row in rows} == {4}


def test_patterns_of_markup_are_in_lower_case() -> None:
    table = files("crawler.extract").joinpath("non_article_patterns.toml")
    outcomes = tomllib.loads(table.read_text(encoding="utf-8")).values()
    patterns = [pattern for parts in outcomes for pattern in parts.get("markup", ())]
    assert patterns
    assert [pattern for pattern in patterns if pattern != pattern.lower()] == []


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("402", "<h1>402 Payment Required</h1><hr><center>edge</center>"),
        ("Fault", "<h1>Error 507 Insufficient Storage</h1><p>XID 81</p>"),
        ("Fault", "<h1>Error 523</h1><h2>Origin is unreachable</h2><p>Ray 7f</p>"),
        ("Fault", "<p>HTTP Status 415 – Unsupported Media Type</p>"),
        ("431 Request Header Fields Too Large", "<p>cache node 7</p>"),
    ],
)
def test_page_that_states_an_http_status_gives_a_failure(title: str, inside: str) -> None:
    assert isinstance(read(title, inside), Failure)


@pytest.mark.parametrize(
    ("title", "inside", "outcome"),
    [
        ("Hop", "<p>You will be redirected to the new archive in a moment.</p>", "redirected"),
        ("Hop", "<h1>Redirecting</h1><a href='/n'>Go on</a>", "redirected"),
        ("Hop", "<p>Sie werden automatisch weitergeleitet.</p>", "redirected"),
        ("Panel", "<div id='root'><p>Please wait...</p></div>", "empty"),
        ("Panel", "<div id='root'><p>Bitte warten</p></div>", "empty"),
        ("Panel", "<div id='root'><p>読み込み中…</p></div>", "empty"),
    ],
)
def test_redirecting_and_loading_pages_give_their_outcomes(
    title: str, inside: str, outcome: str
) -> None:
    result = read(title, inside)
    assert isinstance(result, Failure)
    assert result.outcome.value == outcome


@pytest.mark.parametrize(
    "inside",
    [
        "<h1>Log in to the pump room</h1><p>Or choose a provider</p><ul><li>Blue</li></ul>",
        "<h1>Přihlášení</h1><p>Jméno a heslo, prosím.</p>",
        "<h1>ログイン</h1><p>会員番号を入力</p>",
        "<h1>Pump room</h1><form>Name <input>Word <input type='password'></form><p>Ask Ada.</p>",
        "<h1>Private: pumps</h1><p>This post is password protected. Type it below.</p>",
    ],
)
def test_page_of_a_login_is_a_login_wall(inside: str) -> None:
    result = read("Pump room", inside)
    assert isinstance(result, Failure)
    assert result.outcome is W


@pytest.mark.parametrize(
    "notice",
    [
        "<h3>Register to continue</h3>",
        "<p>Make a free account to read on.</p><p>You have 2 free articles left.</p>",
        "<div class='regwall'><p>Ada and her pumps wait behind this door.</p></div>",
        "<section id='paywall-box'><h4>From one euro</h4></section>",
        "<div class='subscription-required'><b>More of this</b></div>",
    ],
)
def test_notice_below_one_paragraph_is_a_login_wall(notice: str) -> None:
    result = read("Leases", f"<article><h1>Leases</h1><p>{LEAD} {LEAD}</p>{notice}</article>")
    assert isinstance(result, Failure)
    assert result.outcome is W


def test_article_inside_an_element_named_paywall_is_extracted() -> None:
    inside = f"<h1>Leases</h1><p>{LEAD}</p><div class='paywall'><p>{LEAD}</p>{FAULT}</div>"
    assert isinstance(read("Leases", f"<article>{inside}</article>"), Article)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Sign in with care, and other notes on a login page that nobody reads", LEAD),
        ("On status codes", f"502 was a number that we saw on one day. {LEAD}"),
        ("Loading docks", f"Loading a lorry takes an hour. {LEAD}"),
    ],
)
def test_short_article_about_logins_and_errors_is_extracted(title: str, text: str) -> None:
    assert isinstance(read(title, f"<article><h1>{title}</h1><p>{text}</p></article>"), Article)
