"""URL forms of code hosting sites: GitHub, GitLab, Codeberg and gists."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_END = r"/?(?:[?#].*)?"
_REPOSITORY = r"/(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+?)(?:\.git)?"
_MAIN = r"(?:refs/heads/)?(?:main|master|HEAD|trunk|default)"
_README = r"(?i:readme)(?:\.\w+){0,2}"

# name, hosts, pattern, rewrite, example, another URL of the same page, source of the rule
CODE_HOSTING: tuple[Rule, ...] = (
    Rule(
        "bitbucket-default",
        "bitbucket.org",
        rf"{_REPOSITORY}/src(?:/{_MAIN})?(?:/{_README})?{_END}",
        "{host}/{owner!l}/{repo!l}",
        "https://bitbucket.org/a/b/src/master/",
        "https://bitbucket.org/a/b",
        "Bitbucket routes",
    ),
    Rule(
        "bitbucket-file",
        "bitbucket.org",
        rf"{_REPOSITORY}/(?:raw|src)/(?P<ref>[^/?#]+)/(?P<path>[^?#]+?){_END}",
        "{host}/{owner!l}/{repo!l}/src/{ref}/{path}",
        "https://bitbucket.org/a/b/raw/main/docs/x.md",
        "https://bitbucket.org/a/b/src/main/docs/x.md",
        "Bitbucket routes",
    ),
    Rule(
        "codeberg-default",
        "codeberg.org gitea.com",
        rf"{_REPOSITORY}/src/branch/{_MAIN}(?:/{_README})?{_END}",
        "{host}/{owner!l}/{repo!l}",
        "https://codeberg.org/a/b/src/branch/main/README.md",
        "https://codeberg.org/a/b",
        "Forgejo routes",
    ),
    Rule(
        "codeberg-file",
        "codeberg.org gitea.com",
        rf"{_REPOSITORY}/(?:raw|media|src|blame)/(?P<kind>branch|commit|tag)/(?P<path>[^?#]+?){_END}",
        "{host}/{owner!l}/{repo!l}/src/{kind}/{path}",
        "https://codeberg.org/a/b/raw/branch/main/docs/x.md",
        "https://codeberg.org/a/b/src/branch/main/docs/x.md",
        "Forgejo routes",
    ),
    Rule(
        "gist",
        "gist.github.com gist.githubusercontent.com",
        rf"/(?:[\w-]+/)?(?P<id>[0-9a-f]{{20,32}}|\d{{5,8}})(?:\.git|\.js|\.json)?(?:/.*)?{_END}",
        "gist.github.com/{id}",
        "https://gist.github.com/ada/0123456789abcdef0123456789abcdef"
        "/89abcdef0123456789abcdef0123456789abcdef",
        "https://gist.github.com/0123456789abcdef0123456789abcdef",
        "GitHub gists",
    ),
    Rule(
        "github-blob",
        "github.com",
        rf"{_REPOSITORY}/(?:blob|raw|blame|edit)/{_MAIN}/(?P<path>[^?#]+?){_END}",
        "github.com/{owner!l}/{repo!l}/blob/HEAD/{path}",
        "https://github.com/A/b/blame/main/docs/x.md?plain=1",
        "https://github.com/a/b/blob/master/docs/x.md",
        "GitHub routes",
    ),
    Rule(
        "github-blob-at",
        "github.com",
        rf"{_REPOSITORY}/(?:raw|blame|edit|blob)/(?P<ref>[^/?#]+)/(?P<path>[^?#]+?){_END}",
        "github.com/{owner!l}/{repo!l}/blob/{ref}/{path}",
        "https://github.com/a/b/raw/v1.2/x.md",
        "https://github.com/a/b/blob/v1.2/x.md",
        "GitHub routes",
    ),
    Rule(
        "github-commit",
        "github.com",
        rf"{_REPOSITORY}/commit/(?P<id>[0-9a-f]{{40}})(?:\.patch|\.diff){_END}",
        "github.com/{owner!l}/{repo!l}/commit/{id}",
        "https://github.com/a/b/commit/0123456789abcdef0123456789abcdef01234567.patch",
        "https://github.com/a/b/commit/0123456789abcdef0123456789abcdef01234567",
        "GitHub routes",
    ),
    Rule(
        "github-folder-readme",
        "github.com",
        rf"{_REPOSITORY}/blob/HEAD/(?P<path>[^?#]+)/{_README}{_END}",
        "github.com/{owner!l}/{repo!l}/tree/HEAD/{path}",
        "https://github.com/a/b/blob/main/docs/README.md",
        "https://github.com/a/b/tree/main/docs",
        "GitHub shows a folder's README",
    ),
    Rule(
        "github-item",
        "github.com",
        rf"{_REPOSITORY}/(?P<kind>issues|pull|discussions)/(?P<id>\d+)/?\?.*",
        "github.com/{owner!l}/{repo!l}/{kind}/{id}",
        "https://github.com/a/b/discussions/3?sort=top",
        "https://github.com/a/b/discussions/3",
        "orders and filters of a discussion",
    ),
    Rule(
        "github-mirror",
        "github.dev github1s.com gitingest.com api.github.com",
        r"(?:/repos)?(?P<rest>/[\w.-]+/[\w.-]+(?:/(?:tree|blob|issues|pull)/[^?#]*)?)/?(?:[?#].*)?",
        "github.com{rest}",
        "https://github1s.com/a/b",
        "https://github.com/a/b",
        "viewers of GitHub",
    ),
    Rule(
        "github-mirror-files",
        "cdn.jsdelivr.net cdn.statically.io",
        r"/gh/(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+)[@/](?P<ref>[^/?#@]+)/(?P<path>[^?#]+).*",
        "github.com/{owner!l}/{repo!l}/blob/{ref}/{path}",
        "https://cdn.jsdelivr.net/gh/a/b@main/docs/x.md",
        "https://github.com/a/b/blob/main/docs/x.md",
        "jsDelivr and Statically serve the files of GitHub",
    ),
    Rule(
        "github-mirror-notebooks",
        "nbviewer.org nbviewer.jupyter.org colab.research.google.com",
        r"/github/(?P<rest>[\w.-]+/[\w.-]+/blob/[^?#]+).*",
        "github.com/{rest}",
        "https://nbviewer.org/github/a/b/blob/main/x.ipynb",
        "https://github.com/a/b/blob/main/x.ipynb",
        "viewers of notebooks",
    ),
    Rule(
        "github-names",
        "github.com",
        r"/(?P<owner>\w[\w.-]*)/(?P<repo>[\w.-]+)/(?P<rest>(?:issues|pull|discussions|releases"
        r"|commit|wiki|tree|actions|projects|security"
        r"|packages|tags)\b.*)",
        "github.com/{owner!l}/{repo!l}/{rest}",
        "https://github.com/Ada/Clock/issues/1",
        "https://github.com/ada/clock/issues/1",
        "GitHub names have no case",
    ),
    Rule(
        "github-pull",
        "github.com",
        rf"{_REPOSITORY}/pull/(?P<id>\d+)(?:/(?:files|commits|checks|conflicts|changes)(?:/.*)?|\.patch|\.diff){_END}",
        "github.com/{owner!l}/{repo!l}/pull/{id}",
        "https://github.com/a/b/pull/1/files",
        "https://github.com/a/b/pull/1",
        "GitHub routes",
    ),
    Rule(
        "github-raw",
        "raw.githubusercontent.com raw.github.com raw.githack.com rawcdn.githack.com rawgit.com "
        "cdn.rawgit.com",
        rf"{_REPOSITORY}/(?:refs/(?:heads|tags)/)?(?P<ref>[^/?#]+)/(?P<path>[^?#]+?){_END}",
        "github.com/{owner!l}/{repo!l}/blob/{ref}/{path}",
        "https://raw.githubusercontent.com/a/b/refs/heads/main/docs/x.md",
        "https://github.com/a/b/blob/main/docs/x.md",
        "GitHub routes",
    ),
    Rule(
        "github-root",
        "github.com",
        rf"/(?!orgs/|settings/|topics/|features/|sponsors/|users/|apps/|marketplace/|search/"
        rf"|stars/|about/|collections/|enterprise/|security/){_REPOSITORY[1:]}"
        rf"(?:/(?:tree|blob)/{_MAIN}(?:/{_README})?|/blob/{_MAIN}/{_README})?/?"
        rf"(?:\?tab=readme-ov-file)?(?:#.*)?",
        "github.com/{owner!l}/{repo!l}",
        "https://github.com/sqlRush/pgrac/tree/main?tab=readme-ov-file#use",
        "https://github.com/sqlrush/pgrac",
        "GitHub routes; names have no case",
    ),
    Rule(
        "github-tree",
        "github.com",
        rf"{_REPOSITORY}/tree/{_MAIN}/(?P<path>[^?#]+?){_END}",
        "github.com/{owner!l}/{repo!l}/tree/HEAD/{path}",
        "https://github.com/a/b/tree/master/docs/",
        "https://github.com/a/b/tree/main/docs",
        "GitHub routes",
    ),
    Rule(
        "github-wiki-home",
        "github.com",
        rf"{_REPOSITORY}/wiki/Home{_END}",
        "github.com/{owner!l}/{repo!l}/wiki",
        "https://github.com/a/b/wiki/Home",
        "https://github.com/a/b/wiki",
        "GitHub routes",
    ),
    Rule(
        "gitlab-default",
        "gitlab.com *.gitlab.com gitlab.*",
        rf"(?P<path>(?:/[\w.-]+){{2,5}}?)(?:\.git)?/(?:-/)?(?:tree"
        rf"|blob)/{_MAIN}(?:/{_README})?{_END}",
        "{host}{path}",
        "https://gitlab.com/a/b/-/blob/main/README.md",
        "https://gitlab.com/a/b",
        "GitLab routes",
    ),
    Rule(
        "gitlab-file",
        "gitlab.com *.gitlab.com gitlab.*",
        rf"(?P<path>(?:/[\w.-]+){{2,5}}?)/(?:-/)?(?:blob|raw|blame)/(?P<ref>[^/?#]+)"
        rf"/(?P<file>[^?#]+?){_END}",
        "{host}{path}/blob/{ref}/{file}",
        "https://gitlab.com/a/b/-/raw/dev/docs/x.md",
        "https://gitlab.com/a/b/blob/dev/docs/x.md",
        "GitLab routes",
    ),
    Rule(
        "gitlab-item",
        "gitlab.com *.gitlab.com gitlab.*",
        rf"(?P<path>(?:/[\w.-]+){{2,5}}?)/(?:-/)?(?:issues|work_items)/(?P<id>\d+)"
        rf"(?:/(?:designs|related)[^?#]*)?{_END}",
        "{host}{path}/issues/{id}",
        "https://gitlab.com/a/b/-/work_items/1",
        "https://gitlab.com/a/b/issues/1",
        "GitLab routes",
    ),
    Rule(
        "gitlab-merge-request",
        "gitlab.com *.gitlab.com gitlab.*",
        rf"(?P<path>(?:/[\w.-]+){{2,5}}?)/(?:-/)?merge_requests/(?P<id>\d+)"
        rf"(?:/(?:diffs|commits|pipelines|reports)(?:/[^?#]*)?|\.patch|\.diff)?{_END}",
        "{host}{path}/merge_requests/{id}",
        "https://gitlab.com/a/b/-/merge_requests/1/diffs",
        "https://gitlab.com/a/b/merge_requests/1",
        "GitLab routes",
    ),
    Rule(
        "sourcehut-file",
        "git.sr.ht",
        rf"(?P<repo>/~[\w.-]+/[\w.-]+)/(?:blob|blame)/(?P<ref>[^/?#]+)/(?P<path>[^?#]+?){_END}",
        "{host}{repo}/tree/{ref}/item/{path}",
        "https://git.sr.ht/~ada/cells/blob/main/docs/x.md",
        "https://git.sr.ht/~ada/cells/tree/main/item/docs/x.md",
        "SourceHut routes",
    ),
)
