"""The words of the pages of networks in six languages, and pages as they are copied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

NOW = datetime(2026, 3, 20, 15, 45, tzinfo=UTC)
DAYS_AGO = datetime(2026, 3, 16, tzinfo=UTC)  # four days
WEEKS_AGO = datetime(2026, 3, 6, tzinfo=UTC)  # two weeks
HOURS_AGO = datetime(2026, 3, 20, 10, tzinfo=UTC)  # five hours
SPRING = datetime(2026, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Words:
    """The words of the pages in one language, and two texts in it."""

    marker: str
    picture: str
    degrees: tuple[str, str]
    headline: str
    days: str
    weeks: str
    edited: str
    visible: str
    follow: str
    more: str
    translation: str
    alternative: str
    others: str
    counters: tuple[str, str, str]
    buttons: tuple[str, str, str, str]
    reposted: str
    promoted: str
    short_days: str
    hours: str
    date: str
    clock: str
    x_more: str
    x_translate: str
    x_reposted: str
    quote: str
    views: str
    boosted: str
    bluesky_reposted: str
    everybody: str
    texts: tuple[str, str]


LANGUAGES = {
    "en": Words(
        "Feed post number {}", "View {}’s graphic link", ("• 2nd", "• 3rd+"),
        "Storage engineer at Blobs Inc", "4d", "2w", "Edited",
        "Visible to anyone on or off LinkedIn", "Follow", "…more", "Show translation",
        "No alternative text description for this image", "{} and 87 others",
        ("120 reactions", "14 comments", "3 reposts"), ("Like", "Comment", "Repost", "Send"),
        "{} reposted this", "Promoted", "4d", "5h", "Feb 9", "10:15 AM · Feb 9, 2026", "Show more",
        "Translate post", "{} reposted", "Quote", "{} Views", "{} boosted", "Reposted by {}",
        "Everybody can reply",
        ("A fencing token stops the late writer.", "Follow the money, share the load."),
    ),
    "de": Words(
        "Feed-Beitrag Nummer {}", "Grafik-Link von {} anzeigen", ("• 2.", "• 3.+"),
        "Entwicklerin bei der Blobs GmbH", "4 Tage", "2 Wochen", "Bearbeitet",
        "Für alle auf und außerhalb von LinkedIn sichtbar", "Folgen", "… mehr anzeigen",
        "Übersetzung anzeigen", "Kein Alt-Text für dieses Bild vorhanden",
        "{} und 87 weitere Personen", ("120 Reaktionen", "14 Kommentare", "3 Mal geteilt"),
        ("Gefällt mir", "Kommentieren", "Reposten", "Senden"), "{} hat dies repostet", "Anzeige",
        "4 T.", "5 Std.", "9. Feb.", "10:15 vorm. · 9. Feb. 2026", "Mehr anzeigen",
        "Post übersetzen", "{} hat repostet", "Zitat", "{} Mal angezeigt", "{} teilte",
        "Repostet von {}", "Alle können antworten",
        ("Ein Fencing-Token stoppt den späten Schreiber.", "Folgen und teilen, aber mit Maß."),
    ),
    "es": Words(
        "Publicación del feed número {}", "Ver el enlace gráfico de {}", ("• 2.º", "• 3.er+"),
        "Ingeniera de almacenamiento en Blobs", "4 días", "2 semanas", "Editado",
        "Visible para cualquiera dentro o fuera de LinkedIn", "Seguir", "…más",
        "Mostrar traducción", "No hay texto alternativo para esta imagen", "{} y 87 personas más",
        ("120 reacciones", "14 comentarios", "3 veces compartido"),
        ("Recomendar", "Comentar", "Compartir", "Enviar"), "{} ha compartido esto",
        "Promocionado", "hace 4 días", "hace 5 horas", "9 feb.", "10:15 a. m. · 9 feb. 2026",
        "Mostrar más", "Traducir post", "{} reposteó", "Cita", "{} visualizaciones",
        "{} impulsó", "Republicado por {}", "Todos pueden responder",
        ("Un token de cercado detiene al escritor lento.", "Seguir y compartir la carga."),
    ),
    "pt": Words(
        "Publicação no feed número {}", "Visualizar link gráfico de {}", ("• 2º", "• 3º+"),
        "Engenheira de armazenamento na Blobs", "4 d", "2 sem", "Editado",
        "Visível para qualquer pessoa dentro ou fora do LinkedIn", "Seguir", "…mais",
        "Exibir tradução", "Nenhum texto alternativo para esta imagem",
        "{} e mais 87 pessoas", ("120 reações", "14 comentários", "3 compartilhamentos"),
        ("Gostei", "Comentar", "Compartilhar", "Enviar"), "{} compartilhou isso", "Promovido",
        "há 4 dias", "há 5 horas", "9 de fev.", "10:15 AM · 9 de fev. de 2026", "Mostrar mais",
        "Traduzir post", "{} repostou", "Citar", "{} visualizações", "{} impulsionou",
        "Repostado por {}", "Todos podem responder",
        ("Um token de cerca para o escritor lento.", "Seguir e compartilhar a carga."),
    ),
    "fr": Words(
        "Post du fil d’actualité numéro {}", "Voir le lien graphique de {}", ("• 2e", "• 3e et +"),
        "Ingénieure stockage chez Blobs", "4 j", "2 sem", "Modifié",
        "Visible de tous sur LinkedIn et en dehors", "Suivre", "…plus", "Voir la traduction",
        "Aucun texte alternatif pour cette image", "{} et 87 autres personnes",
        ("120 réactions", "14 commentaires", "3 republications"),
        ("J’aime", "Commenter", "Republier", "Envoyer"), "{} a republié ceci", "Sponsorisé",
        "il y a 4 jours", "il y a 5 heures", "9 févr.", "10:15 AM · 9 févr. 2026", "Voir plus",
        "Traduire le post", "{} a reposté", "Citation", "{} vues", "{} a partagé",
        "Republié par {}", "Tout le monde peut répondre",
        ("Un jeton de clôture arrête l’écrivain lent.", "Suivre, partager, répliquer."),
    ),
    "ja": Words(
        "フィード投稿番号{}", "{}さんのグラフィックリンクを表示", ("• 2次", "• 3次以上"),
        "ブロブ株式会社のエンジニア", "4日前", "2週間前", "編集済み",
        "LinkedIn内外のすべての人に公開", "フォロー", "…もっと見る", "翻訳を表示",
        "この画像の代替テキストはありません", "{}さん、他87人",
        ("リアクション120件", "コメント14件", "再投稿3件"),
        ("いいね！", "コメント", "再投稿", "送信"), "{}さんが再投稿しました", "プロモーション",
        "4日", "5時間", "2月9日", "午前10:15 · 2026年2月9日", "さらに表示", "ポストを翻訳",
        "{}さんがリポスト", "引用", "{} 件の表示", "{}さんがブースト", "{}によるリポスト",
        "誰でも返信可能",
        ("フェンシングトークンは遅い書き込みを止める。", "フォローと共有は分散の話ではない。"),
    ),
}  # fmt: skip

PAGES = {
    "linkedin es, unknown visibility": (
        """Publicación en el feed número 4
