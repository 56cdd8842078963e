// The three views: all videos, all intervals, one video.

function tiles(pairs) {
  return el("dl", {class: "tiles"}, pairs.filter(([, text]) => text !== null)
    .map(([name, text, more]) => el("div", {}, el("dt", {}, name), el("dd", {}, text), more && el("p", {}, more))));
}

const sumOf = (key) => run.videos.reduce((sum, one) => sum + (one[key] || 0), 0);
const usable_s = (summary) => summary.seconds - Object.values(summary.not_usable_s).reduce((a, b) => a + b, 0);

function notUsableText(summary) {
  return Object.entries(summary.not_usable_s).map(([cause, seconds]) => cause + " " + duration(seconds)).join(", ");
}

function f1Text() {
  const [hits, alarms, misses] = [sumOf("hits"), sumOf("false_alarms"), sumOf("misses")];
  return fixed(hits ? 2 * hits / (2 * hits + alarms + misses) : 0, 2);
}

function runTiles() {
  const good = run.videos.filter((one) => !one.error);
  const seconds = sumOf("seconds");
  const usable = good.reduce((sum, one) => sum + usable_s(one), 0);
  const failed = run.videos.length - good.length;
  return tiles([
    ["Videos", String(run.videos.length), failed > 0 ? counted(failed, "video") + " failed" : null],
    ["Length", duration(seconds), seconds > 0 ? percent(usable / seconds) + " usable" : null],
    ["Found", String(sumOf("found")), seconds > 0 ? fixed(60 * sumOf("found") / seconds, 1) + " a minute" : null],
    ["Hits", withTruth ? String(sumOf("hits")) : null, "IoU at least " + run.iou],
    ["False alarms", withTruth ? String(sumOf("false_alarms")) : null],
    ["Misses", withTruth ? String(sumOf("misses")) : null],
    ["Spotting F1", withTruth ? f1Text() : null, "of these videos"],
  ]);
}

