// Datasette prints the meaning of every column above its tables: fold it, the table is what people came for.
document.querySelectorAll("dl.column-descriptions").forEach((list) => {
  const fold = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = document.documentElement.lang.startsWith("zh") ? "各列含义" : "What the columns mean";
  list.replaceWith(fold);
  fold.append(summary, list);
});

// Datasette's forms over a table have no labels; a screen reader needs some.
const filters = { _filter_column: ["Column", "列"], _filter_op: ["Comparison", "比较"], _filter_value: ["Value", "值"], _sort: ["Sort by", "排序"] };
document.querySelectorAll("form.filters select, form.filters input").forEach((field) => {
  const names = filters[field.name.replace(/_\d+$/, "")];
  if (names) field.setAttribute("aria-label", names[document.documentElement.lang.startsWith("zh") ? 1 : 0]);
});

addEventListener("load", () => {
  document.querySelectorAll(".CodeMirror textarea").forEach((field) => field.setAttribute("aria-label", "SQL"));
});

// A link to a folded section opens it.
const unfold = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener("hashchange", unfold);
unfold();

// Copy buttons appear only where they can work.
document.querySelectorAll("button.copy").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    button.textContent = "✓";
  });
});
