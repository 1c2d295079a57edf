"""Names of folders that browsers and services create themselves, which describe no page.

The tables are sorted; one more name is one more line.
"""

from __future__ import annotations

from crawler.text_cleaning import clean_line, fold

# Names of browsers in the languages of their largest user groups, and of bookmark services.
_DEFAULT_FOLDERS = frozenset({
    "altri preferiti", "altri segnalibri", "andere bladwijzers", "andere lesezeichen", "archive",
    "autres favoris", "barra de favoritos", "barra de marcadores", "barra dei preferiti",
    "barra dei segnalibri", "barre de favoris", "barre personnelle", "bladwijzerbalk",
    "bladwijzermenu", "bladwijzerwerkbalk", "bookmarks", "bookmarks bar", "bookmarks menu",
    "bookmarks toolbar", "bookmarksbar", "bookmarksmenu", "das menü lesezeichen",
    "das menü »lesezeichen«", "desktop bookmarks", "favoris", "favoriten", "favoritenleiste",
    "favorites", "favorites bar", "favoritos", "favourites", "favourites bar",
    "from internet explorer", "home", "imported", "imported bookmarks", "importierte lesezeichen",
    "inbox", "lesezeichen", "lesezeichen-menü",
    "lesezeichen-symbolleiste", "lesezeichenleiste", "lesezeichenmenü", "liked",
    "marcadores", "marque-pages", "menu bookmarks", "menu de favoritos",
    "menu des marque-pages", "menu segnalibri", "menú de marcadores", "mobile bookmarks",
    "mobile lesezeichen", "mozilla firefox", "other bookmarks", "other favorites",
    "otros favoritos", "otros marcadores", "outros favoritos", "pasek zakładek", "preferiti",
    "read archive", "reading list", "root", "segnalibri", "starred", "synced bookmarks",
    "toolbar", "uncategorized", "unfiled", "unfiled bookmarks", "unread", "unsorted",
    "unsorted bookmarks", "weitere favoriten", "weitere lesezeichen", "другие закладки",
    "закладки", "меню закладок", "панель закладок", "панель избранного", "お気に入り",
    "お気に入りバー", "その他のブックマーク", "その他のお気に入り", "ブックマーク",
    "ブックマーク バー", "ブックマークツールバー", "ブックマークバー", "ブックマークメニュー",
    "书签", "书签工具栏", "书签栏", "书签菜单", "其他书签", "其他收藏夹", "收藏夹",
    "收藏夹栏", "북마크", "북마크바", "기타 북마크",
})  # fmt: skip
_FOLDED = frozenset(map(fold, _DEFAULT_FOLDERS))


def is_default_folder(name: str) -> bool:
    """Return whether a browser or service created the folder `name`, or it has no name."""
    folded = fold(clean_line(name))
    return not folded or folded in _FOLDED
