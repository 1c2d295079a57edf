"""Words that say what a part of a page is for: in class names and ids, and in sentences that no author wrote. Sorted; add a line."""

from __future__ import annotations

import re

# what people call the parts of a page in class and id; the measured weight of each stands in weights.json
CONTAINER_WORDS = frozenset(
    """
    ad ads advert advertisement archive article author banner bar bio body bookmark bottom box breadcrumb button byline caption card carousel category
    comment consent content cookie copyright credit cta date dek disclaimer discussion disqus donate dropdown email entry episode excerpt extra facebook
    featured feed fixed follow foot footer footnote form gallery global grid head header heading hero hidden icon image info inline intro item latest lead
    left legal link list listing login logo main masthead media menu meta mobile modal more most nav navigation newsletter next note notice outbrain
    overlay page pager pagination paging paragraph paywall person photo player popular popup post prev print product profile promo pull quote rail read
    recent recirc recommend region related reply response rich right rss search section share sharing shop short sidebar sidebars signup single sister
    skip slide social sponsor standfirst sticky story strip sub subscribe subtitle summary tab table taboola tag tags teaser terms text title toc tool
    toolbar top topic tout trend trending tweet twitter user video widget wiki wp wrapper
    """.split()
)

# phrases of the page around an article, in the languages of the pages measured
BOILERPLATE_PHRASES: tuple[str, ...] = (
    "about the author",
    "advertisement",
    "alle rechte vorbehalten",
    "all rights reserved",
    "click here",
    "comments?",
    "continue reading",
    "cookies?",
    "copyright",
    "download the",
    "e-?mail",
    "facebook",
    "empfohlene",
    "filed under",
    "folge(?:n sie)? uns",
    "follow (?:@|us|me)",
    "getty",
    "illustration by",
    "leave a (?:comment|reply)",
    "jetzt (?:abonnieren|kostenlos)",
    "kommentare?",
    "like (?:this|what)",
    "linkedin",
    "log ?in",
    "lesen sie (?:auch|mehr)",
    "mehr (?:infos|informationen|lesen|zum thema)",
    "more from",
    "most (?:popular|read)",
    "more (?:news|stories)",
    "news ?letters?",
    "next",
    "foto:",
    "photos?",
    "posted (?:by|in|on)",
    "previous",
    "print",
    "privacy policy",
    "protected by",
    "read (?:more|next|the full)",
    "recommended",
    "related (?:articles?|posts?|stories|topics)",
    "share (?:on|this)",
    "sign (?:in|up)",
    "subscri(?:be|ption|ptions)",
    "support (?:our|us)",
    "tags?",
    "terms of (?:service|use)",
    "trending",
    "twitter",
    "whatsapp",
    "wir freuen uns",
    "written by",
    "you (?:may|might) also",
)
# how a publisher speaks of itself and to its readers
HOUSE_WORDS = frozenset("nos notre nous our ours unser unsere unserem unseren unserer uns us votre vos you your deine ihr ihre nuestra nuestro".split())
# the small words that prose is full of and lists of links are not
PROSE_WORDS = frozenset(
    "a al als an and are as at auch auf aus be been but by can con da das dass de del den der des die di du e ein eine el en er es est et for from für ha had has have he "
    "her his i ich il in is ist it its la las le les los man mit n nicht not of on par pas per por pour qu que qui said se sein sich sie sind so su that the their there "
    "they this to um un una und une van von war was wer were which who wie will with would y zu zum zur".split()
)
BOILERPLATE = re.compile(r"\b(?:" + "|".join(BOILERPLATE_PHRASES) + r")\b|©", re.IGNORECASE)
