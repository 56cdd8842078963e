"""What scripts/real_benchmark.sh measured, as numbers: one dictionary that tables.py writes out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mestr.errors import InputError
from mestr.files import read_json
from mestr.labels import Label, VideoKey, comparable

from .face_motion import CONTEXTS, FaceMotion, doing
from .planted_set import Planted
from .score import CurvePoint, Found, curve, interval_95, match, read_found, touched

MADE_BY = "scripts/real_benchmark.sh"
BOOTSTRAP_SAMPLES = 2000
ALARM_S = 0.4  # length of a usual find: by so long windows the time in a context is counted
SIZES_PX200 = (0.0, 1.0, 2.0, 3.0, 4.0)  # largest shift at a face width of 200; the last has no end


@dataclass(frozen=True)
class Results:
    """An output folder of mestr run, with the score.json of mestr evaluate where there are labels."""

    found: list[Found]
    score: dict
    made_by: dict

    @staticmethod
    def read(folder: Path, scored: bool) -> "Results":
        run = read_json(folder / "run.json", MADE_BY)
        found = read_found(folder / "predictions.csv")
        made_by = {"mestr": run["mestr"], "models": run["models"], "config": run["config"]}
        return Results(found, overall(folder / "score.json") if scored else {}, made_by)


def overall(path: Path) -> dict:
    try:
        scopes = read_json(path, MADE_BY)["scopes"]
        scope = next(scope for scope in scopes if scope["scope"] == "overall")
        return {
            "labels": scope["labels"],
            "found": scope["predictions"],
            "hits": scope["spotting"]["tp"],
            "precision": scope["spotting"]["precision"],
            "recall": scope["spotting"]["recall"],
            "f1": scope["spotting"]["f1"],
            "uf1": scope["recognition"]["uf1"],
            "strs": scope["strs"],
            "interval_95": scope["confidence_95"],
        }
    except (KeyError, StopIteration):
        raise InputError(f"{path}: not of mestr evaluate with --bootstrap") from None


def found_of(planted: Sequence[Planted], hits: dict[Label, Found], found: Sequence[Found]) -> dict:
    missed = [p for p in planted if p.label not in hits]
    return {
        "planted": len(planted),
        "hits": len(planted) - len(missed),
        "touched_but_no_hit": sum(touched(p.label, found) for p in missed),
    }


def groups(planted: Sequence[Planted], name: Callable[[Planted], str]) -> dict[str, list[Planted]]:
    """By name, in order of the names."""
    by_name: dict[str, list[Planted]] = {}
    for p in planted:
        by_name.setdefault(name(p), []).append(p)
    return dict(sorted(by_name.items()))


def size_class(planted: Planted) -> str:
    low = max(size for size in SIZES_PX200 if size <= planted.px200)
    at = SIZES_PX200.index(low)
    ends = SIZES_PX200[at + 1 :]
    return f"{low:g} to {ends[0]:g} px" if ends else f"{low:g} px and more"


def misses(
    planted: Sequence[Planted], found: Sequence[Found], frame_s: dict[VideoKey, float]
) -> dict:
    """How many of the planted ones are found, by what the face did, by size, emotion and units."""
    hits = match(found, [p.label for p in planted])

    def context(p: Planted) -> str:
        return p.doing.context(frame_s[comparable(p.label.key)])

    def counted(name: Callable[[Planted], str]) -> dict:
        return {n: found_of(group, hits, found) for n, group in groups(planted, name).items()}

    return {
        "by_context": counted(context),
        "by_size": counted(size_class),
        "by_emotion": counted(lambda p: p.label.emotion),
        "by_units": counted(lambda p: "+".join(p.units)),
    }


def context_minutes(motions: Iterable[FaceMotion]) -> dict[str, float]:
    """Minutes of the footage in each context: of the window of a usual find around each frame."""
    minutes = dict.fromkeys(CONTEXTS, 0.0)
    for motion in motions:
        frame_s = motion.frame_s()
        half = round(ALARM_S / 2 / frame_s) if frame_s else 0
        for frame in range(len(motion.times_s)):
            did = doing(motion, max(0, frame - half), frame + half)
            minutes[did.context(frame_s)] += frame_s / 60
    return minutes


def false_alarms(alarms: Sequence[Found], motions: dict[VideoKey, FaceMotion]) -> dict:
    """Finds in the plain twins: all are false."""
    minutes = {key: motion.duration_s() / 60 for key, motion in motions.items()}
    contexts = dict.fromkeys(CONTEXTS, 0)
    per_video = dict.fromkeys(motions, 0)
    for alarm in alarms:
        if alarm.video not in motions:
            raise InputError(
                f"{alarm.video}: mestr found something there, but the set has no such video"
            )
        motion = motions[alarm.video]
        contexts[doing(motion, alarm.onset, alarm.offset).context(motion.frame_s())] += 1
        per_video[alarm.video] += 1

    def rate(videos: Sequence[VideoKey]) -> float:
        return sum(per_video[v] for v in videos) / sum(minutes[v] for v in videos)

    # A video of one frame has no length.
    videos = [video for video in motions if minutes[video] > 0]
    if not videos:
        raise InputError("the plain videos have no frames to raise an alarm in")
    spent = context_minutes(motions.values())
    return {
        "videos": len(motions),
        "videos_empty": sum(count == 0 for count in per_video.values()),
        "minutes": sum(minutes.values()),
        "alarms": len(alarms),
        "alarms_a_minute": rate(videos),
        "interval_95": interval_95(videos, rate, BOOTSTRAP_SAMPLES),
        "by_context": {
            name: {"alarms": contexts[name], "minutes": spent[name]} for name in CONTEXTS
        },
        "by_video": {str(key): count for key, count in per_video.items()},
    }


def curve_of(points: Iterable[CurvePoint], minutes: float) -> list[dict]:
    return [
        {
            "cut": p.cut,
            "hits": p.hits,
            "found": p.found,
            "precision": p.hits / p.found if p.found else 0.0,
            "recall": p.hits / p.labels if p.labels else 0.0,
            "f1": p.f1(),
            "alarms_a_minute": p.alarms / minutes,
            "plain_videos_empty": p.plain_videos_empty,
        }
        for p in points
    ]


def sweep_point(
    value: str, planted: Results, plain: Results, motions: dict[VideoKey, FaceMotion]
) -> dict:
    """What mestr found with another value of an option."""
    alarms = false_alarms(plain.found, motions)
    return {
        "cut": value,
        **{name: planted.score[name] for name in ("hits", "found", "precision", "recall", "f1")},
        **{name: planted.score[name] for name in ("uf1", "strs", "interval_95")},
        "alarms_a_minute": alarms["alarms_a_minute"],
        "plain_videos_empty": alarms["videos_empty"],
    }


def numbers(
    planted: Sequence[Planted],
    results: Results,
    plain: Results,
    motions: dict[VideoKey, FaceMotion],
    planted_frame_s: dict[VideoKey, float],
    column: str,
) -> dict:
    alarms = false_alarms(plain.found, motions)
    points = curve(column, results.found, [p.label for p in planted], plain.found, motions)
    return {
        "made_by": results.made_by,
        "planted": results.score,
        "misses": misses(planted, results.found, planted_frame_s),
        "plain": alarms,
        "curve": {"column": column, "points": curve_of(points, alarms["minutes"])},
    }
