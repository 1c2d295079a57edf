"""Tracking parameters: query parameters that say how a reader came, and never select the page.

Rules for `*` are safe on every host. Names with another meaning elsewhere (`ref`, `source`, `via`)
are dropped only if the value is that of a referrer, or on the host that adds them
(`crawler.links.rules.site_parameters`).
"""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_NETWORK = (
    "mastodon|fediverse|fosstodon|hachyderm|bluesky|bsky|twitter|x\\.com|linkedin|facebook|fb"
    "|reddit|hackernews|hacker-?news|hn|ycombinator|lobsters"
    "|lobste\\.rs|producthunt|daily-?dev|tldr|slack|telegram|whatsapp|instagram|threads"
    "|youtube|indiehackers|newsletter"
)
_CHANNEL = (
    f"{_NETWORK}|e?mail|rss|fullrss|feed|atom|share|social|sharing|pocket|medium"
    "|substack|devto|hashnode|discord|pinterest|flipboard|feedly|inoreader|quora|weibo|wechat|xing"
    "|dzone|techmeme|refind|beehiiv|buttondown|ghost|mailchimp|changelog|bytebytego|homepage|footer"
    "|sidebar|navbar"
)
_AS_WHAT = r"(?:[-_.](?:share|feed|post|card|app|bio|com|newsletter|link|thread))?"
# A host, or the URL of a page on it, but not the name of a file such as README.md.
# `crawler.links.article_key` checks its public suffix.
_DOMAIN = (
    r"(?P<domain>(?!v?\d+\.)"
    r"(?!(?:__init__|app|build|changelog|config|contributing|index|init|install|lib|license|main"
    r"|mod|readme|run|script|server|setup|tests?|utils?)\.(?:cc|md|mov|pl|ps|py|rs|sh|so|zip)\b)"
    r"(?:(?:[a-z0-9-]|%[0-9a-f]{2})+\.)+[a-z][a-z0-9-]*[a-z0-9])/?"
    r"|https?://(?P<page>[^/]+\.[a-z]+)(?:/.*)?"
)
# Hosts of source code, where `ref` is a branch or a tag such as `release.io`.
_NOT_CODE = (
    "* -*.github.com -*.gitlab.com -*.bitbucket.org -*.codeberg.org -*.sr.ht -git.* -gitlab.* "
    "-gitea.* -api.* -*.googlesource.com"
)


def _everywhere(name: str, pattern: str, parameter: str, source: str) -> Rule:
    return Rule(
        name,
        "*",
        f"(?i:{pattern})=.*",
        "",
        f"https://example.org/a?{parameter}&id=1",
        "https://example.org/a?id=1",
        source,
    )


def _at(name: str, hosts: str, pattern: str, example: str, gives: str, source: str) -> Rule:
    return Rule(name, hosts, pattern, "", example, gives, source)


