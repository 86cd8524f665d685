"""The UI's own promises, checked on its files: complete texts in both languages, no parsed markup, readable colours."""
import re
from pathlib import Path

import pytest

from check_routes import called, described

ROOT = Path(__file__).resolve().parents[2] / "htdocs"
JS = sorted((ROOT / "js").rglob("*.js"))
CSS = sorted((ROOT / "css").glob("*.css"))
SOURCE = {path: path.read_text("utf-8") for path in JS}


def texts(language):
    """Key -> text of one language."""
    source = "".join(path.read_text("utf-8") for path in sorted(
        (ROOT / "js" / "i18n").glob(f"{language}*.js")))
    pairs = re.findall(r"'([\w.-]+)':\s*'((?:[^'\\]|\\.)*)'", source)
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), "a key is there twice"
    return dict(pairs)


EN, ZH = texts("en"), texts("zh")


def test_both_languages_have_the_same_keys():
    assert sorted(EN) == sorted(ZH)


def test_no_text_is_empty_and_placeholders_agree():
    for key, text in EN.items():
        assert text.strip() and ZH[key].strip(), key
        names = lambda s: set(re.findall(r"\{(\w+)\}", s))
        assert names(text) == names(ZH[key]) or names(ZH[key]) - names(text) == {"n"}, key


def test_every_key_that_the_code_asks_for_exists():
    wanted = set()
    for source in SOURCE.values():
        wanted |= set(re.findall(r"[^\w.]t\('([\w.-]+)'", source))
        for branch in re.findall(r"[^\w.]t\([^()'`]*\? ?('[\w.-]+' : '[\w.-]+')", source):
            wanted |= set(re.findall(r"'([\w.-]+)'", branch))
    assert len(wanted) > 250
    assert sorted(wanted - set(EN)) == []


CALLS = re.compile(r'\b(?:http_problem\(\w+, \d+|task_fail\(\w+|task_error\(\w+|deploy_undo\(\w+), "(\w+)"')
NOTES = re.compile(r'\b(?:deploy_note\(\w+|add\(a, out), "(\w+)"')


def codes(pattern, *folders):
    """The codes that programs answer with, out of their source."""
    found = set()
    for folder in folders:
        for path in sorted((ROOT.parent / folder).rglob("*.c")):
            found |= set(pattern.findall(re.sub(r"\s+", " ", path.read_text("utf-8").replace("(\n", "("))
                                         .replace("( ", "(")))
    return found


def test_what_was_refused_is_said_in_both_languages():
    refused = codes(CALLS, "cgi-bin", "lib", "worker")
    assert len(refused) > 45
    assert sorted(c for c in refused if f"error.{c}" not in ZH) == []
    remarks = codes(NOTES, "worker")
    assert {"dsl_newer", "edits_kept", "edge_missing"} <= remarks
    assert sorted(c for c in remarks if f"deploy.note.{c}" not in ZH) == []
    troubles = set(re.findall(r'"(dify_[a-z]+)"', (ROOT.parent / "lib/dify/call.c").read_text("utf-8")))
    assert sorted(c for c in troubles if not {f"trouble.{c}", f"error.{c}"} & set(ZH)) == []


def test_keys_built_at_run_time_have_a_text_for_each_value():
    families = {
        "status.": "draft deploying deployed queued running succeeded failed stopped cancelled partial-succeeded paused unknown "
                   "receiving forwarding indexing completed up slow refused".split(),
        "job.": "generate deploy run undeploy forward test_model test_connection test_run".split(),
        "phase.": "assemble ask extract repair validate build done".split(),
        "tier.": "E R L W".split(), "role.": "viewer editor admin".split(), "tab.": "graph run runs dsl versions".split(),
        "new.side.": "model dify answer studio".split(), "home.health.": "ok warn error".split(),
        "version.": "created generated edited uploaded imported found rollback restored secrets".split(),
        "engine.": "studio dify".split(), "generations.result.": "ok failed cancelled".split(),
        "fix.": "output_name type_alias edge_added port_dropped node_wired json_missing_closer json_comment json_missing_comma terminal_added".split(),
        "output.": "auto json_schema json_object plain json_schema.short json_object.short plain.short".split(),
        "quirk.": "no_stream_options no_temperature max_completion_tokens".split(),
        "step.": "list listed ask thinks quirks json_schema json_object".split(),
        "error.": "model_unreachable model_timeout model_busy model_trouble model_broken model_key model_quota model_unknown model_context "
                  "model_declined model_refused answer_too_long cut_off no_json invalid".split(),
        "preset.": re.findall(r"id: '(\w+)'", SOURCE[ROOT / "js/pages/presets.js"]),
        "upload.": "waiting sending paused failed done".split(),
    }
    for prefix, values in families.items():
        for value in values:
            assert prefix + value in EN


