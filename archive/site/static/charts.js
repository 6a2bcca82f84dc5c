// Draws each chart from the JSON beside it with Vega-Lite. Expressions are interpreted (`ast`), never compiled,
// so that the site's Content-Security-Policy needs no unsafe-eval.
const colours = ["#1f6f8b", "#e07b39", "#8b1e3f", "#5b8c5a", "#7d5ba6", "#8a8d91"];
const style = getComputedStyle(document.documentElement);
const ink = style.getPropertyValue("--ink").trim();
const line = style.getPropertyValue("--line").trim();

const draw = (holder) => {
  const data = JSON.parse(document.getElementById(`data-${holder.dataset.chart}`).textContent);
  const share = data.kind === "share";
  const colour = { field: "series", type: "nominal", title: null, scale: { domain: data.order, range: colours },
    legend: { orient: "bottom", columns: holder.clientWidth < 500 ? 2 : 6, labelLimit: 300, columnPadding: 16 } };
  const years = data.points.map((point) => point.year);
  const span = Array.from({ length: Math.max(...years) - Math.min(...years) + 1 }, (_, i) => Math.min(...years) + i);
  // a year without a report is a gap, not a straight line from one side to the other
  const gaps = span.filter((year) => !years.includes(year)).flatMap((year) => data.order.map((series) => ({ year, series, value: null })));
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    data: { values: [...data.points, ...(data.kind === "line" ? gaps : [])].map((point) => ({ ...point, rank: data.order.indexOf(point.series) })) },
    width: "container", height: 260, background: "transparent",
    mark: data.kind === "line" ? { type: "line", point: { size: 60 } } : { type: "bar" },
    encoding: {
      x: { field: "year", type: "ordinal", title: null, scale: { domain: span }, axis: { labelAngle: 0, labelOverlap: true } },
      y: { field: "value", type: "quantitative", title: null, stack: share ? "normalize" : data.kind === "bar" ? "zero" : null,
        axis: { format: share ? "%" : ",d", tickMinStep: share ? 0.1 : 1 } },
      color: colour,
      order: { field: "rank" },
      tooltip: [{ field: "year", type: "ordinal" }, { field: "series", type: "nominal" }, { field: "value", type: "quantitative", format: ",d" },
        { field: "n", type: "quantitative", title: "N" }],
    },
    config: { font: "inherit", axis: { labelColor: ink, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12 },
      legend: { labelColor: ink, labelFontSize: 12 }, view: { stroke: null } },
  };
  return vegaEmbed(holder, spec, { ast: true, actions: false, renderer: "svg" }).then(() => holder.classList.add("drawn"));
};

Promise.all([...document.querySelectorAll("[data-chart]")].map(draw)).catch((error) => {
  document.querySelectorAll("[data-chart]").forEach((holder) => { holder.hidden = true; });
  document.querySelectorAll("main details").forEach((details) => { details.open = true; });
  console.error(error);
});
