"""Tracking parameters: query parameters that say how a reader came, and never select the page.

Rules for `*` are safe on every host. Names with another meaning elsewhere (`ref`, `source`, `via`,
`r`, `s`, `t`) are dropped only on the host that adds them, or if the value is that of a referrer.
"""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_NETWORK = (
    "mastodon|fediverse|fosstodon|hachyderm|bluesky|bsky|twitter|x\\.com|linkedin|facebook|fb"
    "|reddit|hackernews|hacker-?news|hn|ycombinator|lobsters"
    "|lobste\\.rs|producthunt|daily-?dev|tldr|slack|telegram|whatsapp|instagram|threads"
    "|youtube|indiehackers|newsletter"
)
_CHANNEL = f"{_NETWORK}|e?mail|rss|fullrss|feed|atom|share|social|sharing|pocket"
_AS_WHAT = r"(?:[-_.](?:share|feed|post|card|app|bio|com|newsletter|link|thread))?"
_DOMAIN = (
    r"(?!v?\d+\.)(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|co|me|news|blog|tech|ai|fm|email|xyz|app"
    r"|info|social|eu|uk|de|fr|nl)"
)


def _everywhere(name: str, pattern: str, parameter: str, source: str) -> Rule:
    return Rule(
        name,
        "*",
        f"(?:{pattern})=.*",
        "",
        f"https://example.org/a?{parameter}&id=1",
        "https://example.org/a?id=1",
        source,
    )


def _at(name: str, hosts: str, pattern: str, example: str, gives: str, source: str) -> Rule:
    return Rule(name, hosts, pattern, "", example, gives, source)