// A strip as long as the video: what could not be judged, and where something was found.
function coverage(summary) {
  const strip = svg("svg", {class: "strip", viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true"},
    svg("rect", {class: "usable", x: 0, y: 0, width: 1000, height: 20}));
  const place = (first, last, attributes) => {
    const scale = 1000 / summary.frames;
    const width = Math.max((last - first + 1) * scale, attributes.least || 0);
    strip.append(svg("rect", {x: Math.min((first - 1) * scale, 1000 - width), width, class: attributes.class,
                              y: attributes.y || 0, height: attributes.height || 20}));
  };
  for (const [first, last] of summary.unusable) place(first, last, {class: "unusable"});
  const heights = {hit: [0, 20], "false alarm": [0, 9], miss: [11, 9]};
  for (const row of run.rows.filter((one) => one.summary === summary && (one.kind === "find" || one.kind === "miss"))) {
    const [y, height] = heights[row.verdict] || [0, 20];
    place(row.onset, row.offset, {class: "mark-" + MARKS[markOf(row)].colour, least: 8, y, height});
  }
  const share = summary.seconds > 0 ? usable_s(summary) / summary.seconds : 0;
  const causes = notUsableText(summary);
  return el("div", {class: "coverage", title: causes ? "not usable: " + causes : "all of it could be judged"}, strip,
    el("span", {class: "value"}, percent(share)));
}

function warningsCell(summary) {
  const warnings = summary.warnings || [];
  if (warnings.length === 0) return "";
  return el("details", {}, el("summary", {}, String(warnings.length)),
    el("ul", {}, warnings.map((line) => el("li", {}, line))));
}

function nameCell(summary) {
  const text = videoTitle(summary);
  const index = run.videos.indexOf(summary);
  return [summary.error ? el("span", {class: "name"}, text) : el("a", {class: "name", href: "#video-" + index}, text),
    el("span", {class: "path"}, pathText(summary.path)), summary.error && el("span", {class: "failed"}, summary.error)];
}

function videoColumns() {
  const number = (key, label) => ({key, label, number: true, value: (one) => one[key]});
  return [
    {key: "name", label: "Video", wide: true, value: videoTitle, cell: nameCell},
    {key: "seconds", label: "Length", number: true, value: (one) => one.seconds,
     cell: (one) => (one.error ? "" : duration(one.seconds))},
    {key: "coverage", label: "Coverage", value: (one) => (one.error ? null : usable_s(one) / one.seconds),
     cell: (one) => (one.error ? "" : coverage(one))},
    number("found", "Found"),
    ...(withTruth ? [number("hits", "Hits"), number("false_alarms", "False alarms"), number("misses", "Misses")] : []),
    {key: "warnings", label: "Warnings", number: true, value: (one) => (one.warnings || []).length, cell: warningsCell},
    {key: "result", label: "Result", value: (one) => (one.error ? "failed" : "ok"),
     cell: (one) => (one.error ? el("strong", {class: "failed"}, "failed") : "ok")},
  ];
}

function videoTable() {
  const states = {
    "": () => true, found: (one) => one.found > 0, none: (one) => one.found === 0,
    warnings: (one) => (one.warnings || []).length > 0, failed: (one) => one.error,
  };
  const shown = () => {
    const words = search.input.value.toLowerCase().split(/\s+/);
    return run.videos.filter((one) => states[state.select.value](one) && words.every((word) =>
      [videoTitle(one), one.path, one.error || ""].join(" ").toLowerCase().includes(word)));
  };
  const change = () => {
    table.show();
    count.textContent = counted(shown().length, "video") + " of " + run.videos.length;
  };
  const search = searchField("Search", change);
  const state = choice("Show", [["", "all videos"], ["found", "with finds"], ["none", "without finds"],
                                ["warnings", "with warnings"], ["failed", "failed"]], change);
  const count = el("span", {class: "count", role: "status"});
  const table = new Table("Videos", videoColumns(), shown);
  change();
  return el("div", {}, el("div", {class: "filters", role: "search", "aria-label": "Filter of the videos"}, search.node,
    state.node, count), table.node);
}

function stripKey() {
  const key = [["usable", "could be judged"], ["unusable", "not usable"]].map(([name, text]) =>
    el("li", {}, el("span", {class: "swatch " + name}), text));
  const marks = withTruth ? ["hit", "false alarm", "miss"] : ["find"];
  const heights = {hit: "", "false alarm": " upper", miss: " lower", find: ""};
  return el("ul", {class: "key"}, key, marks.map((name) =>
    el("li", {}, el("span", {class: "swatch tick mark-" + MARKS[name].colour + heights[name]}), MARKS[name].text)));
}

function notes() {
  const lines = run.notes.concat(run.error ? ["The run ended early: " + run.error] : []);
  return lines.length > 0 && el("ul", {class: "notice"}, lines.map((line) => el("li", {}, line)));
}

function overview() {
  return [el("h1", {}, "Micro-expressions in " + counted(run.videos.length, "video")), notes(), runTiles(), stripKey(),
    videoTable()];
}

function allIntervals() {
  const table = run.rows.length > 0 ? intervalTable(run.rows, true) : el("p", {}, "Nothing was found.");
  return [el("h1", {}, "Intervals of all videos"), table];
}

function plotKey(shown, face) {
  const names = [...new Set(shown.rows.filter((row) => row.kind === "miss" || row.face === face).map(markOf)
    .concat((shown.view.labels || []).map(markOf)))];
  const line = (name, text) => el("li", {}, el("span", {class: "swatch line " + name}), text);
  return el("ul", {class: "key"}, line("smoothed", shown.view.faces[face].smoothed ? "score, smoothed" : "score"),
    line("threshold", shown.view.probable ? "least evidence of a find" : "threshold"),
    el("li", {}, el("span", {class: "swatch peak"}), "peak"), shown.view.probable && line("evidence", "evidence of a find"),
    el("li", {}, el("span", {class: "swatch unusable"}), "not usable"),
    names.map((name) => el("li", {}, markIcon(name), MARKS[name].text)));
}

function check(label, onchange, checked) {
  return el("label", {}, el("input", {type: "checkbox", onchange, checked}), " " + label);
}

// The plot of a video, what the cursor says, and its buttons.
function plotPart(shown, face, onOpen) {
  const readout = el("dl", {class: "readout"});
  const plot = new ScorePlot(shown, face, (about) => readout.replaceChildren(...about.pairs.map(([name, text]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, text)))), onOpen);
  const options = {raw: true, motion: false};
  const button = (text, label, onclick) => el("button", {type: "button", "aria-label": label, title: label, onclick}, text);
  const tools = el("div", {class: "filters"},
    button("+", "Zoom in", () => plot.zoom(2)), button("−", "Zoom out", () => plot.zoom(0.5)),
    button("All", "The whole video", () => plot.whole()),
    button("‹", "The find before", () => plot.nextRow(-1)), button("›", "The next find", () => plot.nextRow(1)),
    plot.face.smoothed && check("score before smoothing", (event) => { options.raw = event.target.checked; plot.draw(options); }, true),
    plot.face.motion && check("motion of the face", (event) => { options.motion = event.target.checked; plot.draw(options); }));
  const keys = el("p", {id: "plot-keys", class: "muted keys"},
    "Keys in the plot: ← → a frame, with Shift ten; Page keys a second; Home, End; N, P next and previous find; + − 0 zoom; " +
    "Enter opens a find. Drag to zoom, double-click for all.");
  const why = shown.view.probable && el("p", {class: "muted keys"}, "The score is the probability that a frame lies within a " +
    "micro-expression. A peak without a mark is no find: too little evidence, which counts motion, head and speech too, or too short.");
  return {plot, options, node: el("section", {class: "plot-part", "aria-label": "Score over time"}, plotKey(shown, face), tools,
    plot.holder, readout, why, keys)};
}

