// Datasette prints the meaning of every column above its tables: fold it, the table is what people came for.
document.querySelectorAll("dl.column-descriptions").forEach((list) => {
  const fold = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = document.documentElement.lang.startsWith("zh") ? "各列含义" : "What the columns mean";
  list.replaceWith(fold);
  fold.append(summary, list);
});
