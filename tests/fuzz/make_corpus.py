#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets again, in tests/fuzz/corpus; needs ffmpeg. Everything is made up here.

good_* must be read and bad_* be refused, as long as the readers are right; what has neither name may be either.
Bytes of FFmpeg's encoders differ between its versions: the seeds in the repository stay until somebody wants others.
"""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

from landmark_models import landmark_models

CORPUS = Path(__file__).parent / "corpus"
MODELS = Path(__file__).parents[1] / "data" / "model"

LABELS = "dataset,subject,video,onset,apex,offset,emotion,type\n"
LABEL_ROW = "cas,1,casme_001,10,14,20,negative,micro\n"
LEADERBOARD = "subject,video,onset,offset,emotion\n"
PREDICTIONS = "dataset,subject,video,onset,apex,offset,onset_s,offset_s,emotion,probability,score,"
PREDICTIONS += "evidence,context,track\n"
PREDICTION_ROW = ",,clip,10,14,20,0.3,0.633333,negative,0.9,1.5,0.8,blink,1\n"
MANIFEST = "dataset,subject,video,path,fps\n"


def save(target: str, name: str, content: bytes | str) -> None:
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def damaged_tables(target: str, header: str, row: str) -> None:
    """What is wrong in the same way in every kind of CSV."""
    cells = row.strip().split(",")
    both = header + row
    seeds: dict[str, bytes | str] = {
        "good_table": both,
        "good_bom_crlf": "\ufeff" + both.replace("\n", "\r\n"),
        "good_blank_lines": header + "\n\n" + row + "\n",
        "good_quoted": header + ",".join(f'"{cell}"' for cell in cells) + "\n",
        "good_no_last_newline": both.rstrip("\n"),
        "bad_empty": "",
        "bad_no_header": row,
        "bad_column_twice": header.strip() + "," + header.split(",")[0] + "\n" + row.strip() + ",\n",
        "bad_short_row": header + "x\n",
        "bad_long_row": header + row.strip() + ",more,cells\n",
        "bad_open_quote": header + '"' + row,
        "bad_quote_inside": header + row.replace(",", 'x"y,', 1),
        "bad_nul": both.encode() + b"\0\0\0\n",
        "excel_trailing": both + "," * (len(cells) - 1) + "\n" + "," * (len(cells) - 1) + "\n",
        "semicolons": both.replace(",", ";"),
        "tabs": both.replace(",", "\t"),
        "utf16": both.encode("utf-16"),
        "gbk": header.encode() + row.replace("c", "\u60ca", 1).encode("gbk"),
        "old_mac": both.replace("\n", "\r"),
        "twice": both + row,
        "many_rows": header + row * 50,
    }
    for number in ("23.0", "1e3", "-1", "0", "99999999999999999999", "nan", "inf", " 7 ", "0x10", ""):
        changed = [number if cell.replace(".", "").isdigit() else cell for cell in cells]
        seeds["number_" + (number.strip() or "none")] = header + ",".join(changed) + "\n"
    for name, content in seeds.items():
        save(target, name + ".csv", content)


def tables() -> None:
    damaged_tables("labels_csv", LABELS, LABEL_ROW)
    save("labels_csv", "bad_type.csv", LABELS + LABEL_ROW.replace("micro", "tiny"))
    save("labels_csv", "bad_apex_outside.csv", LABELS + LABEL_ROW.replace(",14,", ",44,"))
    save("labels_csv", "good_no_apex.csv", LABELS + LABEL_ROW.replace(",14,", ",,"))
    damaged_tables("leaderboard_csv", LEADERBOARD, "1,casme_001,10,20,negative\n")
    save("leaderboard_csv", "overlap.csv", LEADERBOARD + "1,a,10,20,negative\n01,a,15,25,positive\n")
    save("leaderboard_csv", "others.csv", LEADERBOARD + "1,a,10,20,others\n1,a,30,20,surprise\n")
    damaged_tables("predictions_csv", PREDICTIONS, PREDICTION_ROW)
    save("predictions_csv", "good_few_columns.csv",
         "dataset,subject,video,onset,offset,emotion\n,,clip,10,20,negative\n")
    damaged_tables("manifest_csv", MANIFEST, "mine,s1,clip,videos/clip.mp4,30\n")
    save("manifest_csv", "good_short.csv", "video,path\na,a.mp4\nb,/tmp/b.avi\n")
    save("manifest_csv", "back_slashes.csv", MANIFEST + ",,a,videos\\a.mp4,30\n")
    save("manifest_csv", "url.csv", MANIFEST + ",,a,http://localhost/a.mp4,29.97\n")
    damaged_tables("video_lengths_csv", "dataset,subject,video,frames\n", "cas,1,a,100\n")


GOOD_CONFIGS = {
    "good_empty": "",
    "good_face": "face: {alignment: similarity, check_s: 2}\nspot: {p: 0.6}\n",
    "good_flow": "flow:\n  method: fast\n  tau: 0.25\n  warps: 5\n  median_filtering: 5\n",
    "good_datasets": "datasets:\n  mine: {folder: M, subject: folder_after_dot, fps: 100, k: 5, k_p: 10}\n",
    "good_models": "model: {files: [a.pt, {path: b.pt, sha256: " + "a" * 64 + "}], by_subject: {'017': c.pt}}\n",
    "good_earlier": "decode: {p: 0.6, overlaps: drop}\nface: {jpeg_quality: 90}\n",
    "good_null": "spot: {p: ~}\n",
    "good_anchor": "spot: &a {p: 0.5}\n",
}

BAD_CONFIGS = {
    "bad_key": "flow:\n  lamda: 0.2\n",
    "bad_section": "flows: {}\n",
    "bad_list_key": "[1]: 2\n",
    "bad_list": "- face\n",
    "bad_open": "face: {alignment: crop\n",
    "bad_tab": "face:\n\talignment: crop\n",
    "bad_range": "spot: {p: 1.5}\n",
    "bad_nan": "spot: {p: .nan}\n",
    "bad_huge": "flow: {scales: 99999999999999999999}\n",
    "bad_alias": "face: *nothing\n",
    "bad_sha": "model: {files: {path: a.pt, sha256: abc}}\n",
    "bad_scalar": "crop\n",
    "bad_dataset_list": "datasets: [a]\n",
    "bad_nul": "face: {alignment: \"a\\0b\"}\n",
    "bad_two_lines": "face: {alignment: \"a\\nb\"}\n",
    "bad_escape": "\"\\e[31mface\": 1\n",
    "bad_deep": "face: " + "[" * 300 + "]" * 300 + "\n",
}


def configs() -> None:
    for name, content in (GOOD_CONFIGS | BAD_CONFIGS).items():
        save("config_yaml", name + ".yaml", content)
    save("config_yaml", "two_documents.yaml", "face: {}\n---\nflow: {}\n")
    save("config_yaml", "utf16.yaml", "face: {}\n".encode("utf-16"))
    save("config_yaml", "merge.yaml", "a: &a {p: 0.5}\nspot: {<<: *a}\n")
    sets = {
        "good_values": "spot.p=0.7\nflow.method=fast\ndatasets.samm.fps=100",
        "good_list": "model.files=[a.pt, b.pt]",
        "good_map": "spot={p: 0.5}",
        "bad_no_equals": "alignment",
        "bad_no_path": "=1",
        "bad_dots": "..=1",
        "bad_dataset": "datasets.smic.fps=100",
        "bad_datasets_scalar": "datasets=3",
        "bad_yaml": "spot.p={",
        "bad_escape": "spot.\x1b[31m=1",
        "bad_deep": ".".join("a" * 200) + "=1",
    }
    for name, content in sets.items():
        save("config_set", name, content)


def records() -> None:
    record = {"format": 2, "name": "m", "version": "1", "classes": ["negative", "positive"], "features": "mean-v1",
              "row_shape": [3, 42, 42], "input": "pairs", "fps": 30, "k_frames": 3, "k_p_frames": 6, "p": 0.5,
              "training_data": "none", "licence": "Apache-2.0"}
    save("model_record", "good_2.json", json.dumps(record))
    save("model_record", "good_1.json", json.dumps(record | {"format": 1}))
    changes = {"format": [4, 0, 1.5, "2", None], "classes": [[], ["a", "a"], [1], "a", [""]], "input": ["rows", 1],
               "row_shape": [[], [0], [2**31], [4096, 4096, 4096], ["3"]], "fps": [0, -1, 1e999, "30"],
               "k_frames": [0, 2**63, -2**63, 3.0], "p": [1.5, -1], "name": ["", 5, "\x1b[31m\n"]}
    for key, values in changes.items():
        for number, value in enumerate(values):
            save("model_record", f"bad_{key}_{number}.json", json.dumps(record | {key: value}))
        save("model_record", f"bad_no_{key}.json", json.dumps({k: v for k, v in record.items() if k != key}))
    save("model_record", "good_strange_name.json", json.dumps(record | {"name": "\x1b[31m\n"}))
    (CORPUS / "model_record" / "bad_name_2.json").unlink()
    save("model_record", "bad_truncated.json", json.dumps(record)[:90])
    save("model_record", "bad_deep.json", "[" * 2000)
    save("model_record", "bad_class_escape.json", json.dumps(record | {"classes": ["\x1b[31m"] * 2}))
    save("model_record", "bad_utf8.json", b'{"format": 2, "name": "\xff\xfe"}')
    window_records(record)


def window_records(of_pairs: dict[str, object]) -> None:
    record = {key: value for key, value in of_pairs.items() if key != "k_frames"} | {
        "format": 4, "classes": ["negative", "others", "neutral"], "features": "roi-flow-36-v1", "row_shape": [36],
        "input": "windows", "scores": "relative", "variant": "mended", "stitch": "published", "batch_windows": 32,
        "window": {"frames": 30, "hop_frames": 15, "frame_step": 7}, "decode": "samm", "synergy": 1,
        "class_offsets": [-1, 0, 0], "not_written": ["others", "neutral"]}
    save("model_record", "good_4.json", json.dumps(record))
    changes = {"window": [5, {"frames": 2**31, "hop_frames": 1, "frame_step": 1}], "decode": ["\x1b[31m", 3],
               "synergy": [-1, 2**40], "class_offsets": [[1e999, 0, 0], []], "not_written": [["\x1b"], 7],
               "batch_windows": [0, -(2**63)]}
    for key, values in changes.items():
        for number, value in enumerate(values):
            save("model_record", f"bad_4_{key}_{number}.json", json.dumps(record | {key: value}))
        save("model_record", f"bad_4_no_{key}.json", json.dumps({k: v for k, v in record.items() if k != key}))


def zipped(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, method)
    return out.getvalue()


def zips() -> None:
    table = (LEADERBOARD + "1,a,10,20,negative\n").encode()
    good = [("cas_pred.csv", table), ("samm_pred.csv", LEADERBOARD.encode())]
    save("submission_zip", "good_deflated.zip", zipped(good))
    save("submission_zip", "good_stored.zip", zipped(good, zipfile.ZIP_STORED))
    save("submission_zip", "one_file.zip", zipped(good[:1]))
    save("submission_zip", "twice.zip", zipped([good[0], good[0]]))
    save("submission_zip", "folder.zip", zipped([("out/cas_pred.csv", table)]))
    save("submission_zip", "climbs.zip", zipped([("../../cas_pred.csv", table)]))
    save("submission_zip", "empty.zip", zipped([]))
    save("submission_zip", "bzip2.zip", zipped(good, zipfile.ZIP_BZIP2))
    save("submission_zip", "lzma.zip", zipped(good, zipfile.ZIP_LZMA))
    save("submission_zip", "zeros.zip", zipped([("cas_pred.csv", bytes(200_000))]))
    save("submission_zip", "utf8_name.zip", zipped([("\u60ca.csv", table)]))
    save("submission_zip", "escape_name.zip", zipped([("\x1b[31mcas_pred.csv", table)]))
    save("submission_zip", "newline_name.zip", zipped([("cas\npred.csv", table)]))
    whole = zipped(good)
    save("submission_zip", "bad_truncated.zip", whole[:60])
    save("submission_zip", "bad_crc.zip", whole[:14] + b"\1\2\3\4" + whole[18:])
    save("submission_zip", "bad_empty.zip", b"")
    save("submission_zip", "bad_text.zip", table)
    save("submission_zip", "huge_size.zip", whole[:18] + b"\xf0\xff\xff\xff\xf0\xff\xff\xff" + whole[26:])
    save("submission_zip", "encrypted.zip", whole[:6] + b"\1\0" + whole[8:])


def changed(record: dict[str, object], key: str, value: object) -> str:
    return json.dumps(record | {key: value})


def folders() -> None:
    """The records that `mestr run` and `mestr features` find of earlier calls."""
    video = {"name": "clip", "dataset": "", "subject": "", "video": "clip", "fps": 30.0, "k_frames": 3,
             "dtype": "float16", "file": "clip.npy", "frames": 20, "first_face_frame": 1, "pairs": 17}
    manifest = {"format": 2, "features": "mean-v1", "config": None, "videos": [video]}
    run = {"mestr": "0.1.0", "status": "complete", "files": ["predictions.csv", "run.json"],
           "videos": [{"video": "clip", "ok": True, "file": "videos/clip.json"}]}
    save("features_manifest", "good.json", json.dumps(manifest))
    save("features_manifest", "good_no_videos.json", changed(manifest, "videos", []))
    of_windows = {"name": "clip", "dataset": "", "subject": "", "video": "clip", "fps": 200.0, "dtype": "float16",
                  "file": "clip.npy", "frames": 400, "windows": 2, "first_frames": [1, 106], "faceless_frames": [0, 30],
                  "window": {"frames": 30, "hop_frames": 15, "frame_step": 7}}
    windows = {"format": 2, "features": "roi-flow-36-v1", "row_shape": [36], "variant": "mended", "config": None,
               "videos": [of_windows]}
    save("features_manifest", "good_windows.json", json.dumps(windows))
    save("features_manifest", "bad_windows_count.json", changed(windows, "videos", [of_windows | {"windows": -1}]))
    pairs = changed(windows, "videos", [{key: of_windows[key] for key in of_windows if key != "window"}])
    save("features_manifest", "bad_windows_no_window.json", pairs)
    for key in ("window", "windows", "first_frames", "faceless_frames"):
        for number, value in enumerate((None, "..", [1], {"frames": -5, "hop_frames": 1e308}, [[]], 1e308)):
            changed_windows = changed(windows, "videos", [of_windows | {key: value}])
            save("features_manifest", f"{key}_{number}.json", changed_windows)
    save("run_record", "complete.json", json.dumps(run))
    save("run_record", "running.json", changed(run, "status", "running"))
    for target, record in (("features_manifest", manifest), ("run_record", run)):
        save(target, "bad_truncated.json", json.dumps(record)[:60])
        save(target, "bad_empty.json", "")
        save(target, "bad_list.json", "[]")
        save(target, "deep.json", "[" * 3000 + "]" * 3000)
        save(target, "deep_inside.json", changed(record, "config", {}).replace("{}", "[" * 900 + "]" * 900))
        for number, value in enumerate((None, 5, "x", [5], ["../../etc/passwd"], [{}], ["\x1b[31m"])):
            save(target, f"videos_{number}.json", changed(record, "videos", value))
            save(target, f"files_{number}.json", changed(record, "files", value))
    for key in video:
        for number, value in enumerate((None, "..", "../../../x", "a\x00b", [1], 1e308)):
            save("features_manifest", f"{key}_{number}.json", changed(manifest, "videos", [video | {key: value}]))


def video_results() -> dict[str, object]:
    """videos/a.json: four frames with one find."""
    evidence = {"value": 0.7, "motion_px": 1, "motion_to_noise": 3, "head_px_s": 2, "mouth_px_s": 1, "blink": False,
                "context": "calm"}
    found = {"onset": 1, "peak": 2, "offset": 3, "onset_s": 0, "offset_s": 0.066667, "emotion": "negative",
             "probability": 0.9, "score": 0.8, "track": 1}
    stretch = {"first_frame": 1, "last_frame": 3, "box": {"x": 1, "y": 2, "width": 30, "height": 30}, "track": 1,
               "ended_by": "no face", "too_short": False}
    return {"input": {"dataset": "", "subject": "", "video": "a"}, "frames": 4, "fps": 30.0,
            "variable_frame_rate": False, "width": 64, "height": 48, "k": 1, "k_p": 2, "k_origin": "the model m",
            "model": {"name": "m"}, "warnings": [], "frame_times_s": [0, 0.033333, 0.066667, 0.1],
            "stretches": [stretch], "intervals": [found | {"evidence": evidence}], "longer": [], "threshold": 0.5,
            "classes": ["negative"], "first_scored_frame": 1, "scores": [0.1, 0.8, None], "smoothed": [0.1, 0.8, None],
            "motion_px": [0, 1.5, None], "probabilities": [[1.0], [1.0], None],
            "per_frame": {"cause": [None, None, None, "no face"], "track": [1, 1, 1, None],
                          "box": [[1, 2, 30, 30]] * 3 + [None]}}


def results() -> None:
    """run.json and videos/a.json as `mestr report` reads them."""
    video = video_results()
    key = {"dataset": "", "subject": "", "video": "a"}
    entry = {"path": "a.mp4"} | key
    run = {"mestr": "0.1.0", "status": "complete", "wall_seconds": 1.5, "device": {"reason": "cpu"},
           "models": [{"name": "m"}], "notes": [],
           "config": {"video": {"most_megapixels": 100, "deinterlace": True, "keep_damaged": False}},
           "videos": [entry | {"ok": True, "file": "videos/a.json", "wall_seconds": 1.0},
                      entry | {"video": "b", "ok": False, "error": "no face"}, entry | {"video": "c"}]}
    without = {name: video[name] for name in video if name not in ("longer", "per_frame")}
    save("results_folder", "good.json", json.dumps(video))
    save("results_folder", "good_both.json", json.dumps(run) + "\f" + json.dumps(video))
    save("results_folder", "good_other_face.json", changed(video, "other_faces", [video]))
    save("results_folder", "good_crop.json", json.dumps(without))
    save("results_folder", "bad_empty.json", "")
    save("results_folder", "bad_truncated.json", json.dumps(video)[:200])
    save("results_folder", "bad_running.json", changed(run, "status", "running") + "\f" + json.dumps(video))
    save("results_folder", "bad_other_video.json", changed(video, "input", key | {"video": "b"}))
    save("results_folder", "deep.json", changed(video, "frames", "[]").replace('"[]"', "[" * 900 + "]" * 900))
    for name in video:
        for number, value in enumerate((None, -1, 10**30, [[]])):
            save("results_folder", f"{name}_{number}.json", changed(video, name, value))
    for name in run:
        save("results_folder", f"run_{name}.json", changed(run, name, [{}]) + "\f" + json.dumps(video))


def model_entries(name: str) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(MODELS / name) as archive:
        return [(entry, archive.read(entry)) for entry in archive.namelist()]


def model_archives() -> None:
    code = "archive/code/__torch__.py"
    toy = model_entries("toy.pt")
    for name in ("toy.pt", "toy_sequence.pt"):
        save("model_archive", "good_" + name, (MODELS / name).read_bytes())

    def with_entry(name: str, content: bytes) -> bytes:
        return zipped([entry for entry in toy if entry[0] != name] + [(name, content)], zipfile.ZIP_STORED)

    whole = zipped(toy, zipfile.ZIP_STORED)
    save("model_archive", "good_packed_again.pt", whole)
    save("model_archive", "deflated.pt", zipped(toy))
    save("model_archive", "bad_truncated.pt", whole[: len(whole) // 2])
    save("model_archive", "bad_empty.pt", b"")
    save("model_archive", "bad_twice.pt", zipped([*toy, toy[0]], zipfile.ZIP_STORED))
    save("model_archive", "bad_unknown_entry.pt", with_entry("archive/more.bin", b"x"))
    save("model_archive", "bad_outside.pt", with_entry("../../x", b"x"))
    save("model_archive", "zeros.pt", zipped([*toy, ("archive/data/1", bytes(500_000))]))
    source = dict(toy)[code]
    setstate = b"  def __setstate__(self: __torch__.Toy, state: int) -> NoneType:\n    return None\n"
    save("model_archive", "bad_setstate.pt", with_entry(code, source + setstate))
    save("model_archive", "bad_operator.pt", with_entry(code, source.replace(b"torch.", b"torch.from_file(", 1)))
    save("model_archive", "forever.pt", with_entry(code, source + b"    while True:\n      pass\n"))
    save("model_archive", "bad_deep_code.pt", with_entry(code, source + b"    x = " + b"(" * 3000 + b"\n"))
    save("model_archive", "bad_pickle.pt", with_entry("archive/data.pkl", b"\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R."))
    save("model_archive", "bad_record.pt", with_entry("archive/extra/mestr.json", b"[]"))


def png(width: int, height: int, rows: bytes, depth: int = 8, color: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def bmp(width: int, height: int, bits: int = 24, compression: int = 0, pixels: bytes | None = None) -> bytes:
    palette = b"".join(bytes((i, i, i, 0)) for i in range(256)) if bits == 8 else b""
    if pixels is None:
        pixels = bytes(range(64)) * ((abs(width) * bits + 31) // 32 * 4 * abs(height) // 64 + 1)
        pixels = pixels[: (abs(width) * bits + 31) // 32 * 4 * abs(height)]
    at = 54 + len(palette)
    return (struct.pack("<2sIHHI", b"BM", at + len(pixels), 0, 0, at) +
            struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(pixels), 0, 0, 0, 0) +
            palette + pixels)


def ffmpeg(folder: Path, name: str, *options: str, filters: str = "testsrc=s=48x32:r=10") -> bytes:
    path = folder / name
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", filters, "-fflags", "+bitexact", "-flags:v",
               "+bitexact", "-map_metadata", "-1", *options, str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()


def images(folder: Path) -> dict[str, bytes]:
    made = {
        "good.jpg": ffmpeg(folder, "a.jpg", "-frames:v", "1", "-q:v", "20"),
        "good_gray.jpg": ffmpeg(folder, "g.jpg", "-frames:v", "1", "-q:v", "20", "-pix_fmt", "gray"),
        "good_444.jpg": ffmpeg(folder, "f.jpg", "-frames:v", "1", "-q:v", "20", "-pix_fmt", "yuvj444p"),
        "good.png": png(4, 2, (b"\0" + bytes(range(12))) * 2),
        "good_gray16.png": png(4, 2, (b"\1" + bytes(range(8))) * 2, 16, 0),
        "good_alpha.png": png(4, 2, (b"\2" + bytes(range(16))) * 2, 8, 6),
        "good.bmp": bmp(5, 3),
        "good_8bit.bmp": bmp(5, 3, 8),
        "good_top_down.bmp": bmp(5, -3),
    }
    for name, content in made.items():
        save("image", name, content)
        stem, extension = name.split(".")
        save("image", f"bad_truncated_{stem}.{extension}", content[: len(content) * 2 // 3])
    save("image", "huge.png", png(20000, 20000, b""))
    save("image", "huge.bmp", bmp(30000, 30000, 24, 0, b"\0" * 64))
    save("image", "rle.bmp", bmp(8, 2, 8, 1, b"\x08\x01\0\0\x08\2\0\1"))
    save("image", "huge_rle.bmp", bmp(60000, 60000, 8, 1, b"\x08\x01\0\1"))
    save("image", "zero.bmp", bmp(0, 0, 24, 0, b""))
    jpeg = made["good.jpg"]
    save("image", "good_exif.jpg", jpeg[:2] + b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0" +
         b"\0\0\0\0" + jpeg[2:])
    at = jpeg.index(b"\xff\xc0")
    save("image", "huge.jpg", jpeg[: at + 5] + b"\xff\xff\xff\xff" + jpeg[at + 9:])
    save("image", "bad_empty.png", b"")
    save("image", "bad_text.jpg", b"not an image\n")
    save("image", "bad_gif.jpg", b"GIF89a\1\0\1\0\0\0\0;")
    save("image", "bad_crc.png", made["good.png"][:-2] + b"xx")
    return made


def image_folders(made: dict[str, bytes]) -> None:
    def tree(*names: str, contents: list[bytes]) -> bytes:
        return "\n".join(names).encode() + b"\n\n" + b"\n--\n".join(contents)

    one, other = made["good.png"], made["good.bmp"]
    save("image_folder", "good_three", tree("img_1.png", "img_2.png", "img_10.png", contents=[one]))
    save("image_folder", "good_gap", tree("img_001.png", "img_007.png", contents=[one]))
    save("image_folder", "good_upper", tree("A1.PNG", "A2.PNG", contents=[one]))
    save("image_folder", "good_hidden", tree("._1.png", "1.png", "Thumbs.db", contents=[one]))
    save("image_folder", "bad_sizes", tree("1.png", "2.bmp", contents=[one, other]))
    save("image_folder", "bad_twice", tree("1.png", "1.bmp", contents=[one, one]))
    save("image_folder", "bad_empty", b"")
    save("image_folder", "bad_damaged", tree("1.png", "2.png", contents=[one, one[:40]]))
    save("image_folder", "mixed", tree("1.png", "clip.mp4", contents=[one]))
    save("image_folder", "copies", tree("img_00010.png", "img_00010 (1).png", "img_00011 - Copy.png", contents=[one]))
    save("image_folder", "seconds", tree("0.0333.png", "0.9.png", "1.png", contents=[one]))
    save("image_folder", "big_numbers", tree("f99999999999999999999.png", "f0000000001.png", contents=[one]))
    save("image_folder", "videos", tree("a.mp4", "b.MTS", "c.vob", contents=[b"no video"]))
    save("image_folder", "strange", tree("\u60ca 1.png", "=1+1.png", "a" * 250 + ".png", contents=[one]))
    save("image_folder", "only_csv", tree("a.csv", contents=[b"video,path\na,a.png\n"]))


CLIPS = {
    "good_h264.mp4": ["-c:v", "libx264"],
    "good_fast_start.mp4": ["-c:v", "libx264", "-movflags", "+faststart"],
    "good_fragments.mp4": ["-c:v", "libx264", "-movflags", "+frag_keyframe+empty_moov"],
    "good_hevc.mp4": ["-c:v", "libx265", "-x265-params", "log-level=error:info=0"],
    "good_mpeg4.avi": ["-c:v", "mpeg4"],
    "good_mjpeg.avi": ["-c:v", "mjpeg", "-q:v", "31"],
    "good_vp8.webm": ["-c:v", "libvpx"],
    "good_vp9.webm": ["-c:v", "libvpx-vp9"],
    "good_ffv1.mkv": ["-c:v", "ffv1", "-level", "3"],
    "good_mpeg1.mpg": ["-c:v", "mpeg1video", "-r", "25"],
    "good_mpeg2.ts": ["-c:v", "mpeg2video"],
    "good_wmv2.wmv": ["-c:v", "wmv2"],
    "good_flv1.flv": ["-c:v", "flv"],
    "good_h263.3gp": ["-c:v", "h263", "-s", "128x96"],
    "good_prores.mov": ["-c:v", "prores_ks", "-qscale:v", "32"],
    "good_theora.ogv": ["-c:v", "libtheora"],
    "good_10bit.mkv": ["-c:v", "libx264", "-pix_fmt", "yuv420p10le"],
    "good_rgb.avi": ["-c:v", "rawvideo", "-pix_fmt", "bgr24", "-s", "16x12"],
    "good_anamorphic.mp4": ["-c:v", "libx264", "-vf", "setsar=2/1"],
    "good_interlaced.ts": ["-c:v", "mpeg2video", "-flags", "+ildct+ilme+bitexact", "-top", "1"],
    "gif.gif": ["-c:v", "gif"],
    "raw.h264": ["-c:v", "libx264"],
    "y4m.y4m": ["-pix_fmt", "yuv420p", "-s", "16x12"],
}


def clips(folder: Path) -> None:
    made = {}
    for name, options in CLIPS.items():
        made[name] = ffmpeg(folder, name, "-frames:v", "4", *options)
        save("video", name, made[name])
    for name in ("good_h264.mp4", "good_mjpeg.avi", "good_vp8.webm"):
        stem, extension = name.removeprefix("good_").split(".")
        content = made[name]
        save("video", f"truncated_{stem}.{extension}", content[: len(content) * 2 // 3])
        middle = len(content) // 2
        save("video", f"damaged_{stem}.{extension}", content[:middle] + bytes(40) + content[middle + 40:])
    mov = ffmpeg(folder, "colr.mov", "-frames:v", "2", "-c:v", "mpeg4", "-movflags", "+write_colr", "-colorspace",
                 "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    at = mov.index(b"nclc") + 8
    save("video", "colour_space_127.mov", mov[:at] + b"\0\x7f" + mov[at + 2:])
    size = made["good_h264.mp4"].replace(struct.pack(">HH", 48, 32), struct.pack(">HH", 65535, 65535))
    save("video", "huge_size.mp4", size)
    ts = ffmpeg(folder, "ts.ts", "-frames:v", "2", "-c:v", "mpeg2video")
    save("video", "joined.ts", ts + ts)
    save("video", "bad_sound.wav", ffmpeg(folder, "s.wav", "-t", "0.01", filters="anullsrc=r=8000:cl=mono"))
    save("video", "bad_empty.mp4", b"")
    save("video", "bad_text.mp4", b"no video at all\n")
    save("video", "bad_playlist.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n")
    save("video", "bad_concat.txt", "ffconcat version 1.0\nfile clip.mp4\n")


def questions() -> None:
    row = '{"video_id": "samm_test_SAMM-1_1", "video": "SAMM-1", "question": "Which?", "answer": 2}\n'
    save("questions_jsonl", "good_row.jsonl", "\ufeff" + row + "\r\n" + row.replace("SAMM-1_1", "SAMM-1_2"))
    save("questions_jsonl", "bad_twice.jsonl", row + row)
    save("questions_jsonl", "bad_cut.jsonl", row[:40])
    save("questions_jsonl", "bad_nested.jsonl", row[:-2] + ', "more": ' + "[" * 40 + "]" * 40 + "}")


def main() -> None:
    tables()
    questions()
    configs()
    records()
    zips()
    folders()
    results()
    model_archives()
    for seed, content in landmark_models().items():
        save("landmark_model", seed, content)
    with tempfile.TemporaryDirectory() as name:
        image_folders(images(Path(name)))
        clips(Path(name))
    total = sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file())
    print(f"{total} bytes in {CORPUS}", file=sys.stderr)


if __name__ == "__main__":
    main()