def test_dark_theme_is_written_the_same_twice():
    css = (ROOT / "css" / "tokens.css").read_text("utf-8")
    by_system = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', css, re.S).group(1)
    by_switch = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', css, re.S).group(1)
    assert by_system.split() == by_switch.split()


def palette(block):
    css = (ROOT / "css" / "tokens.css").read_text("utf-8")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", re.search(block, css, re.S).group(1)))


def luminance(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [("ink", "paper"), ("ink-2", "paper"), ("ink-3", "paper"), ("ink-3", "surface"), ("ink-3", "sunken"),
         ("accent-ink", "accent-soft"), ("accent-ink", "surface"), ("on-accent", "accent"),
         ("ok", "ok-soft"), ("warn", "warn-soft"), ("error", "error-soft"), ("unknown", "unknown-soft"), ("error", "surface")]


@pytest.mark.parametrize("theme", [r":root \{(.*?)\n\}", r':root\[data-theme="dark"\] \{(.*?)\n\}'], ids=["light", "dark"])
@pytest.mark.parametrize("text,ground", PAIRS)
def test_text_stands_out_from_its_ground(theme, text, ground):
    colours = palette(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [r":root \{(.*?)\n\}", r':root\[data-theme="dark"\] \{(.*?)\n\}'], ids=["light", "dark"])
@pytest.mark.parametrize("line,ground", [("line-field", "surface"), ("edge", "sunken"), ("accent", "paper"), ("accent", "surface")])
def test_lines_that_one_must_see_stand_out(theme, line, ground):
    """Fields, the edges of a graph, the ring around what has the focus."""
    colours = palette(theme)
    assert contrast(colours[line], colours[ground]) >= 3


@pytest.mark.parametrize("word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setAttribute('style'"])
def test_no_markup_or_code_is_parsed_from_text(word):
    assert [str(p) for p, s in SOURCE.items() if word in s] == []


def test_only_api_js_calls_the_server():
    callers = {p.name for p, s in SOURCE.items() if re.search(r"(?<![\w.])fetch\(|XMLHttpRequest", s)}
    assert callers == {"api.js"}
    streams = {p.name for p, s in SOURCE.items() if "new EventSource(" in s}
    assert streams == {"events.js", "events-worker.js"}


def test_page_has_no_inline_script_or_style():
    page = (ROOT / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_nothing_is_loaded_from_elsewhere():
    for path in [*CSS, ROOT / "index.html"]:
        assert not re.search(r"(?:url\(|href=|src=)[\"']?(?:https?:)?//", path.read_text("utf-8")), path
    for path in CSS:
        for ref in re.findall(r'url\("([^"]+)"\)', path.read_text("utf-8")):
            assert (path.parent / ref).is_file(), ref


def test_every_import_names_a_file():
    for path, source in SOURCE.items():
        for ref in re.findall(r"(?:from|import\()\s*'(\.[^']+)'", source):
            assert (path.parent / ref).is_file(), f"{path.name}: {ref}"
    linked = set(re.findall(r'href="/(css/[\w-]+\.css)"', (ROOT / "index.html").read_text("utf-8")))
    assert linked == {f"css/{p.name}" for p in CSS}


def test_every_import_is_used():
    for path, source in SOURCE.items():
        for names in re.findall(r"^import \{([^}]+)\} from", source, re.M):
            for name in names.split(","):
                own = name.split(" as ")[-1].strip()
                assert not own or len(re.findall(rf"\b{re.escape(own)}\b", source)) > 1, f"{path.name}: {own}"


def static_imports(path, found):
    if path not in found:
        found.append(path)
        for ref in re.findall(r"^(?:import|export)[^;]*?from '(\.[^']+)'", SOURCE[path], re.M):
            static_imports((path.parent / ref).resolve(), found)
    return found


def test_the_page_names_what_the_first_script_needs_so_that_it_loads_at_once():
    page = (ROOT / "index.html").read_text("utf-8")
    named = set(re.findall(r'rel="modulepreload" href="/([^"]+)"', page))
    needed = {str(p.relative_to(ROOT)) for p in static_imports(ROOT / "js/app.js", [])}
    assert named == needed - {"js/app.js"}


def test_files_stay_small():
    for path in [*JS, *CSS]:
        assert len(path.read_text("utf-8").splitlines()) <= 300, path


def test_every_route_that_the_ui_calls_is_described():
    assert sorted(called() - described()) == []
    assert len(called()) > 40
