"""The numbers of benchmark.py as Markdown."""

from collections.abc import Iterable

from mestr_documents.markdown import table, with_interval

# Of the curve: the best F1 with at most so many false alarms a minute.
ALARMS_A_MINUTE = (0, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 20, 30)


def overview(numbers: dict) -> str:
    rows = []
    for name in ("planted", "frozen"):
        if name in numbers:
            score = numbers[name]
            interval = score["interval_95"]
            rows.append(
                [
                    name,
                    str(score["labels"]),
                    str(score["found"]),
                    str(score["hits"]),
                    with_interval(score["f1"], interval["spotting_f1"]),
                    with_interval(score["precision"], interval["spotting_precision"]),
                    with_interval(score["recall"], interval["spotting_recall"]),
                    with_interval(score["uf1"], interval["uf1"]),
                    with_interval(score["strs"], interval["strs"]),
                ]
            )
    header = "set,planted,found,hits,spotting F1 (95 %),precision,recall,recognition UF1,STRS"
    return table(header.split(","), rows)


def plain_overview(numbers: dict) -> str:
    plain = numbers["plain"]
    row = [
        str(plain["videos"]),
        f"{plain['minutes']:.1f}",
        str(plain["alarms"]),
        with_interval(plain["alarms_a_minute"], plain["interval_95"], 1),
        f"{plain['videos_empty']} of {plain['videos']}",
    ]
    header = ["videos", "minutes", "false alarms", "a minute (95 %)", "videos without any"]
    return table(header, [row])


def by_context(numbers: dict) -> str:
    planted, plain = numbers["misses"]["by_context"], numbers["plain"]["by_context"]
    rows = []
    for name, alarms in plain.items():
        found = planted.get(name, {"planted": 0, "hits": 0, "touched_but_no_hit": 0})
        minutes = alarms["minutes"]
        rows.append(
            [
                name,
                f"{found['hits']} of {found['planted']}",
                str(found["touched_but_no_hit"]),
                str(alarms["alarms"]),
                f"{minutes:.2f}",
                f"{alarms['alarms'] / minutes:.1f}" if minutes else "-",
            ]
        )
    header = (
        "the face meanwhile,found,touched but no hit,false alarms,minutes of it,alarms a minute"
    )
    return table(header.split(","), rows)


def found_by(numbers: dict, kind: str, title: str) -> str:
    rows = [
        [name, f"{x['hits']} of {x['planted']}", str(x["touched_but_no_hit"])]
        for name, x in numbers["misses"][kind].items()
    ]
    return table([title, "found", "touched but no hit"], rows)


def best_for_alarms(points: Iterable[dict]) -> list[dict]:
    """The best F1 for each limit of false alarms; what no limit asks for is in the JSON."""
    best: list[dict] = []
    for limit in ALARMS_A_MINUTE:
        allowed = [p for p in points if p["alarms_a_minute"] <= limit]
        if allowed:
            point = max(allowed, key=lambda p: (p["f1"], -p["alarms_a_minute"]))
            if point not in best:
                best.append(point)
    return best


def curve(first: str, points: Iterable[dict], videos: int) -> str:
    rows = [
        [
            p["cut"] if isinstance(p["cut"], str) else f"{p['cut']:.3g}",
            f"{p['alarms_a_minute']:.1f}",
            f"{p['plain_videos_empty']} of {videos}",
            f"{p['f1']:.2f}",
            f"{p['precision']:.2f}",
            f"{p['recall']:.2f}",
        ]
        for p in points
    ]
    header = "alarms a minute,plain videos without any,spotting F1,precision,recall".split(",")
    return table([first, *header], rows)


def made_by(numbers: dict) -> str:
    by = numbers["made_by"]
    models = ", ".join(f"{m['name']} {m['version']} ({m['sha256'][:12]})" for m in by["models"])
    return f"mestr {by['mestr']}; {models}"


def document(numbers: dict) -> str:
    videos = numbers["plain"]["videos"]
    points = best_for_alarms(numbers["curve"]["points"])
    parts = {
        "Planted micro-expressions": overview(numbers),
        "The same videos with nothing planted: every find is a false alarm": plain_overview(
            numbers
        ),
        "By what the real face did meanwhile": by_context(numbers),
        "Found by size, at a face width of 200 px": found_by(numbers, "by_size", "largest shift"),
        "Found by emotion": found_by(numbers, "by_emotion", "emotion"),
        "Found by action units": found_by(numbers, "by_units", "action units"),
        "Finds with less dropped: the best F1 for a number of alarms": curve(
            f"least {numbers['curve']['column']}", points, videos
        ),
    }
    if "sweep" in numbers:
        sweep = numbers["sweep"]
        title = f"With other values of {sweep['option']}"
        parts[title] = curve(sweep["option"], sweep["points"], videos)
    sections = (f"## {title}\n\n{content}" for title, content in parts.items())
    return "\n\n".join([made_by(numbers), *sections]) + "\n"
