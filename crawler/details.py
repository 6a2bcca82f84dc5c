"""A report's page: the files that belong to it, wherever the CMS hides them.

Anchors, links written by script, download scripts, viewers, frames, values in JSON, and a PDF inside the
page itself. Suffixes only nominate: :func:`crawler.magic.sniff` decides what a file is once its bytes are here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlsplit

from lxml.html import HtmlElement

from crawler import articles, shells, titles
from crawler.lists import dialects
from crawler.lists.encoding import decode
from crawler.lists.model import File, Page
from crawler.lists.rows import own_text, parse
from crawler.magic import sniff

_EXT = "pdf|docx?|wps|wpt|xlsx?|et|ofd|cebx?|rtf|txt|zip|rar|7z"
_SCRIPT_FILE = re.compile(rf"['\"]([^'\"<>\s]{{1,400}}?\.(?:{_EXT}))(?:\?[^'\"<>\s]*)?['\"]", re.IGNORECASE)
_WRITTEN = re.compile(r"<a\b.*?</a>", re.IGNORECASE | re.DOTALL)
_DOWNLOAD = re.compile(
    r"/downfile\.jsp\?|/file-download\?|/download\.jsp\?|downloadattachurl|virtual_attach_file\.vsb\?|/download(?:file|attach)?\?"
    r"|/openness\w*/download/|[?&](?:filename|fileurl|filepath|showname)=",
    re.IGNORECASE,
)
_VSB_PDF = re.compile(r"showVsbpdfIframe\(\s*['\"]([^'\"]+)['\"]")
_PDF_DATA = re.compile(r"\bpdfData\s*=\s*['\"](?:data:[^,]*,)?([A-Za-z0-9+/=\s\\]{40,})['\"]")
_CALLED = re.compile(rf"['\"]([^'\"]+\.(?:{_EXT})(?:\?[^'\"]*)?)['\"]", re.IGNORECASE)
_FILE_NAME = re.compile(rf"\S\.(?:{_EXT})$", re.IGNORECASE)
_VIEWER_KEYS = ("file", "url", "pdfurl", "fileurl", "src")
_NAME_KEYS = ("showname", "filename", "name", "attachname")
_EXTERNAL = ("mp.weixin.qq.com", "pan.baidu.com", "share.weiyun.com", "kdocs.cn", "docs.qq.com")
_HINT = re.compile(rf"\.(?=[a-z7])(?:{_EXT}|jsp\?|weixin|baidu|weiyun|kdocs|qq\.com)".encode())
_SCRIPT_HINT = re.compile(rf"\.(?i:{_EXT})")
_CALLED_ATTACHED = re.compile(r"^\W{0,2}附件")
_DOWNLOADED = re.compile(rb"ownload")  # compiled, for it is looked for in the whole of every page
_PDF_NAMED = re.compile(rb"pdfdata")
_TABLED = "收到和处理政府信息公开申请"
_TABLE_LABELS = ("科研机构", "结果维持")
_WRITTEN_OUT = tuple(
    tuple(words.encode(encoding) for words in (_TABLED, "存在的主要问题", label))
    for encoding in ("utf-8", "gb18030")
    for label in _TABLE_LABELS
)
_POOR = 200
_ESCAPES = {"\\/": "/", "\\u002F": "/", "\\u002f": "/", "\\u0026": "&", '\\"': '"', "\\'": "'"}


def attachments(page: Page) -> list[File]:
    """Files that the page offers, in order, each URL once. Pictures only where the page says little else.

    ``how`` tells where it was found: ``anchor``, ``script``, ``download``, ``viewer``, ``frame``, ``image`` or
    ``external`` (a message or drive elsewhere that holds the report: recorded, not fetched).
    """
    if sniff(page.body) == "json":
        return [*articles.files(page), *_unique(_written(page))]
    # most pages have no file: that is told from the bytes, without parsing
    hinted = (
        _HINT.search(page.folded) or _DOWNLOADED.search(page.folded) or page.embeds or "附件" in page.text
    )
    found = list(_all(page)) if hinted else []
    if not found and b"<img" in page.folded and not _is_written_out(page.body):
        found = list(_images(page))
    return list(_unique(file for file in found if file.url != page.url))


def _is_written_out(body: bytes) -> bool:
    """Whether the report's words and tables stand in the page, so that its pictures are furniture."""
    return any(all(mark in body for mark in marks) for marks in _WRITTEN_OUT)