Lucía Prado
• 2.º
Ingeniera en Nubes SA
hace 4 días • Editado • Visible para usuarios de la red

Seguir
El reloj manda.
#Relojes
… más
8 reacciones
Recomendar
Comentar
Compartir
Enviar""",
        [("El reloj manda.\n#Relojes", "linkedin", "Lucía Prado", DAYS_AGO)],
    ),
    "linkedin ja, link before kana": (
        """フィード投稿番号2
森 葵
• 1次
4日 •

全文:https://blog.test/clocks。続きは#時計
リアクション3件
いいね
コメントする
再投稿
送信""",
        [("全文:https://blog.test/clocks。続きは#時計", "linkedin", "森 葵", DAYS_AGO)],
    ),
    "linkedin, old page without degrees": (
        """Mina Okoye
Storage engineer
4d
Edited
Blobs are hard.
Like
Comment
Share
Jonas Lind  3rd+
Writer
2w
Chunks are harder.
5 comments · 2 reposts
Like
Comment
Share""",
        [
            ("Blobs are hard.", "linkedin", "Mina Okoye", DAYS_AGO),
            ("Chunks are harder.", "linkedin", "Jonas Lind", WEEKS_AGO),
        ],
    ),
    "mastodon de, account of the own server": (
        """Bea teilte
Mina Okoye

@mina@social.test
vor 4 Tagen
Replikate sind geduldig. #Raft
1 Antwort
12 Mal geteilt
34 Favoriten
Jonas L :verified:
@jonas
4 Tg.
Uhren nicht.
Antworten
Teilen
Favorisieren
Lesezeichen hinzufügen""",
        [
            ("Replikate sind geduldig. #Raft", "mastodon", "Mina Okoye", DAYS_AGO),
            ("Uhren nicht.", "mastodon", "Jonas L", DAYS_AGO),
        ],
    ),
    "mastodon en, date above an older post": (
        """Feb 9
Mina Okoye
@mina@social.test
Old but true.
0
1+
Feb 09, 2026
Jonas L
@jonas@other.test
Edited
Also true.
Translate
3""",
        [
            ("Old but true.", "mastodon", "Mina Okoye", SPRING),
            ("Also true.", "mastodon", "Jonas L", SPRING),
        ],
    ),
    "threads pt, words between the counters": (
        """mina_o
há 4 dias
Cópias custam.
Traduzir
Curtir
120
Comentar
14
Repostar
3
Compartilhar
jonas.l
Sistemas distribuídos
há 5 horas
Relógios também.
Curtir
Comentar
Repostar
Compartilhar""",
        [
            ("Cópias custam.", "threads", "mina_o", DAYS_AGO),
            ("Relógios também.", "threads", "jonas.l", HOURS_AGO),
        ],
    ),
    "x de, sentence of the translation and advert": (
        """Mina Okoye
@mina_x
·
5 Std.
Quoren zählen.
Übersetzt aus dem Deutschen von Google
War diese Übersetzung korrekt? Gib uns Feedback, damit wir sie verbessern können:
3
1.234 Mal angezeigt
Firma AG
@firma
Anzeige
Kauft!""",
        [("Quoren zählen.", "x", "Mina Okoye", HOURS_AGO)],
    ),
    "x fr, number above its word": (
        """Mina Okoye
@mina_x
Les quorums comptent.
10:15 AM · 9 févr. 2026
·
1 234
 vues
12 reposts
3 citations
34 J’aime""",
        [("Les quorums comptent.", "x", "Mina Okoye", SPRING)],
    ),
}
