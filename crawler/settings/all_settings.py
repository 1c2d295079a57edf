"""All sections of the settings; add a new section here."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.settings.archive import ArchiveSettings
from crawler.settings.budget import BudgetSettings
from crawler.settings.crawl import CrawlSettings
from crawler.settings.engine import EngineSettings
from crawler.settings.explorer import ExplorerSettings
from crawler.settings.fetch import FetchSettings
from crawler.settings.monitor import MonitorSettings
from crawler.settings.publish import PublishSettings
from crawler.settings.semantic import SemanticSettings
from crawler.settings.site import SiteSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of `data/hashtrail.toml` and the environment, in the order of the file."""

    site: SiteSettings = field(default_factory=SiteSettings)
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    explorer: ExplorerSettings = field(default_factory=ExplorerSettings)
    monitor: MonitorSettings = field(default_factory=MonitorSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    semantic: SemanticSettings = field(default_factory=SemanticSettings)