def _lacks_its_tables(text: str) -> bool:
    """Whether a report has the heading of its requests but not the labels of the table below: a picture has them."""
    return _TABLED in text and not any(label in text for label in _TABLE_LABELS)


def embedded(page: Page) -> list[bytes]:
    """PDFs that the page carries in itself (``var pdfData="<base64>"``)."""
    if not _PDF_NAMED.search(page.folded):
        return []
    found = (_decoded(match.group(1)) for match in _PDF_DATA.finditer(page.text))
    return [data for data in found if data and data.startswith(b"%PDF-")]


def frames(page: Page) -> tuple[str, ...]:
    """Same-host frames that hold the article, where the page itself says little."""
    found = tuple(url for url in shells.frames(page) if not _viewed(page, url) and not _DOWNLOAD.search(url))
    return found if found and len(shells.visible_text(page)) < _POOR else ()


def disposition_name(value: bytes | str) -> str:
    """File name in a Content-Disposition: RFC 5987 first, else raw or percent-encoded UTF-8 or GBK; empty if none."""
    raw = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    extended = re.search(rb"filename\*\s*=\s*['\"]?([\w-]*)'[^']*'([^;'\"]+)", raw, re.IGNORECASE)
    plain = re.search(rb"filename\s*=\s*(?:\"([^\"]*)\"|([^;]+))", raw, re.IGNORECASE)
    if extended:
        name = unquote_to_bytes(extended.group(2).strip())
    elif plain:
        name = unquote_to_bytes((plain.group(1) or plain.group(2) or b"").strip())
    else:
        return ""
    return decode(name).replace("\\", "/").rsplit("/", 1)[-1].strip()


def _written(page: Page) -> Iterator[File]:
    """Files that the HTML inside of JSON links."""
    text = page.text
    for escape, plain in _ESCAPES.items():
        text = text.replace(escape, plain)
    for markup in _WRITTEN.findall(text):
        for anchor in parse(markup).iter("a"):
            yield from _of_anchor(page, anchor)


def _all(page: Page) -> Iterator[File]:
    if page.tree is None:
        return
    for anchor in page.tree.iter("a"):
        yield from _of_anchor(page, anchor)
    for frame in page.tree.iter("iframe", "frame", "embed", "object"):
        yield from _of_frame(page, frame.get("src") or frame.get("data") or "")
    for script in page.tree.iter("script"):
        yield from _of_script(page, script.text or "")


def _of_anchor(page: Page, anchor: HtmlElement, how: str = "anchor") -> Iterator[File]:
    href = (anchor.get("href") or "").strip()
    called = (
        _CALLED.search(anchor.get("onclick") or href)
        if href.startswith(("javascript:", "#")) or not href
        else None
    )
    url = page.absolute(called.group(1) if called else href)
    if not url:
        return
    text = own_text(anchor)
    name = (anchor.get("download") or anchor.get("title") or "").strip() or _query_name(url) or text
    viewed = _viewed(page, url)
    if viewed:
        yield File(viewed, name, "viewer")
    elif dialects.is_file(url) and not _is_picture(url):
        yield File(url, name, how)
    elif _DOWNLOAD.search(url) or _is_named_file(anchor, text, url):
        yield File(url, name, "download")
    elif urlsplit(url).hostname in _EXTERNAL and _in_content(anchor):
        yield File(url, name, "external")
    elif _CALLED_ATTACHED.match(text) and not _in_chrome(anchor) and not dialects.is_article(url):
        yield File(url, name, "download")


