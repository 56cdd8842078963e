// The table of intervals, of one video or of all, with its filters and its download.

const KINDS = [["find", "finds"], ["miss", "misses"], ["longer", "longer movements"], ["not written", "class not written"]];

// As predictions.csv names and orders them.
const CSV_COLUMNS = [
  ["dataset", (row) => row.summary.dataset], ["subject", (row) => row.summary.subject],
  ["video", (row) => row.summary.name], ["onset", (row) => row.onset], ["apex", (row) => row.apex],
  ["offset", (row) => row.offset], ["onset_s", (row) => row.onset_s], ["offset_s", (row) => row.offset_s],
  ["emotion", (row) => row.emotion], ["probability", (row) => row.probability], ["score", (row) => row.score],
  ["evidence", (row) => row.evidence], ["context", (row) => row.context], ["track", (row) => row.track],
];

function csvCell(value) {
  if (value === null || value === undefined) return "";
  let text = String(value);
  // A spreadsheet program would run it as a formula.
  if (typeof value === "string" && /^'*[=+\-@\t\r]/.test(text)) text = "'" + text;
  return /[",\r\n]|^\s|\s$/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function csvOf(rows) {
  const kinds = rows.some((row) => row.kind !== "find");
  const columns = CSV_COLUMNS.concat(withTruth ? [["verdict", (row) => row.verdict]] : [],
    kinds ? [["kind", (row) => row.kind]] : []);
  const lines = [columns.map(([name]) => name)].concat(rows.map((row) => columns.map(([, value]) => csvCell(value(row)))));
  return lines.map((line) => line.join(",") + "\n").join("");
}

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], {type: "text/csv;charset=utf-8"}));
  el("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function emotionCell(row) {
  const wrong = row.label && row.label.emotion !== row.emotion;
  return [row.emotion, wrong && el("span", {class: "muted"}, " (label: " + row.label.emotion + ")")];
}

function intervalLink(row, text) {
  return el("a", {href: "#video-" + row.video + "-interval-" + row.number}, text);
}

function intervalColumns(ofAllVideos, rows) {
  const has = (key) => rows.some((row) => row[key] !== undefined);
  const number = (key, label, decimals) =>
    ({key, label, number: true, value: (row) => row[key], cell: (row) => fixed(row[key], decimals)});
  return [
    ofAllVideos && {key: "video", label: "Video", wide: true, value: (row) => row.summary.name,
                    cell: (row) => intervalLink(row, videoTitle(row.summary))},
    !ofAllVideos && {key: "number", label: "No.", number: true, value: (row) => row.number,
                     cell: (row) => intervalLink(row, String(row.number))},
    number("onset", "Onset", 0), number("apex", "Apex", 0), number("offset", "Offset", 0),
    {key: "onset_s", label: "Time (s)", number: true, value: (row) => row.onset_s,
     cell: (row) => fixed(row.onset_s, 2) + "–" + fixed(row.offset_s, 2)},
    {key: "duration_ms", label: "Length", number: true, value: (row) => row.duration_ms,
     cell: (row) => fixed(row.duration_ms, 0) + " ms"},
    {key: "emotion", label: "Emotion", value: (row) => row.emotion, cell: emotionCell},
    (withTruth || rows.some((row) => row.kind !== "find")) &&
      {key: "verdict", label: withTruth ? "Verdict" : "Kind", value: markOf, cell: (row) => markLabel(markOf(row))},
    number("probability", "Probability", 2), number("score", "Score", 2),
    has("evidence") && number("evidence", "Evidence", 2),
    has("context") && {key: "context", label: "Context", value: (row) => row.context},
    rows.some((row) => row.face > 0) && {key: "track", label: "Face", number: true, value: (row) => row.track},
  ].filter((column) => column);
}

function textOf(row) {
  return [videoTitle(row.summary), row.emotion, row.context, markOf(row), row.onset, row.apex, row.offset].join(" ").toLowerCase();
}

// `rows` of all kinds; the finds are shown at first.
function intervalTable(rows, ofAllVideos) {
  const shown = () => {
    const words = search.input.value.toLowerCase().split(/\s+/);
    return rows.filter((row) => (kind.select.value === "" || row.kind === kind.select.value) &&
      (emotion.select.value === "" || row.emotion === emotion.select.value) &&
      (!verdict || verdict.select.value === "" || markOf(row) === verdict.select.value) &&
      (!(least.input.value > 0) || row.probability >= Number(least.input.value)) &&
      words.every((word) => textOf(row).includes(word)));
  };
  const change = () => {
    table.show();
    count.textContent = counted(shown().length, "row") + " of " + rows.length;
  };
  const search = searchField("Search", change);
  const kinds = KINDS.filter(([value]) => value === "find" || rows.some((row) => row.kind === value));
  const kind = choice("Show", kinds.concat([["", "all"]]), change);
  const emotions = [...new Set(rows.map((row) => row.emotion))].sort();
  const emotion = choice("Emotion", [["", "any"]].concat(emotions.map((name) => [name, name])), change);
  const verdict = withTruth && choice("Verdict",
    [["", "any"], ["hit", "hits"], ["false alarm", "false alarms"], ["miss", "misses"]], () => {
      if (verdict.select.value === "miss") kind.select.value = "miss";
      else if (kind.select.value === "miss") kind.select.value = "find";
      change();
    });
  const least = {input: el("input", {type: "number", min: 0, max: 1, step: 0.05, value: 0, oninput: change})};
  const count = el("span", {class: "count", role: "status"});
  const caption = ofAllVideos ? "Intervals of all videos" : "Intervals";
  const table = new Table(caption, intervalColumns(ofAllVideos, rows), shown);
  const name = (ofAllVideos ? "intervals" : run.videos[rows[0].video].name.replace(/[^\w.-]+/g, "_")) + ".csv";
  const save = el("button", {type: "button", onclick: () => download(name, csvOf(table.ordered()))}, "Download these rows as CSV");
  change();
  return el("div", {class: "intervals"},
    el("div", {class: "filters", role: "search", "aria-label": "Filter of the intervals"}, search.node,
      kinds.length > 1 && kind.node, emotion.node, verdict && verdict.node,
      el("label", {}, "Probability at least ", least.input), count, save),
    table.node);
}
