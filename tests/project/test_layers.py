"""The layers that README.md promises are those that the build links and the sources include."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"

# What a header of another project's needs on the link line of the folder that includes it.
EXTERNAL = {
    r"opencv2/": r"opencv_\w+",
    r"(torch|ATen|c10)/": r"mestr_torch",
    r"dlib/": r"dlib::dlib",
    r"Eigen/": r"Eigen3::Eigen",
    r"nlohmann/": r"nlohmann_json::nlohmann_json",
    r"yaml-cpp/": r"yaml-cpp",
    r"hwy/": r"hwy::hwy",
    r"spdlog/": r"spdlog::spdlog",
    r"CLI/": r"CLI11::CLI11",
    r"turbojpeg\.h": r"PkgConfig::turbojpeg",
    r"jpeglib\.h": r"PkgConfig::libjpeg",
    r"lib(av|sw)\w+/": r"PkgConfig::ffmpeg",
    r"csv\.h": r"libcsv",
    r"archive(_entry)?\.h": r"LibArchive::LibArchive",
    r"openssl/": r"OpenSSL::Crypto",
    r"zlib\.h": r"ZLIB::ZLIB",
    r"curl/": r"CURL::libcurl",
    r"cuda(_runtime\w*)?\.h": r"CUDA::\w+",
    r"pybind11/": r"pybind11::module",
}


# The name in README's table of what stands on a link line.
NAMES = {
    r"opencv_\w+": "OpenCV",
    r"mestr_torch": "LibTorch",
    r"dlib::dlib": "dlib",
    r"Eigen3::Eigen": "Eigen",
    r"nlohmann_json::nlohmann_json": "nlohmann-json",
    r"yaml-cpp": "yaml-cpp",
    r"hwy::hwy": "Highway",
    r"spdlog::spdlog": "spdlog",
    r"CLI11::CLI11": "CLI11",
    r"PkgConfig::turbojpeg": "TurboJPEG",
    r"PkgConfig::libjpeg": "libjpeg",
    r"PkgConfig::ffmpeg": "FFmpeg",
    r"libcsv": "libcsv",
    r"LibArchive::LibArchive": "libarchive",
    r"OpenSSL::Crypto": "OpenSSL",
    r"ZLIB::ZLIB": "zlib",
    r"CURL::libcurl": "libcurl",
    r"CUDA::\w+": "CUDA",
    r"pybind11::module": "pybind11",
}


def readme_layers() -> dict[str, set[str]]:
    """Layer -> layers and libraries it links, in the order of README's table; core is always linked."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| `src/(\w+)` \|([^|]*)\|", text, re.MULTILINE)
    assert all(layer == folder for layer, folder, _ in rows)
    return {layer: {link.strip() for link in links.split(",") if link.strip()} for layer, _, links in rows}


def link_line(layer: str) -> set[str]:
    """Every target that the folder's CMakeLists.txt names after PUBLIC or PRIVATE."""
    text = (SRC / layer / "CMakeLists.txt").read_text(encoding="utf-8")
    calls = re.findall(r"^\s*(?:mestr_library|target_link_libraries)\((.*?)\)$", text, re.MULTILINE | re.DOTALL)
    lists = [re.split(r"\b(?:PUBLIC|PRIVATE)\b", call, maxsplit=1)[-1] for call in calls]
    words = {word for text in lists for word in re.split(r"\s+", text)}
    return {word for word in words if re.match(r"[A-Za-z0-9_]+(::\w+)?$|yaml-cpp$", word)}


def linked_layers(layer: str) -> set[str]:
    own = {layer, "options", "compute"}
    return {word.removeprefix("mestr::") for word in link_line(layer) if word.startswith("mestr::")} - own


def sources(layer: str) -> list[Path]:
    found = [path for path in (SRC / layer).rglob("*") if path.suffix in {".h", ".cpp", ".cu", ".inc"}]
    return sorted(found + list((ROOT / "include" / "mestr" / layer).glob("*.h")))


def includes(path: Path) -> list[str]:
    return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"), re.MULTILINE)


def layer_of(include: str) -> str | None:
    folder = include.removeprefix("mestr/").split("/")[0]
    return folder if "/" in include and (SRC / folder).is_dir() else None


def test_every_folder_is_in_the_table():
    folders = {path.name for path in SRC.iterdir() if path.is_dir()}
    assert set(readme_layers()) == folders


def test_arrows_go_up_the_table_only():
    layers = list(readme_layers())
    for layer in layers:
        below = linked_layers(layer) - set(layers[: layers.index(layer)])
        assert not below, f"{layer} links {below}, which stand below it in README's table"


def test_the_table_says_what_is_linked():
    names = set(readme_layers())
    for layer, links in readme_layers().items():
        assert links & names == linked_layers(layer) - {"core"}, f"README's row of {layer}"
        others = {name for link in link_line(layer) for target, name in NAMES.items() if re.fullmatch(target, link)}
        assert links - names == others, f"README's row of {layer}"


def test_a_folder_includes_only_what_it_links():
    for layer in readme_layers():
        allowed = linked_layers(layer) | {layer}
        for path in sources(layer):
            used = {found for include in includes(path) if (found := layer_of(include))}
            assert used <= allowed, f"{path.relative_to(ROOT)} includes {used - allowed}, which {layer} does not link"


def test_a_folder_includes_only_libraries_that_it_links():
    for layer in readme_layers():
        links = link_line(layer)
        for path in sources(layer):
            for include in includes(path):
                wanted = [target for header, target in EXTERNAL.items() if re.match(header, include)]
                found = not wanted or any(re.fullmatch(wanted[0], link) for link in links)
                assert found, f"{path.relative_to(ROOT)} includes {include}, and {layer} does not link it"


def test_public_headers_show_no_other_library_than_opencv():
    for path in sorted((ROOT / "include").rglob("*.h")):
        for include in includes(path):
            foreign = re.match("|".join(EXTERNAL), include) and not include.startswith("opencv2/core/")
            assert not foreign, f"{path.relative_to(ROOT)} includes {include}"
            private = layer_of(include) and not include.startswith("mestr/")
            assert not private, f"{path.relative_to(ROOT)} includes the private {include}"


def test_private_code_has_a_namespace_of_its_own():
    for path in sorted(SRC.rglob("*.h")):
        text = path.read_text(encoding="utf-8")
        namespaces = set(re.findall(r"^namespace (mestr[\w:]*) \{", text, re.MULTILINE))
        assert namespaces, path.relative_to(ROOT)
        assert all(re.match(r"mestr::(internal|cli)\b", name) for name in namespaces), path.relative_to(ROOT)