def _is_named_file(anchor: HtmlElement, text: str, url: str) -> bool:
    """Whether a link calls itself a file (``download="年报.pdf"``, 附件1.docx) while its address does not say what it is."""
    names = (anchor.get("download") or "", anchor.get("title") or "", text)
    return "?" in url and not _in_chrome(anchor) and any(_FILE_NAME.search(name.strip()) for name in names)


def _of_frame(page: Page, src: str) -> Iterator[File]:
    url = page.absolute(src)
    if not url:
        return
    viewed = _viewed(page, url)
    if viewed or dialects.is_file(url) or _DOWNLOAD.search(url):
        target = viewed or url
        yield File(target, _query_name(target) or _last(target), "viewer" if viewed else "frame")


def _of_script(page: Page, source: str) -> Iterator[File]:
    if not _SCRIPT_HINT.search(source):
        return
    text = source
    for escape, plain in _ESCAPES.items():
        text = text.replace(escape, plain)
    written = _WRITTEN.findall(text)
    for markup in written:
        for anchor in parse(markup).iter("a"):
            yield from _of_anchor(page, anchor, "script")
    called = {match.group(1) for match in _VSB_PDF.finditer(text)}
    for href in called:
        yield from (File(url, _last(url), "viewer") for url in [page.absolute(href)] if url)
    if not written:
        yield from _named_in(page, text, called)


def _named_in(page: Page, text: str, known: set[str]) -> Iterator[File]:
    """Strings of a script or of JSON that end like a file: a path, not a bare name."""
    for match in _SCRIPT_FILE.finditer(text):
        href = match.group(1)
        if href not in known and ("/" in href or href.startswith("P0")) and (url := page.absolute(href)):
            yield File(url, _last(url), "script")


def _viewed(page: Page, url: str) -> str | None:
    """The file that a viewer's URL names (``viewer.html?file=%2F…``)."""
    if "=" not in url or not re.search(r"view|pdfjs|preview|reader|generic", url, re.IGNORECASE):
        return None
    for key, value in parse_qsl(urlsplit(url).query):
        if (
            key.lower() in _VIEWER_KEYS
            and (found := page.absolute(unquote(value)))
            and dialects.is_file(found)
        ):
            return found
    return None


def _query_name(url: str) -> str:
    values = {
        key.lower(): value
        for key, value in parse_qsl(urlsplit(url).query, encoding="utf-8", errors="replace")
    }
    found = next((values[key] for key in _NAME_KEYS if values.get(key)), "")
    return "" if "�" in found or re.fullmatch(r"[0-9a-f]{16,}(?:\.\w+)?", found) else found


def _images(page: Page) -> Iterator[File]:
    """Pictures of a page that says little else, or whose tables are missing: the report itself, or its tables."""
    if page.tree is None:
        return
    content = shells.content(page)
    said = shells.visible_text(page) if content is page.tree else "".join("".join(content.itertext()).split())
    if len(said) >= _POOR and not _lacks_its_tables(said):
        return
    for image in content.iter("img"):
        url = page.absolute(image.get("src"))
        if (
            url
            and dialects.suffix(url) in ("jpg", "jpeg", "png", "tif", "tiff", "")
            and not _in_chrome(image)
        ):
            yield File(url, (image.get("alt") or image.get("title") or "").strip() or _last(url), "image")


def _is_picture(url: str) -> bool:
    return dialects.suffix(url) in ("jpg", "jpeg", "png", "tif", "tiff")


def _in_content(anchor: HtmlElement) -> bool:
    return titles.looks_like_report(" ".join(anchor.itertext())) and not _in_chrome(anchor)


def _in_chrome(node: HtmlElement) -> bool:
    return any(parent.tag in ("header", "footer", "nav") for parent in node.iterancestors())


def _last(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.replace("\\n", "").split()), validate=True)
    except binascii.Error:
        return None


def _unique(files: Iterable[File]) -> Iterator[File]:
    seen: set[str] = set()
    for file in files:
        if file.url not in seen:
            seen.add(file.url)
            yield file
