// What there is to see of each find: its pictures, its classes, what speaks for it.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

// Clips play while they can be seen.
const players = new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries) {
    if (isIntersecting && !target.dataset.held) target.play().catch(() => {});
    else target.pause();
  }
});

function still(picture) {
  return el("figure", {},
    el("img", {src: "data:image/jpeg;base64," + picture.jpeg, alt: picture.caption, width: picture.width,
               height: picture.height, loading: "lazy", decoding: "async"}),
    el("figcaption", {}, picture.caption));
}

// One clip, with a button for each other way that it was made: motion magnified.
function clip(clips) {
  const player = el("video", {muted: true, loop: true, playsinline: true, preload: "metadata", width: clips[0].width,
                              height: clips[0].height, tabindex: -1});
  player.muted = true;
  const caption = el("figcaption", {});
  const show = (which) => {
    const at = player.currentTime;
    player.src = "data:video/mp4;base64," + which.mp4;
    player.setAttribute("aria-label", which.caption);
    player.currentTime = at || 0;
    caption.textContent = which.caption;
    if (!player.dataset.held) player.play().catch(() => {});
  };
  const hold = el("button", {type: "button", onclick: () => {
    if (player.paused) {
      delete player.dataset.held;
      player.play().catch(() => {});
    } else {
      player.dataset.held = "yes";
      player.pause();
    }
  }}, "Play");
  player.addEventListener("play", () => { hold.textContent = "Pause"; });
  player.addEventListener("pause", () => { hold.textContent = "Play"; });
  const toggle = clips.length > 1 && el("button", {type: "button", class: "toggle", "aria-pressed": "false", onclick: () => {
    const magnified = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(magnified));
    show(clips[magnified ? 1 : 0]);
  }}, "Magnify motion");
  if (calm.matches) player.dataset.held = "yes";
  show(clips[0]);
  players.observe(player);
  return el("figure", {class: "clip"}, player, caption, el("div", {class: "buttons"}, hold, toggle));
}

function picturesOf(row) {
  if (!run.faces) return null;
  const pictures = (block("pictures-" + row.video) || {})[row.number];
  if (!pictures) return null;
  if (pictures.problem) return el("p", {class: "notice"}, "No pictures: " + pictures.problem);
  return el("div", {class: "pictures"}, pictures.stills.map(still), pictures.clips.length > 0 && clip(pictures.clips));
}

function classBars(row, classes) {
  if (row.classes.length === 0) return null;
  return el("div", {class: "classes"}, el("h4", {}, "Classes, mean over the interval"),
    el("ul", {}, classes.map((name, i) => {
      const bar = el("span", {class: "share"});
      bar.style.width = 100 * Math.min(1, Math.max(0, row.classes[i])) + "%";
      return el("li", {}, el("span", {}, name), el("span", {class: "whole", "aria-hidden": "true"}, bar),
        el("span", {class: "value"}, fixed(row.classes[i], 2)));
    })));
}

function facts(pairs) {
  return el("dl", {class: "facts"}, pairs.filter(([, text]) => text !== "" && text !== null && text !== undefined)
    .map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text))));
}

function evidenceOf(row) {
  const known = row.evidence !== undefined;
  const px = (value, unit) => (known ? fixed(value, 1) + " " + unit : "");
  return facts([
    ["probability", fixed(row.probability, 2)], ["score at the apex", fixed(row.score, 3)],
    ["evidence", fixed(row.evidence, 2)], ["context", row.context],
    ["motion", known ? fixed(row.motion_px, 2) + " px, " + fixed(row.motion_to_noise, 1) + " × noise" : ""],
    ["head", px(row.head_px_s, "px/s")], ["mouth", px(row.mouth_px_s, "px/s")],
    ["label", row.label ? row.label.emotion + ", frames " + row.label.onset + "–" + row.label.offset + ", IoU " +
      fixed(row.label.iou, 2) : ""],
  ]);
}

function card(row, shown, plot) {
  const title = "interval-" + row.number;
  return el("article", {class: "card", id: "card-" + row.number, "aria-labelledby": title, tabindex: -1},
    el("header", {},
      el("h3", {id: title}, "No. " + row.number + " " + row.emotion),
      withTruth && markLabel(markOf(row)),
      el("span", {class: "muted"}, "frames " + row.onset + "–" + row.offset + ", " + fixed(row.onset_s, 2) + "–" +
        fixed(row.offset_s, 2) + " s, " + fixed(row.duration_ms, 0) + " ms" + (shown.faces.length > 1 ? ", face " + row.track : "")),
      el("button", {type: "button", onclick: () => plot(row)}, "Show in the plot")),
    picturesOf(row),
    el("div", {class: "numbers"}, classBars(row, shown.view.classes), evidenceOf(row)));
}
