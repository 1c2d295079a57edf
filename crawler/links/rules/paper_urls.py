"""URL forms of papers and standards: the many URLs of one arXiv id, DOI or RFC."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

# Old ids may name a subject class: cs.DC/0701001 is cs/0701001.
_ARXIV = (
    r"(?:(?P<id>\d{4}\.\d{4,5})|(?P<archive>[a-z-]+)(?:\.[A-Za-z-]{2,})?(?P<number>/\d{7}))"
    r"(?:[vV]\d+)?"
)
_DOI = r"(?P<doi>10\.\d{4,9}/[^?#]+?)"
_END = r"/?(?:[?#].*)?"

PAPERS: tuple[Rule, ...] = (
    Rule(
        "acl-anthology",
        "aclanthology.org aclweb.org",
        rf"/(?:anthology/)?(?P<id>(?:[A-Z]\d\d-\d{{4}}|\d{{4}}\.[\w-]+\.\d+))(?:\.pdf"
        rf"|\.bib)?{_END}",
        "aclanthology.org/{id}",
        "https://www.aclweb.org/anthology/N18-1202.pdf",
        "https://aclanthology.org/N18-1202/",
        "ACL Anthology",
    ),
    Rule(
        "acm-citation",
        "dl.acm.org portal.acm.org",
        r"/(?:citation|ft_gateway)\.cfm\?(?:[^#]*&)?(?:id|doid)=(?P<volume>\d+)\.(?P<id>\d+).*",
        "doi.org/10.1145/{volume}.{id}",
        "https://dl.acm.org/citation.cfm?id=359545.359563&dl=ACM",
        "https://doi.org/10.1145/359545.359563",
        "old ACM addresses",
    ),
    Rule(
        "arxiv",
        "*.arxiv.org xxx.lanl.gov",
        rf"/(?:abs|pdf|html|ps|e-print|format|src|tb|bibtex)/(?:arxiv:)?{_ARXIV}(?:\.pdf"
        rf"|\.ps)?{_END}",
        "arxiv.org/abs/{id}{archive}{number}",
        "https://export.arxiv.org/pdf/2203.07105v2.pdf",
        "https://arxiv.org/abs/2203.07105",
        "arXiv identifiers",
    ),
    Rule(
        "arxiv-doi",
        "doi.org dx.doi.org",
        rf"/10\.48550/(?i:arxiv)\.{_ARXIV}{_END}",
        "arxiv.org/abs/{id}{archive}{number}",
        "https://doi.org/10.48550/arXiv.2203.07105",
        "https://arxiv.org/abs/2203.07105",
        "arXiv's DataCite DOIs",
    ),
    Rule(
        "arxiv-reader",
        "ar5iv.org ar5iv.labs.arxiv.org *.alphaxiv.org scirate.com *.arxiv-vanity.com "
        "arxiv-vanity.com browse.arxiv.org semanticscholar.org *.semanticscholar.org "
        "arxiv-sanity-lite.com huggingface.co hf.co papers.cool emergentmind.com deeplearn.org "
        "bytez.com *.arxiv-txt.org arxiv-txt.org ui.adsabs.harvard.edu",
        r"/(?:(?:docs/)?(?:abs|html|pdf|overview|papers|arxiv|paper|resources)(?:/arxiv)?/"
        rf"(?i:arxiv:)?|(?i:arxiv[:/])){_ARXIV}"
        rf"(?:\.pdf)?{_END}",
        "arxiv.org/abs/{id}{archive}{number}",
        "https://www.alphaxiv.org/overview/2203.07105v1",
        "https://arxiv.org/abs/2203.07105",
        "readers of arXiv",
    ),
    Rule(
        "biorxiv",
        "*.biorxiv.org *.medrxiv.org",
        rf"/content/(?:biorxiv/early/[\d/]+/)?(?P<doi>10\.\d{{4,9}}/[\d.]+?)(?:v\d+)?(?:\."
        rf"(?:full|abstract|short|full-text))*(?:\.pdf)?(?:\+html)?{_END}",
        "doi.org/{doi}",
        "https://www.biorxiv.org/content/10.1101/2020.01.30.927871v2.full.pdf",
        "https://doi.org/10.1101/2020.01.30.927871",
        "bioRxiv addresses",
    ),
    Rule(
        "citeseer",
        "citeseerx.ist.psu.edu citeseer.ist.psu.edu",
        r"/(?:viewdoc|document|doc_view)(?:/\w+)?\?(?:[^#]*&)?(?:doi|pid|id)=(?P<id>[\w.]+).*",
        "citeseerx.ist.psu.edu/document?doi={id}",
        "https://citeseerx.ist.psu.edu/viewdoc/download?doi=10.1.1.1.2&type=pdf",
        "https://citeseerx.ist.psu.edu/viewdoc/summary?doi=10.1.1.1.2",
        "CiteSeerX",
    ),
    Rule(
        "dblp",
        "dblp.uni-trier.de dblp.dagstuhl.de",
        r"(?P<rest>/.*)",
        "dblp.org{rest}",
        "https://dblp.uni-trier.de/rec/conf/osdi/Ada20.html",
        "https://dblp.org/rec/conf/osdi/Ada20",
        "mirrors of dblp",
    ),
    Rule(
        "doi",
        "*.doi.org doi.acm.org doi.ieeecomputersociety.org doi.ieeecs.org",
        rf"/{_DOI}{_END}",
        "doi.org/{doi!l}",
        "https://dx.doi.org/10.1145/359545.359563",
        "https://doi.org/10.1145/359545.359563",
        "DOI handbook: case does not matter",
    ),
    Rule(
        "doi-publisher",
        "*",
        rf"/(?:[\w-]+/)?doi/(?:(?:abs|pdf|epdf|full|fullHtml|full-xml|pdfplus|pdfdirect|book"
        rf"|proceedings|references|citedby|figure|suppl"
        rf"|abstract|epub|reader|pb-assets|10)/)?{_DOI}(?:\.pdf)?{_END}",
        "doi.org/{doi!l}",
        "https://dl.acm.org/doi/pdf/10.1145/359545.359563",
        "https://dl.acm.org/doi/10.1145/359545.359563",
        "Atypon sites: ACM, Wiley, Taylor & Francis, Science, PNAS, SIAM",
        "doi/",
    ),
    Rule(
        "google-research",
        "research.google.com research.google",
        rf"/pubs/(?:archive/)?(?P<id>(?:pub)?\d+|[\w-]+?)(?:\.html|\.pdf)?{_END}",
        "research.google/pubs/{id}",
        "https://research.google.com/pubs/pub36632.html",
        "https://research.google/pubs/pub36632/",
        "Google moved its publications in 2019",
    ),
    Rule(
        "google-research-file",
        "static.googleusercontent.com",
        r"/media/(?P<host_>research\.google(?:\.com)?)/(?:[\w-]+/)?/?(?P<rest>(?:archive|pubs)/.*)",
        "research.google.com/{rest}",
        "https://static.googleusercontent.com/media/research.google.com/en//archive/spanner.pdf",
        "https://research.google.com/archive/spanner.pdf",
        "Google's file host",
    ),
    Rule(
        "hal",
        "hal.science *.hal.science hal.inria.fr hal.archives-ouvertes.fr *.archives-ouvertes.fr",
        rf"/(?P<id>(?:hal|tel|inria|cel|halshs)-\d{{6,8}})(?:v\d+)?(?:/(?:document|file/[^?#]*))?{_END}",
        "hal.science/{id}",
        "https://hal.inria.fr/inria-00555588v1/document",
        "https://hal.science/inria-00555588",
        "HAL, the French archive",
    ),
    Rule(
        "iacr",
        "eprint.iacr.org",
        rf"/(?P<id>\d{{4}}/\d{{1,5}})(?:\.pdf)?{_END}",
        "eprint.iacr.org/{id}",
        "https://eprint.iacr.org/2020/123.pdf",
        "https://eprint.iacr.org/2020/123",
        "IACR's archive",
    ),
    Rule(
        "ieee",
        "ieeexplore.ieee.org",
        rf"/(?:abstract/)?document/(?P<id>\d+)(?:/\w+)?{_END}",
        "ieeexplore.ieee.org/document/{id}",
        "https://ieeexplore.ieee.org/abstract/document/1234567",
        "https://ieeexplore.ieee.org/document/1234567",
        "IEEE Xplore",
    ),
    Rule(
        "ieee-file",
        "ieeexplore.ieee.org",
        rf"/(?:iel\w+|ielx\w+)/[\d/]+/0*(?P<id>\d{{4,8}})\.pdf{_END}",
        "ieeexplore.ieee.org/document/{id}",
        "https://ieeexplore.ieee.org/iel7/71/4359390/01234567.pdf",
        "https://ieeexplore.ieee.org/document/1234567",
        "IEEE Xplore's files carry the article number",
    ),
    Rule(
        "ieee-number",
        "ieeexplore.ieee.org",
        r"/[\w/.]+\?(?:[^#]*&)?arnumber=(?P<id>\d+).*",
        "ieeexplore.ieee.org/document/{id}",
        "https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=1234567",
        "https://ieeexplore.ieee.org/document/1234567",
        "IEEE Xplore",
    ),
    Rule(
        "ietf-draft",
        "*.ietf.org ietf.org",
        rf"/(?:doc/|html/|archive/id/|id/|pdf/|draft/|archive/)*(?P<draft>draft-[a-z0-9-]+-\d\d)"
        rf"(?:\.(?:html?|txt|pdf|xml))?{_END}",
        "datatracker.ietf.org/doc/html/{draft}",
        "https://tools.ietf.org/html/draft-ada-cells-07",
        "https://www.ietf.org/archive/id/draft-ada-cells-07.txt",
        "IETF drafts; each version is a document",
    ),
    Rule(
        "nature",
        "nature.com",
        rf"/articles/(?P<id>[\w-]+)(?:\.(?:pdf|epdf))?{_END}",
        "doi.org/10.1038/{id!l}",
        "https://www.nature.com/articles/s41586-020-2649-2.pdf",
        "https://doi.org/10.1038/s41586-020-2649-2",
        "Nature addresses",
    ),
    Rule(
        "openreview",
        "openreview.net",
        r"/(?:forum|pdf)\?(?:[^#]*&)?id=(?P<id>[\w-]+).*",
        "openreview.net/forum/{id}",
        "https://openreview.net/pdf?id=abcDEF123",
        "https://openreview.net/forum?id=abcDEF123",
        "OpenReview",
    ),
    Rule(
        "pmc",
        "ncbi.nlm.nih.gov pmc.ncbi.nlm.nih.gov",
        rf"/(?:pmc/)?articles/(?P<id>PMC\d+)(?:/.*)?{_END}",
        "pmc.ncbi.nlm.nih.gov/articles/{id}",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567/pdf/x.pdf",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC1234567/",
        "PubMed Central",
    ),
    Rule(
        "pubmed",
        "pubmed.ncbi.nlm.nih.gov ncbi.nlm.nih.gov",
        rf"/(?:pubmed/|m/pubmed/)?(?P<id>\d{{5,9}}){_END}",
        "pubmed.ncbi.nlm.nih.gov/{id}",
        "https://www.ncbi.nlm.nih.gov/pubmed/12345678",
        "https://pubmed.ncbi.nlm.nih.gov/12345678/",
        "PubMed",
    ),
    Rule(
        "researchgate",
        "researchgate.net",
        rf"/publication/(?P<id>\d{{6,10}})(?:[_/][^?#]*)?{_END}",
        "researchgate.net/publication/{id}",
        "https://www.researchgate.net/publication/50917226_Clocks?enrichId=rgreq-1&el=1_x_2",
        "https://www.researchgate.net/publication/50917226",
        "ResearchGate routes",
    ),
    Rule(
        "rfc",
        "*.ietf.org ietf.org *.rfc-editor.org rfc-editor.org rfc2.fr rfcreader.com",
        rf"/(?:doc/|html/|rfc/|info/|pdf/|std/|id/)*(?i:rfc)0*(?P<number>\d{{1,5}})(?:\."
        rf"(?:html?|txt|pdf|xml|json))?{_END}",
        "rfc-editor.org/rfc/rfc{number}",
        "https://datatracker.ietf.org/doc/html/rfc9110#section-4",
        "https://www.rfc-editor.org/rfc/rfc9110.txt",
        "RFC Editor, datatracker and the old tools site",
    ),
    Rule(
        "sciencedirect",
        "sciencedirect.com",
        rf"/science/article/(?:abs/|am/)?pii/(?P<id>[A-Z]\w+)(?:/\w*)?{_END}",
        "sciencedirect.com/science/article/pii/{id}",
        "https://www.sciencedirect.com/science/article/abs/pii/S0003687016302150?via%3Dihub",
        "https://www.sciencedirect.com/science/article/pii/S0003687016302150",
        "ScienceDirect routes",
    ),
    Rule(
        "semantic-scholar",
        "semanticscholar.org",
        rf"/paper/(?:[^/?#]+/)?(?P<id>[0-9a-f]{{40}})(?:/[\w-]+)?{_END}",
        "semanticscholar.org/paper/{id}",
        "https://www.semanticscholar.org/paper/Time-Clocks"
        "/0123456789abcdef0123456789abcdef01234567",
        "https://www.semanticscholar.org/paper/0123456789abcdef0123456789abcdef01234567",
        "Semantic Scholar",
    ),
    Rule(
        "semantic-scholar-reader",
        "semanticscholar.org",
        rf"/reader/(?P<id>[0-9a-f]{{40}}){_END}",
        "semanticscholar.org/paper/{id}",
        "https://www.semanticscholar.org/reader/0123456789abcdef0123456789abcdef01234567",
        "https://www.semanticscholar.org/paper/0123456789abcdef0123456789abcdef01234567",
        "Semantic Scholar",
    ),
    Rule(
        "springer",
        "*.springer.com link.springer.com",
        rf"/(?:article|chapter|book|content/pdf|referenceworkentry|referencework|protocol"
        rf"|epdf)/(?:[\w-]+/)?{_DOI}(?:\.pdf|/fulltext\.html)?{_END}",
        "doi.org/{doi!l}",
        "https://link.springer.com/content/pdf/10.1007/s00446-010-0099-z.pdf",
        "https://link.springer.com/article/10.1007/s00446-010-0099-z",
        "Springer addresses carry the DOI",
    ),
    Rule(
        "ssrn",
        "*.ssrn.com ssrn.com",
        r"/(?:sol3/)?(?:papers|abstract|delivery)(?:\.cfm)?[=?/](?:[^#]*&)?(?:abstract_id="
        r"|abstractid=|id=)?(?P<id>\d{6,8})(?:[&?#].*)?",
        "ssrn.com/abstract={id}",
        "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=1234567",
        "https://ssrn.com/abstract=1234567",
        "SSRN",
    ),
    Rule(
        "usenix",
        "usenix.org",
        rf"/conference/(?P<venue>[\w-]+)/(?:technical-sessions"
        rf"|conference-program)/presentation/(?P<paper>[\w-]+){_END}",
        "usenix.org/conference/{venue}/presentation/{paper}",
        "https://www.usenix.org/conference/osdi14/technical-sessions/presentation/adya",
        "https://www.usenix.org/conference/osdi14/presentation/adya",
        "USENIX",
    ),
    Rule(
        "usenix-file",
        "usenix.org",
        rf"/system/files/(?:conference/[\w-]+/)?(?P<venue>[a-z]+\d\d)(?:-paper"
        rf"|_paper)?[-_](?P<paper>[a-z]+(?:-[a-z]+)?)(?:_\d+)?\.pdf{_END}",
        "usenix.org/conference/{venue}/presentation/{paper}",
        "https://www.usenix.org/system/files/conference/osdi14/osdi14-paper-yuan.pdf",
        "https://www.usenix.org/conference/osdi14/presentation/yuan",
        "USENIX names its files after venue and first author",
    ),
    Rule(
        "usenix-legacy",
        "usenix.org static.usenix.org",
        r"/(?:legacy/)?(?:events?|publications/library/proceedings)/(?P<rest>[^?#]+?)/?(?:[?#].*)?",
        "usenix.org/legacy/events/{rest}",
        "https://static.usenix.org/event/osdi06/tech/chang.html",
        "https://www.usenix.org/legacy/events/osdi06/tech/chang.html",
        "USENIX moved its pages before 2012 to /legacy",
    ),
    Rule(
        "zenodo",
        "zenodo.org",
        rf"/records?/(?P<id>\d+)(?:/(?:files|preview|export).*)?{_END}",
        "doi.org/10.5281/zenodo.{id}",
        "https://zenodo.org/record/1234567",
        "https://doi.org/10.5281/zenodo.1234567",
        "Zenodo's DOIs carry the record number",
    ),
)
