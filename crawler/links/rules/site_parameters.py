"""Tracking parameters of single sites: how a reader came, which language or tab is shown.

Names that mean something else on other hosts are dropped only on the host that adds them.
"""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule


def _at(name: str, hosts: str, pattern: str, example: str, gives: str, source: str) -> Rule:
    return Rule(name, hosts, pattern, "", example, gives, source)


SITE_PARAMETERS: tuple[Rule, ...] = (
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
        "share-arstechnica",
        "arstechnica.com",
        "comments(?:=.*)?",
        "https://arstechnica.com/tech/2020/01/cells/?comments=1",
        "https://arstechnica.com/tech/2020/01/cells/",
        "the comments of an article",
    ),
    _at(
        "share-aws",
        "aws.amazon.com docs.aws.amazon.com",
        "(?:nc[12]|sc_\\w+|trk\\w*|did|pg|ref|ref_|tag|p|refid|linkId|icmpid)=.*",
        "https://aws.amazon.com/blogs/architecture/cells/?nc1=h_ls",
        "https://aws.amazon.com/blogs/architecture/cells/",
        "links in the menus and campaigns of AWS",
    ),
    _at(
        "share-campaign-archive",
        "*.campaign-archive.com *.campaign-archive1.com *.campaign-archive2.com mailchi.mp",
        "e=.*",
        "https://mailchi.mp/example/weekly-12?e=abc",
        "https://mailchi.mp/example/weekly-12",
        "Mailchimp adds the subscriber",
    ),
    _at(
        "share-conde-nast",
        "*.wired.com",
        "(?:mbid|bxid|cndid|esrc|source|hash[abc]|redirectURL|_sp)=.*",
        "https://www.wired.com/story/cells/?mbid=social_tw",
        "https://www.wired.com/story/cells/",
        "links in its newsletters",
    ),
    _at(
        "share-csdn",
        "*.csdn.net",
        "(?:spm|ops_request_misc|request_id|biz_id|utm_\\w+|depth_1-\\w+|fromshare"
        "|sharetype|sharerId|sharerefer|sharesource|sharefrom)=.*",
        "https://blog.csdn.net/ada/article/details/123456?ops_request_misc=x",
        "https://blog.csdn.net/ada/article/details/123456",
        "CSDN's search and share links",
    ),
    _at(
        "share-dev",
        "dev.to",
        "(?:comments_sort|preview)=.*",
        "https://dev.to/ada/why-clocks-drift-2dhl?comments_sort=top",
        "https://dev.to/ada/why-clocks-drift-2dhl",
        "the order of the comments",
    ),
    _at(
        "share-dropbox",
        "dropbox.com",
        "(?:dl|raw|st|e)=.*",
        "https://www.dropbox.com/s/0a1b2c/cells.pdf?dl=0",
        "https://www.dropbox.com/s/0a1b2c/cells.pdf?dl=1",
        "whether a file is shown or downloaded",
    ),
    _at(
        "share-dzone",
        "dzone.com",
        "(?:oid|edition|fromrel|ref|preview)=.*",
        "https://dzone.com/articles/cells?edition=1&fromrel=true",
        "https://dzone.com/articles/cells",
        "links in its mails",
    ),
    _at(
        "share-facebook",
        "facebook.com *.facebook.com",
        "(?:_rdr|_rdc|rdid|share_url|sfnsn|hc_\\w+|ref|refsrc|fref|paipv|eav|locale|wtsid"
        "|extid)(?:=.*)?",
        "https://www.facebook.com/notes/ada/clocks/1?_rdr",
        "https://www.facebook.com/notes/ada/clocks/1",
        "Facebook's share links",
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
        "share-gitlab",
        "gitlab.com *.gitlab.com gitlab.*",
        "(?:ref_type)=.*",
        "https://gitlab.com/a/b/-/blob/dev/x.md?ref_type=heads",
        "https://gitlab.com/a/b/-/blob/dev/x.md",
        "GitLab routes name the type of a reference",
    ),
    _at(
        "share-google",
        "*.google.com *.google.dev *.android.com web.dev developer.chrome.com *.chromium.org "
        "angular.dev flutter.dev fuchsia.dev *.withgoogle.com googleblog.com "
        "*.googleblog.com tensorflow.org *.tensorflow.org",
        "(?:hl|authuser|pli|usp|ref_topic|sjid|visit_id|rd)=.*",
        "https://cloud.google.com/blog/topics/cells?hl=en",
        "https://cloud.google.com/blog/topics/cells",
        "Google's hosts take the reader's language and account by parameter",
    ),
    _at(
        "share-ieee-spectrum",
        "spectrum.ieee.org",
        "(?:rebelltitem|share_id)=.*",
        "https://spectrum.ieee.org/cells?rebelltitem=1",
        "https://spectrum.ieee.org/cells",
        "parts of an article",
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
        "(?:rcm|originalSubdomain|miniProfileUrn|src|published|trackingId|refId|position|pageNum|trk)=.*",
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
        "share-microsoft",
        "learn.microsoft.com docs.microsoft.com azure.microsoft.com "
        "devblogs.microsoft.com techcommunity.microsoft.com",
        "(?:tabs|pivots|toc|bc|source|redirectedfrom|branch|ocid|wt\\.mc_id|WT\\.mc_id"
        "|cdn|accept|from)=.*",
        "https://learn.microsoft.com/azure/saga?tabs=bash&toc=%2Fazure%2Ftoc.json",
        "https://learn.microsoft.com/azure/saga",
        "tabs and tables of contents of Microsoft's documentation; `view` selects a "
        "version and stays",
    ),
    _at(
        "share-newyorktimes",
        "*.nytimes.com",
        "(?:smid|smtyp|partner|emc|campaign_id|instance_id|segment_id|regi_id|user_id|nl"
        "|unlocked_article_code|referringSource|ref|rref|module|pgtype|action|region"
        "|_r|hp|searchResultPosition)=.*",
        "https://www.nytimes.com/2024/01/02/technology/clocks.html?campaign_id=4&nl=bits",
        "https://www.nytimes.com/2024/01/02/technology/clocks.html",
        "links in its newsletters",
    ),
    _at(
        "share-npm",
        "www.npmjs.com npmjs.com",
        "activeTab=.*",
        "https://www.npmjs.com/package/cells?activeTab=versions",
        "https://www.npmjs.com/package/cells",
        "a tab of the page of a package",
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
        "share-register",
        "theregister.com theregister.co.uk",
        "td=.*",
        "https://www.theregister.com/2020/01/02/cells/?td=rt-3a",
        "https://www.theregister.com/2020/01/02/cells/",
        "links between its articles",
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
        "|open|source|referrer|shareImageVariant|justPublished|selection|triedSigningIn|nthPub"
        "|hide_intro_popup|just_signed_up|email_referrer|sd|lli|play|autoPlay|comments)=.*",
        "https://ada.substack.com/archive?r=1abc",
        "https://ada.substack.com/archive",
        "Substack's share links",
    ),
    _at(
        "share-threads",
        "threads.com threads.net",
        "xmt=.*",
        "https://www.threads.com/@ada/post/C1?xmt=AQF",
        "https://www.threads.com/@ada/post/C1",
        "Threads' share links",
    ),
    _at(
        "share-twitch",
        "twitch.tv *.twitch.tv",
        "(?:t|tt_\\w+|filter|sort|collection)=.*",
        "https://www.twitch.tv/videos/123456789?t=1h2m",
        "https://www.twitch.tv/videos/123456789",
        "a place in a video",
    ),
    _at(
        "share-wechat",
        "mp.weixin.qq.com",
        "(?:chksm|scene|srcid|sharer_\\w+|mpshare|from|isappinstalled|subscene|sessionid"
        "|clicktime|enterid|ascene|devicetype|version|nettype|abtest_cookie|lang"
        "|exportkey|pass_ticket|wx_header|key|uin|poc_token|utm_\\w+)=.*",
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=1&idx=1&sn=ab&chksm=cd&scene=21",
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=1&idx=1&sn=ab",
        "a post is selected by __biz, mid, idx and sn",
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
        "(?:si|feature|pp|ab_channel|app|themeRefresh|gclid|kw|sub_confirmation|view_as|ucbcb|cbrd"
        "|persist_app|noapp|hl|gl|disable_polymer)=.*",
        "https://www.youtube.com/playlist?list=PL1&si=x",
        "https://www.youtube.com/playlist?list=PL1",
        "YouTube's share links",
    ),
    _at(
        "share-zhihu",
        "*.zhihu.com *.juejin.cn juejin.cn *.infoq.cn *.segmentfault.com",
        "(?:utm_\\w+|share_code|searchId|from|source|s_r)=.*",
        "https://zhuanlan.zhihu.com/p/123?utm_psn=1&share_code=x",
        "https://zhuanlan.zhihu.com/p/123",
        "share links of Chinese communities",
    ),
)