function unusableList(shown, face) {
  const runs = shown.faces[face].unusable;
  if (runs.length === 0) return null;
  return el("details", {class: "unusable-list"},
    el("summary", {}, "Not usable: " + (face === 0 ? notUsableText(shown.summary) : counted(runs.length, "stretch") )),
    el("ul", {}, runs.map(([first, last, cause]) => el("li", {}, cause + ", frames " + first + "–" + last + " (" +
      fixed(shown.times[first - 1], 2) + "–" + fixed(shown.times[last - 1], 2) + " s)"))));
}

function videoFacts(shown) {
  const {summary, view} = shown;
  return facts([["file", summary.path], ["picture", view.width + " × " + view.height + " px"],
    ["frames", summary.frames + " at " + Number(summary.fps.toFixed(3)) + " fps" + (view.times ? ", varying" : "")],
    ["length", duration(summary.seconds)], ["usable", duration(usable_s(summary))], ["model", view.model],
    ["k, k_p", [view.k, view.k_p].filter((k) => k !== null).join(", ") + " frames, from " + view.k_origin]]);
}

function neighbours(index) {
  const good = run.videos.map((one, i) => i).filter((i) => !run.videos[i].error);
  const link = (i, text) => i !== undefined && el("a", {href: "#video-" + i}, text);
  return el("nav", {class: "neighbours", "aria-label": "Other videos"},
    link(good.filter((i) => i < index).pop(), "← previous video"), link(good.find((i) => i > index), "next video →"));
}

// Gives the view's parts, and what shows an interval in it.
function videoView(index) {
  const shown = video(index);
  const finds = shown.rows.filter((row) => row.kind === "find");
  const open = (row) => goTo("#video-" + index + "-interval-" + row.number);
  const place = el("div", {});
  let part = null;
  const useFace = (face) => {
    part = plotPart(shown, face, open);
    place.replaceChildren(part.node, ...[unusableList(shown, face)].filter((node) => node));
    part.plot.draw(part.options);
    part.plot.moveTo(0);
  };
  const faces = shown.faces.length > 1 &&
    choice("Face in the plot", shown.faces.map((_, i) => [String(i), String(i + 1)]), () => useFace(Number(faces.select.value)));
  const inPlot = (row) => {
    if (faces && row.face !== undefined && faces.select.value !== String(row.face)) {
      faces.select.value = String(row.face);
      useFace(row.face);
    }
    part.plot.showInterval(row);
    part.plot.holder.focus();
    part.node.scrollIntoView({block: "start"});
  };
  const cards = finds.map((row) => card(row, shown, inPlot));
  const parts = [neighbours(index), el("h1", {}, videoTitle(shown.summary)), videoFacts(shown),
    shown.summary.warnings.length > 0 && el("ul", {class: "notice"}, shown.summary.warnings.map((line) => el("li", {}, line))),
    !shown.rises && el("p", {class: "notice"}, "The clock of this video steps back: the plot counts frames at " + shown.summary.fps + " fps."),
    faces && faces.node, place,
    el("h2", {}, counted(finds.length, "find")),
    shown.rows.length > 0 ? intervalTable(shown.rows, false) : el("p", {}, "Nothing was found."),
    cards.length > 0 && el("div", {class: "cards"}, cards)];
  const show = (number) => {
    const row = shown.rows.find((one) => one.number === number);
    if (!row) return;
    part.plot.showInterval(row);
    const target = byId("card-" + number) || part.plot.holder;
    target.focus({preventScroll: true});
    target.scrollIntoView({block: "start"});
  };
  return {parts, begin: () => useFace(0), show, redraw: () => part.plot.draw()};
}
