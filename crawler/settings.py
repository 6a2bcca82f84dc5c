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

# Of Scrapy's own parts only these are loaded: it imports also those that are switched off (0.16 seconds of CPU time at
# the start of every crawl), and each that is there costs some microseconds a page. What is left out:
# - redirects and retries (fetch.py), robots (robots.py, which tells a ban from a broken file), hosts and content
#   encodings (guards.py: Scrapy keeps what it got of a truncated gzip body), for their outcomes are recorded one by one;
# - cookies and passwords: reports are public, a session is never needed;
# - proxies: behind one the address guard would see the proxy alone;
# - cache, referers and statistics of requests: the archive remembers, the walk sets, the ledger counts;
# - the remote control and the telnet console, which run code for whoever gets at them.
_downloader = "scrapy.downloadermiddlewares"
DOWNLOADER_MIDDLEWARES_BASE = {
    f"{_downloader}.downloadtimeout.DownloadTimeoutMiddleware": 350,
    f"{_downloader}.defaultheaders.DefaultHeadersMiddleware": 400,
    f"{_downloader}.useragent.UserAgentMiddleware": 500,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.guards.GuardMiddleware": 100,
    "crawler.guards.DecodingMiddleware": 590,
}
SPIDER_MIDDLEWARES_BASE = {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
}

# Safety.
TWISTED_DNS_RESOLVER = "crawler.guards.GuardedResolver"
DOWNLOAD_HANDLERS = {"https": "crawler.tls.TlsHandler"}  # lower TLS for portals that the registry names
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default accepts any certificate
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # bytes, also after decompression; a scanned report has some 30 MB
DOWNLOAD_WARNSIZE = 0  # size is an outcome of ours, not a log line
DOWNLOAD_TIMEOUT = 120  # seconds for the whole response, so a slow drip ends too (robots.txt: 30)

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
