"""Hosts of URL shorteners. Their URLs are resolved once and not shown if the target is known."""

from __future__ import annotations

from crawler.public_suffixes import fold_host
from crawler.url_parser import InvalidUrl, parse_url

SHORTENERS = frozenset((
    "a.co", "aka.ms", "amzn.to", "apple.co", "b.link", "bit.do", "bit.ly", "bitly.com", "brnw.ch",
    "buff.ly", "cutt.ly", "db.tt", "dlvr.it", "doiop.com", "dub.sh", "fb.me", "fcld.ly", "flip.it",
    "fwd.pt", "g.co", "gg.gg", "git.io", "goo.gl", "goo.gle", "hubs.la", "hubs.li", "hubs.ly",
    "ibm.biz", "ibm.co", "ift.tt", "is.gd", "j.mp", "kutt.it", "l.ead.me", "link.medium.com",
    "linktr.ee", "lnkd.in", "lnk.to", "loom.ly", "mcaf.ee", "msft.it", "mzl.la", "n.pr", "nyti.ms",
    "oreil.ly", "ow.ly", "page.link", "pst.cr", "ptc.io", "qr.ae", "rb.gy", "rebrand.ly",
    "redd.it", "s.id", "share.google", "shorturl.at", "smarturl.it", "snip.ly", "spr.ly",
    "surl.li", "t.cn", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "tmblr.co", "tnsq.co", "trib.al",
    "u.nu", "url.ie", "v.gd", "w.wiki", "wp.me", "xhslink.com", "y2u.be", "youtu.be", "zpr.io",
))  # fmt: skip


def is_shortener(url: str) -> bool:
    """Whether a URL is a short link of a known shortener."""
    parsed = parse_url(url)
    if isinstance(parsed, InvalidUrl) or len(parsed.path) <= 1:
        return False
    return fold_host(parsed.host)[0] in SHORTENERS