PARAMETERS: tuple[Rule, ...] = (
    _at(
        "acm-queue",
        "queue.acm.org",
        "(?:ref|doi|CFID|CFTOKEN)=.*",
        "https://queue.acm.org/detail.cfm?id=3025012&ref=fullrss",
        "https://queue.acm.org/detail.cfm?id=3025012",
        "its feed",
    ),
    _at(
        "share-amazon",
        "amazon.*",
        "(?:tag|ref|ref_|pd_rd_\\w+|pf_rd_\\w+|psc|qid|sr|keywords|linkCode|linkId|camp"
        "|creative\\w*|ascsubtag|crid|sprefix|dib\\w*|th|_encoding)=.*",
        "https://www.amazon.com/b?node=1&tag=x-20",
        "https://www.amazon.com/b?node=1",
        "Amazon's affiliate links (Brave's clean-urls list names them)",
    ),
    _at(
        "share-github",
        "github.com",
        "(?:source|ref|notification_referrer_id|notifications_query|plain|raw)=.*",
        "https://github.com/a/b/issues/1?source=cc",
        "https://github.com/a/b/issues/1",
        "GitHub's mails",
    ),
    _at(
        "share-infoq",
        "infoq.com",
        "(?:topicPageSponsorship|forceSponsorshipId|itm_\\w+|useSponsorshipSuggestions)=.*",
        "https://www.infoq.com/articles/clocks/?topicPageSponsorship=x",
        "https://www.infoq.com/articles/clocks/",
        "InfoQ's topic pages",
    ),
    _at(
        "share-linkedin",
        "linkedin.com *.linkedin.com",
        "(?:rcm|originalSubdomain|src|published|trackingId|refId|position|pageNum|trk)=.*",
        "https://www.linkedin.com/pulse/clocks-ada/?rcm=x",
        "https://www.linkedin.com/pulse/clocks-ada/",
        "LinkedIn's share links",
    ),
    _at(
        "share-medium",
        "medium.com *.medium.com",
        "(?:source|sk|gi|branch|postPublishedType|responsesOpen|sortBy)=.*",
        "https://medium.com/@ada/about?source=x",
        "https://medium.com/@ada/about",
        "Medium's share links",
    ),
    _at(
        "share-reddit",
        "reddit.com *.reddit.com",
        "(?:share_id|rdt|context|correlation_id|ref|ref_campaign|ref_source|rdt_cid|sort|depth"
        "|st|sh|limit|embed)=.*",
        "https://www.reddit.com/r/programming/wiki/x?rdt=1",
        "https://www.reddit.com/r/programming/wiki/x",
        "Reddit's share links",
    ),
    _at(
        "share-spotify",
        "*.spotify.com",
        "(?:si|nd|context|go|sp_cid|dlsi|pi)=.*",
        "https://open.spotify.com/episode/0aB1cD2eF3?si=x",
        "https://open.spotify.com/episode/0aB1cD2eF3",
        "Spotify's share links",
    ),
    _at(
        "share-substack",
        "*.substack.com",
        "(?:r|s|triedRedirect|publication_id|post_id|isFreemail|showWelcome\\w*|token|action"
        "|open|source|referrer|shareImageVariant)=.*",
        "https://ada.substack.com/archive?r=1abc",
        "https://ada.substack.com/archive",
        "Substack's share links",
    ),
    _at(
        "share-x",
        "twitter.com x.com *.twitter.com",
        "(?:s|t|ref_src|ref_url|cn|cxt|src|lang|original_referer)=.*",
        "https://x.com/ada/lists?s=20",
        "https://x.com/ada/lists",
        "X's share links",
    ),
    _at(
        "share-youtube",
        "youtube.com *.youtube.com",
        "(?:si|feature|pp|ab_channel|app|themeRefresh|gclid|kw)=.*",
        "https://www.youtube.com/playlist?list=PL1&si=x",
        "https://www.youtube.com/playlist?list=PL1",
        "YouTube's share links",
    ),
    _everywhere(
        "tracking-adjust",
        "adj_\\w+|adjust_\\w+",
        "adj_t=1",
        "Adjust's documentation of tracker links",
    ),
    _everywhere(
        "tracking-adobe",
        "s_cid|s_kwcid|ef_id|cmpid|icid|ICID",
        "s_cid=x",
        "Adobe Analytics campaign variables",
    ),
    _at(
        "tracking-alibaba",
        "*",
        r"spm=[\w-]+\.[\w.-]+",
        "https://example.org/a?spm=a2c4g.11186623.0.0",
        "https://example.org/a",
        "Alibaba's super position model",
    ),
    _everywhere(
        "tracking-appsflyer",
        "af_\\w+|is_retargeting|pid_af",
        "af_sub1=x",
        "AppsFlyer OneLink parameters",
    ),
    _everywhere(
        "tracking-branch",
        "_branch_\\w+|\\$deep_link|%24deep_link",
        "_branch_match_id=1",
        "Branch link data",
    ),
    _everywhere("tracking-bronto", "_bta_tid|_bta_c", "_bta_c=x", "Bronto's pixel"),
    _everywhere(
        "tracking-click-ids",
        "[a-z]{1,4}clk?id|gclsrc|gbraid|wbraid|gad_\\w+|srsltid|rb_clickid|irclickid|ScCid"
        "|epik|tblci|obOrigUrl|rdt_cid|li_fat_id",
        "fbclid=x",
        "click ids of the advertising networks",
    ),
    _everywhere("tracking-dotdigital", "dm_i|dm_t", "dm_i=x", "dotdigital link tracking"),
    _everywhere(
        "tracking-facebook",
        "fb_(?:action_ids|action_types|source|comment_id|ref)|mibextid|__cft__.*|__tn__|__xts__.*",
        "mibextid=x",
        "Facebook's share links",
    ),
    _everywhere(
        "tracking-google",
        "_ga|_gl|ga_\\w+|gclsrc|gs_l|ved|ei_|usg",
        "_gl=x",
        "Google Analytics cross-domain linker",
    ),
    _everywhere(
        "tracking-hubspot",
        "_hsenc|_hsmi|__hs\\w+|hsa_\\w+|hsCtaTracking|hsCtaAttrib|hss_channel",
        "_hsmi=1",
        "HubSpot email and ads tracking",
    ),
    _everywhere("tracking-instagram", "igshid|igsh|ig_\\w+", "igshid=x", "Instagram's share links"),
    _everywhere(
        "tracking-internal",
        "itm_\\w+|int_cmp|intcmp|at_(?:campaign|medium|custom\\d|recipient_id|recipient_list)"
        "|ns_(?:mchannel|source|campaign|linkname|fee)"
        "|wt_mc|wtmc|wt\\.mc_id|WT\\.mc_id",
        "itm_source=x",
        "internal campaign links",
    ),
    _everywhere("tracking-klaviyo", "_ke|_kx|kl_\\w+", "_ke=x", "Klaviyo's email links"),
    _everywhere(
        "tracking-linkedin",
        "trk(?==(?!\\d+$))|trkInfo|trkEmail|lipi|midToken|midSig|lici|licu|li_medium|li_source"
        "|trackingId",
        "trk=feed_main-feed-card-text",
        "LinkedIn's share links",
    ),
    _everywhere(
        "tracking-listrak",
        "trk_(?:contact|msg|module|sid|link)",
        "trk_sid=x",
        "Listrak's email links",
    ),
    _everywhere("tracking-mailchimp", "mc_(?:cid|eid|tc)", "mc_cid=x", "Mailchimp's email links"),
    _everywhere("tracking-marketo", "mkt_tok|mkwid|pcrid", "mkt_tok=x", "Marketo's email links"),
    _everywhere(
        "tracking-matomo",
        "(?:mtm|matomo|pk|piwik)_\\w+",
        "pk_campaign=x",
        "Matomo's campaign parameters",
    ),
    _at(
        "tracking-medium-source",
        "*",
        r"source=(?:rss-{2,}.*|.*-{3,}.*|friends_link|userActivityShare|social\.\w+"
        r"|\w+_(?:reader|profile|page|homepage|share)\b.*)",
        "https://tech.example.org/cells?source=rss----abc---4",
        "https://tech.example.org/cells",
        "Medium's share links",
    ),
    _everywhere(
        "tracking-newsletter",
        "_bhlid|bh_\\w+|ck_subscriber_id|ml_subscriber\\w*|vero_(?:id|conv)|oly_\\w+"
        "|ss_email_id|ss_source|ss_campaign_\\w+|bbeml"
        "|sfmc_\\w+|et_rid|et_cid|bsft_\\w+|oft_\\w+|sc_(?:customer|eh|uid|campaign|channel"
        "|country|content|detail|medium)|mailing_id|ecid|elq\\w*|nltr\\w*|dgcid"
        "|rb_clickid|unicorn_click_id|wickedid|sms_(?:source|click|uph)|guccounter"
        "|guce_referrer\\w*|_openstat|xtor|_eid|emci|emdi",
        "vero_id=x",
        "newsletter and mail tools",
    ),
    _at(
        "tracking-referrer",
        "*",
        rf"(?:ref|referrer|referer|ref_)=(?:{_CHANNEL}){_AS_WHAT}|(?:via|source|src|from"
        rf"|origin)=(?:{_NETWORK}){_AS_WHAT}",
        "https://example.org/a?ref=mastodon",
        "https://example.org/a",
        "values that name a network, seen in shared posts",
    ),
    _at(
        "tracking-referrer-site",
        "*",
        rf"ref=(?:https?://)?{_DOMAIN}/?",
        "https://example.org/a?ref=weekly.example.com",
        "https://example.org/a",
        "Ghost adds the address of the newsletter's site",
    ),
    _everywhere(
        "tracking-session",
        "(?i:jsessionid|phpsessid|aspsessionid\\w*|cfid|cftoken|sessionid|session_id|sessid"
        "|zenid|oscsid)",
        "PHPSESSID=x",
        "session ids of web frameworks",
    ),
    _everywhere(
        "tracking-sharing",
        "share_(?:id|source|from|medium|token|app_id)|sharesource|shareId|sharer|shared_via"
        "|social_share|smid|smtyp|ncid|soc_(?:src|trk)|amp_\\w+|usqp"
        "|partner_ref|sr_share|spref|action_object_map|action_type_map|action_ref_map|ref_src"
        "|ref_url|refsrc|feature_ref|ito|ocid|cvid",
        "smid=tw-share",
        "share buttons of newspapers and social networks",
    ),
    _at(
        "tracking-sharing-wordpress",
        "*",
        r"share=(?:[\w-]*(?:twitter|facebook|linkedin|reddit|mastodon|email|tumblr|pocket"
        r"|telegram|whatsapp|bluesky)|x)|nb=1",
        "https://example.org/a/?share=jetpack-whatsapp&nb=1",
        "https://example.org/a/",
        "share buttons of WordPress (Jetpack)",
    ),
    _everywhere(
        "tracking-utm",
        "(?i:utm_?\\w*|utm-\\w+)",
        "utm_source=x&utm_medium=y",
        "Google Analytics campaign parameters",
    ),
    _everywhere("tracking-yandex", "_ym_uid|_ym_\\w+|yhid", "_ym_uid=x", "Yandex Direct"),
    _at(
        "view-amp",
        "*",
        "(?:amp|_amp|isamp)(?:=(?:1|true|yes|amp|html)?)?|(?:outputType|output|mode|view"
        "|format|type)=amp",
        "https://example.org/a?outputType=amp",
        "https://example.org/a",
        "AMP by parameter (WordPress, Arc)",
    ),
    _at(
        "view-mobile",
        "*",
        "(?:mobile|m|desktop|nomobile|useskin|app)=(?:1|true|yes|vector|minerva|monobook)",
        "https://example.org/a?mobile=1",
        "https://example.org/a",
        "WordPress and MediaWiki switch the view by parameter",
    ),
    _at(
        "view-print",
        "*",
        "(?:print|printable|printerfriendly|pf|tmpl|view|output|format|action)=(?:1|true|yes|y"
        "|print|printable|component|printpage)",
        "https://example.org/a?print=1",
        "https://example.org/a",
        "print views of content systems",
    ),
)
