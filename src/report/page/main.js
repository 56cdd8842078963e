// Which view is shown, in which colours.

const main = byId("main");
let view = {name: null, redraw: () => {}};

function routeOf(hash) {
  const found = /^#video-(\d+)(?:-interval-(\d+))?$/.exec(hash);
  if (found && run.videos[found[1]] && !run.videos[found[1]].error) {
    return {name: "video-" + found[1], video: Number(found[1]), interval: found[2] && Number(found[2])};
  }
  return {name: hash === "#intervals" ? "intervals" : "overview"};
}

function showLinks(route) {
  const link = (name, href, text) => el("a", {href, "aria-current": route.name === name ? "page" : null}, text);
  byId("views").replaceChildren(link("overview", "#", "Videos"), link("intervals", "#intervals", "Intervals"),
    route.video === undefined ? "" : link(route.name, "#video-" + route.video, videoTitle(run.videos[route.video])));
}

function showView(route, moveFocus) {
  players.disconnect();
  const made = route.video === undefined
    ? {parts: route.name === "intervals" ? allIntervals() : overview(), begin: () => {}, redraw: () => {}}
    : videoView(route.video);
  view = {...made, name: route.name};
  main.replaceChildren(...made.parts.filter((part) => part));
  made.begin();
  showLinks(route);
  document.title = main.querySelector("h1").textContent + " · mestr report";
  scrollTo(0, 0);
  if (moveFocus) main.focus({preventScroll: true});
}

// Also where the address is there already.
function goTo(hash) {
  if (location.hash === hash) follow(true);
  else location.hash = hash;
}

function follow(moveFocus) {
  const route = routeOf(location.hash);
  if (route.name !== view.name) showView(route, moveFocus);
  if (route.interval) view.show(route.interval);
}

// What the file system lets us remember; some browsers do not for a page from disk.
function remembered(theme) {
  try {
    if (theme !== undefined) localStorage.setItem("mestr-theme", theme);
    return localStorage.getItem("mestr-theme") || "";
  } catch {
    return theme || "";
  }
}

function useTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  view.redraw();
}

byId("theme").value = remembered();
byId("theme").addEventListener("change", (event) => useTheme(remembered(event.target.value)));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.redraw());
byId("skip").addEventListener("click", () => main.focus());
addEventListener("hashchange", () => follow(true));
main.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && link.getAttribute("href") === location.hash) follow(true);
});
// Paper is white.
addEventListener("beforeprint", () => {
  document.body.dataset.printing = "yes";
  useTheme("light");
});
addEventListener("afterprint", () => {
  delete document.body.dataset.printing;
  useTheme(byId("theme").value);
});

let width = 0;
new ResizeObserver(() => {
  if (main.clientWidth === width) return;
  width = main.clientWidth;
  view.redraw();
}).observe(main);

byId("foot").replaceChildren(
  el("p", {}, "mestr " + run.mestr + ", " + counted(run.models.length, "model") + ": " + run.models.join(", ") + ". " +
    run.device + ". Computed in " + duration(run.wall_s) + "."),
  el("p", {}, run.faces ? "The pictures are of people: pass this file on as you would their video. mestr report --no-faces leaves them out."
    : "Made with --no-faces: no picture of anybody is in this file."));
useTheme(remembered());
follow(false);
