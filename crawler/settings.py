"""Scrapy settings: only what differs from Scrapy's defaults, each with its reason."""

import os

BOT_NAME = "nianbao"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who asks, why, and where to complain. Never a browser's name.
CONTACT = os.environ.get(
    "NIANBAO_CONTACT", "https://pypi.org/project/nianbao/"
)  # yours: an address or a page
USER_AGENT = f"nianbao/0.1 (archive of annual open-government-information reports; +{CONTACT})"
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}

# Manners: one request at a time per address, some seconds between two. (The slot is the address: guards.py.)
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 4.0
DOWNLOAD_DELAY_JITTER = 0.5  # 2 to 6 seconds
CONCURRENT_REQUESTS = 64  # across portals

# Scrapy's parts that are not even loaded: those with an import behind them cost every crawl 0.16 seconds at its
# start, the others some microseconds a page.
_downloader = "scrapy.downloadermiddlewares"
DOWNLOADER_MIDDLEWARES = {
    # our own, because their outcomes are recorded one by one: redirects and retries (fetch.py), robots (robots.py,
    # which tells a ban from a broken file), hosts (guards.py), content encodings (guards.py: Scrapy keeps what it
    # got of a truncated gzip body)
    f"{_downloader}.redirect.RedirectMiddleware": None,
    f"{_downloader}.redirect.MetaRefreshMiddleware": None,
    f"{_downloader}.retry.RetryMiddleware": None,
    f"{_downloader}.robotstxt.RobotsTxtMiddleware": None,
    f"{_downloader}.offsite.OffsiteMiddleware": None,
    f"{_downloader}.httpcompression.HttpCompressionMiddleware": None,
    f"{_downloader}.cookies.CookiesMiddleware": None,  # reports are public; a session is never needed
    f"{_downloader}.httpauth.HttpAuthMiddleware": None,
    f"{_downloader}.httpproxy.HttpProxyMiddleware": None,  # the address guard would see the proxy alone
    f"{_downloader}.httpcache.HttpCacheMiddleware": None,  # the archive is what remembers
    f"{_downloader}.stats.DownloaderStats": None,  # the ledger and the summary count
    "crawler.guards.GuardMiddleware": 100,
    "crawler.guards.DecodingMiddleware": 590,
}
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.referer.RefererMiddleware": None}  # the walk sets it
EXTENSIONS = {
    "scrapy.extensions.remote_control.RemoteControl": None,  # runs code for whoever holds its token
    "scrapy.extensions.telnet.TelnetConsole": None,  # the same by telnet
    "scrapy.extensions.logstats.LogStats": None,  # the summary tells what happened
}

# Safety.
TWISTED_DNS_RESOLVER = "crawler.guards.GuardedResolver"
DOWNLOAD_HANDLERS = {"https": "crawler.tls.TlsHandler"}  # lower TLS for portals that the registry names
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default accepts any certificate
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # bytes, also after decompression; a scanned report has some 30 MB
DOWNLOAD_WARNSIZE = 0  # size is an outcome of ours, not a log line
DOWNLOAD_TIMEOUT = 120  # seconds for the whole response, so a slow drip ends too

FEED_EXPORT_ENCODING = "utf-8"  # default writes \uXXXX

# nianbao's own.
NIANBAO_ARCHIVE = None  # default: environment's NIANBAO_ARCHIVE, else ./nianbao-archive
NIANBAO_PORTALS = None  # registry file or folder; default: the shipped registry
NIANBAO_ALLOW_PRIVATE = False  # loopback, private addresses and hosts outside .gov.cn
NIANBAO_PORTALS_AT_ONCE = 32  # portals walked side by side
NIANBAO_LIST_PAGES = 200  # per column; beyond it the crawl is partial
NIANBAO_HOPS = 5  # redirects followed
NIANBAO_RETRIES = 2  # after a failure that may pass
NIANBAO_PATIENCE = 120  # seconds; a longer Retry-After ends the portal's crawl
NIANBAO_FAILURES_IN_A_ROW = 3  # after which a host is left alone for this crawl
NIANBAO_REST_HOURS = 24  # for a host that showed us a firewall
NIANBAO_FLUSH_SECONDS = 1  # what is kept waits no longer to be written; a kill makes it be asked for again
NIANBAO_RESUME_DAYS = 3  # an interrupted crawl older than this is begun anew
NIANBAO_RECENT_YEARS = 3  # reports of so many years are asked for in every crawl,
NIANBAO_OLDER_DAYS = 0  # older ones only so many days after they were last kept (0: always)
NIANBAO_HOURS = None  # "20:00-07:00" asks only then, China time
