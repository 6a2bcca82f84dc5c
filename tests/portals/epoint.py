"""R8: Epoint's shells. The page holds nothing; a POST with the article's id brings it as JSON, or names its PDF."""

import json

from tests.portals.replica import Site, document, pdf, report_body, report_title, rows
from tests.portals.server import Asked, Reply

GUID = "5f3c1f0e-8a1b-4c2d-9e3f-{:012d}"
DETAIL = "/shhk-zwgk/rest/govinfo/getGovInfoDetail"


def shell(year: int) -> str:
    return f"/zwgk/showinfo.html?infoGuid={GUID.format(year)}"


def build() -> list[Site]:
    site = Site("epoint")
    site.column("/zwgk/nb/list.html")
    years = (2024, 2023, 2022)
    items = [(shell(year), report_title(year), f"{year + 1}-01-20") for year in years]
    site.page("/zwgk/nb/list.html", document("政府信息公开年报", rows(items), column="政府信息公开年报"))
    script = (
        "<div id='info_spnContent'></div><script>var siteInfo={siteGuid:'7eb5f7f1',projectName:'/shhk-zwgk'};"
        "webBuilderCommon.post(siteInfo.projectName+'/'+'rest/govinfo/getGovInfoDetail',{infoid:guid})</script>"
    )
    site.page(
        "/zwgk/showinfo.html", f"<html><head><title>信息公开</title></head><body>{script}</body></html>"
    )
    site.route(DETAIL, lambda asked: detail(site, asked))
    for year in years:
        site.truth.reports.add((site.name, year))
        site.truth.kept[shell(year)] = site.own(answer(site, year).body)
    site.file("/files/2022.pdf", pdf("2022"))
    return [site]


def detail(site: Site, asked: Asked) -> Reply:
    params = json.loads(asked.form.get("params", "{}"))
    year = int(params.get("infoid", "0")[-12:] or 0)
    return answer(site, year) if asked.method == "POST" and params.get("siteGuid") else Reply(b"", 403)


def answer(site: Site, year: int) -> Reply:
    title = report_title(year)
    data = {"title": title, "infotype": "text", "infocontent": report_body(title, year), "pdflist": []}
    if year == 2022:
        files = [{"attachname": "年报.pdf", "attachtype": "pdf", "attachurl": "/files/2022.pdf"}]
        data |= {"infotype": "pdf", "infocontent": "", "attachlist": files}
    body = json.dumps({"custom": {"code": 1, "data": data}, "status": {"code": 200}}).encode()
    return Reply(body, 200, {"Content-Type": "application/json;charset=UTF-8"})