TRACKING: tuple[Rule, ...] = (
    _everywhere(
        "tracking-adjust",
        "adj_\\w+|adjust_\\w+",
        "adj_t=1",
        "Adjust's documentation of tracker links",
    ),
    _everywhere(
        "tracking-adobe",
        "s_cid|s_kwcid|s_iid|ef_id|cmpid|icid|adobe_mc\\w*|cm_(?:mmc\\w*|ven|cat|pla|ite|sp|re)",
        "s_cid=x",
        "Adobe Analytics campaign variables",
    ),
    _at(
        "tracking-alibaba",
        "*",
        r"s(?:pm|cm)=[\w-]+\.[\w.-]+",
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
    _at(
        "tracking-blogger",
        "*",
        "showComment=\\d+",
        "https://example.org/2015/02/clocks.html?showComment=1600000000000#c1",
        "https://example.org/2015/02/clocks.html",
        "Blogger's links to a comment",
    ),
    _everywhere(
        "tracking-bot-check",
        "cn-reloaded|doing_wp_cron|nonamp|__cf_chl_\\w+|__goaway_\\w+|_fsig|sgcaptcha|__ddg\\w+|_x_tr_\\w+|__js_?chk",
        "__cf_chl_tk=x",
        "challenges of Cloudflare and other protections, and of translation proxies",
    ),
    _everywhere(
        "tracking-branch",
        "_branch_\\w+|\\$deep_link|%24deep_link",
        "_branch_match_id=1",
        "Branch link data",
    ),
    _everywhere("tracking-bronto", "_bta_tid|_bta_c", "_bta_c=x", "Bronto's pixel"),
    _at(
        "tracking-campaign-id",
        "*",
        r"CMP=.*|(?i:(?:cid|cmp)=(?:(?:em|emc|e?mail|soc|social|rss|news|nl|newsletter|paid|ppc"
        r"|display|tw|fb|li|twitter|facebook|linkedin|reddit)[-_:.|].*|rss|e?mail|newsletter|social"
        r"|twitter|facebook|linkedin|.*\.(?:rss|email|social)))",
        "https://example.org/a?cid=soc_twitter_2024",
        "https://example.org/a",
        "campaign ids that name a channel; other values of `cid` select a page",
    ),
    _everywhere(
        "tracking-click-ids",
        "[a-z]{1,4}clk?id|gclsrc|gbraid|wbraid|gad_\\w+|srsltid|rb_clickid|irclickid|irgwc"
        "|sccid|epik|tblci|obOrigUrl|rdt_cid|li_fat_id|click_?id|dicbo|awc|cje(?:vent|data)|sscid"
        "|ran(?:MID|EAID|SiteID)|tduid|zanpid|afftrack|obclickid|qclid|ttclid|ycl_\\w+",
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
    _at(
        "tracking-hashnode-source",
        "*",
        r"source=(?:more_\w+_bottom_\w+|tags_feed_\w+|hashnode\w*|home_feed_\w+"
        r"|trending_\w+|following_\w+)",
        "https://ada.example.dev/why-cells?source=more_series_bottom_blogs",
        "https://ada.example.dev/why-cells",
        "Hashnode's lists of further posts",
    ),
    _everywhere(
        "tracking-hubspot",
        "_hsenc|_hsmi|__hs\\w+|hsa_\\w+|hsCtaTracking|hsCtaAttrib|hss_channel|hsLang|hs_amp"
        "|hubs_content(?:-cta)?",
        "_hsmi=1",
        "HubSpot email and ads tracking",
    ),
    _everywhere("tracking-instagram", "igshid|igsh|ig_\\w+", "igshid=x", "Instagram's share links"),
    _everywhere(
        "tracking-internal",
        "itm_\\w+|int_cmp|intcmp|at_(?:campaign|campaign_type|medium|custom\\d|recipient_id|recipient_list)"
        "|ns_(?:mchannel|source|campaign|linkname|fee)"
        "|wt_mc|wtmc|wt\\.mc_id",
        "itm_source=x",
        "internal campaign links",
    ),
    _everywhere("tracking-klaviyo", "_ke|_kx|kl_\\w+", "_ke=x", "Klaviyo's email links"),
    _everywhere(
        "tracking-linkedin",
        "trk(?==(?!\\d+$))|trkInfo|trkEmail|lipi|midToken|midSig|lici|licu|li_medium|li_source|li_ed"
        "|session_ref|replytocom|nsukey|isappinstalled",
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
    _everywhere(
        "tracking-marketo", "mkt_tok|mkwid|pcrid|aliId", "mkt_tok=x", "Marketo's email links"
    ),
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
        "|country|content|detail|medium)|ecid|elq\\w*|nltr\\w*|dgcid"
        "|rb_clickid|unicorn_click_id|wickedid|sms_(?:source|click|uph)|guccounter"
        "|guce_referrer\\w*|_openstat|xtor|_eid|emci|emdi|__s|link_time"
        "|sp(?:job|mailing|report|user)id|vcrm\\w+|_cldee|mj_campaign|last_resource_guid|bxid|cndid|ceid"
        "|nthPub|__twitter_impression|taid|_unique_id|hmb_\\w+|hm(?:sr|pl|ci|kw|cu)|trk_source|wickedsource|mc_u|omnisend\\w*"
        "|iterable\\w*|attribution_(?:id|type)|mtc_id|vgo_ee|sib_\\w+|ajs_\\w+|taboola_\\w+|ob_click_id"
        "|vmcid|sc_(?:src|lid|llid)|pi_list_email|rtrk|_bdadid|leadSource|ntv_\\w+"
        "|_[rde]i_|inf_contact_key|cio_id|nr_email_referer|fp_ref",
        "vero_id=x",
        "newsletter and mail tools",
    ),
    _at(
        "tracking-referrer",
        "*",
        rf"(?:ref|referrer|referer|ref_)=(?:(?:{_CHANNEL}){_AS_WHAT})?|(?:via|source|src|from"
        rf"|origin)=(?:{_NETWORK}){_AS_WHAT}",
        "https://example.org/a?ref=mastodon",
        "https://example.org/a",
        "values that name a network, seen in shared posts",
    ),
    _at(
        "tracking-referrer-site",
        _NOT_CODE,
        rf"(?i:(?:ref|referrer|referer)=(?:{_DOMAIN}|[\w-]+-(?:newsletter|weekly|digest)))",
        "https://example.org/a?ref=letters.example.ch",
        "https://example.org/a",
        "Ghost adds the host of the newsletter",
    ),
    _everywhere(
        "tracking-session",
        "jsessionid|phpsessid|aspsessionid\\w*|cfid|cftoken|sessid|zenid|oscsid",
        "PHPSESSID=x",
        "session ids of web frameworks; `session_id` may be that of a talk",
    ),
    _everywhere(
        "tracking-sharing",
        "share_(?:source|from|medium|token|app_id)|sharesource|sharer|shared_via"
        "|social_share|smid|smtyp|ncid|soc_(?:src|trk)|amp_\\w+|usqp"
        "|partner_ref|sr_share|spref|action_object_map|action_type_map|action_ref_map|ref_src"
        "|ref_url|refsrc|srcref|feature_ref|ito|ocid",
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
        "utm_?\\w*|utm-\\w+",
        "utm_source=x&utm_medium=y",
        "Google Analytics campaign parameters",
    ),
    _at(
        "tracking-wordpress",
        "*",
        "preview=true|preview_(?:id|nonce)=.*|unapproved=\\d+|moderation-hash=.*|like_comment=\\d+"
        "|_wpnonce=.*|relatedposts_(?:hit|origin|position)=\\d+|noamp=mobile",
        "https://example.org/a/?unapproved=12&moderation-hash=0a1b",
        "https://example.org/a/",
        "WordPress after a comment, in its previews and for related posts (Jetpack)",
    ),
    _everywhere("tracking-yandex", "_ym_uid|_ym_\\w+|yhid", "_ym_uid=x", "Yandex Direct"),
    _at(
        "view-amp",
        "*",
        "(?:amp|_amp|isamp)(?:=(?:1|true|yes|amp|html)?)?|(?:outputType|output|view|format)=amp",
        "https://example.org/a?outputType=amp",
        "https://example.org/a",
        "AMP by parameter (WordPress, Arc)",
    ),
    _at(
        "view-mobile",
        "*",
        "(?:mobile|desktop|nomobile)=(?:1|true|yes)"
        "|useskin=(?:vector\\S*|minerva|monobook|timeless)",
        "https://example.org/a?mobile=1",
        "https://example.org/a",
        "WordPress and MediaWiki switch the view by parameter",
    ),
    _at(
        "view-print",
        "*",
        "(?:print|printable|printerfriendly|printer_friendly)=(?:1|true|yes|y|print|printable)"
        "|(?:view|output|format|action|layout)=(?:print|printable|printpage)|tmpl=component",
        "https://example.org/a?print=1",
        "https://example.org/a",
        "print views of content systems",
    ),
)
