"""The targets of make on machines that lack something, and their environment."""

import ast
import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path

import build
import environment
import plain
import processes
import pytest
import stale
import targets
from conftest import where_to_look
from stale import ROOT, Record

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux has these")


# --- the environment ------------------------------------------------------------------


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A project of locks alone; what is done to its environment is only noted."""
    done = []
    for name in [*environment.LOCKS.values(), environment.PROJECT]:
        (tmp_path / name).write_text(f"one=={name}", encoding="utf-8")
    venv = tmp_path / ".venv"
    python = venv / "bin" / "python"

    def make_bare(runner):
        done.append("bare")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.unlink(missing_ok=True)
        python.symlink_to(sys.executable)

    monkeypatch.setattr(stale, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", python)
    monkeypatch.setattr(environment, "MADE_FROM", venv / "made-from")
    monkeypatch.setattr(environment, "make_bare", make_bare)
    monkeypatch.setattr(
        environment, "install", lambda runner, level, has: done.append((has, level))
    )
    monkeypatch.setattr(
        environment, "install_project", lambda runner: done.append("project")
    )

    def prepare(level, chosen=False):
        done.clear()
        assert environment.prepare(None, level, chosen) == python
        return list(done)

    prepare.python, prepare.folder = python, tmp_path
    return prepare


def test_an_environment_is_made_once(made):
    assert made("pages") == ["bare", ("", "pages")]
    assert made("pages") == []


def test_an_environment_grows_and_does_not_shrink(made):
    made("pages")
    assert made("chapters") == [("pages", "chapters"), "project"]
    assert made("tests") == [("chapters", "tests"), "project"]
    assert made("pages") == []


def test_an_environment_whose_python_is_gone_heals(made):
    made("pages")
    made.python.unlink()
    made.python.symlink_to("/nowhere/python3")
    assert made("pages") == ["bare", ("", "pages")]
    assert made("pages") == []


def test_an_environment_whose_python_is_broken_heals(made):
    made("pages")
    made.python.unlink()
    made.python.write_text("no program", encoding="utf-8")
    made.python.chmod(0o755)
    assert made("pages") == ["bare", ("", "pages")]


def test_an_environment_follows_the_python_that_is_chosen(made, monkeypatch):
    made("pages")
    assert made("pages", chosen=True) == []
    monkeypatch.setattr(environment, "this_python", lambda: "3.99.0 /elsewhere")
    assert made("pages") == []
    assert made("pages", chosen=True) == ["bare", ("", "pages")]


@pytest.mark.parametrize("level", environment.LEVELS)
def test_an_environment_is_made_again_when_its_lock_changes(made, level):
    made(level)
    lock = made.folder / environment.LOCKS[level]
    lock.write_text("one==2", encoding="utf-8")
    assert made(level)[:2] == ["bare", ("", level)]


def test_a_lock_that_an_environment_has_not_reached_does_not_touch_it(made):
    made("pages")
    (made.folder / "requirements-test.txt").write_text("other==1", encoding="utf-8")
    assert made("pages") == []


def test_a_change_of_the_project_installs_the_project_alone(made):
    made("chapters")
    (made.folder / environment.PROJECT).write_text("other", encoding="utf-8")
    assert made("chapters") == ["project"]


def test_an_environment_whose_making_was_interrupted_is_made_again(made, monkeypatch):
    def stopped(runner, level, has):
        raise KeyboardInterrupt

    made("pages")
    with monkeypatch.context() as within:
        within.setattr(environment, "install", stopped)
        with pytest.raises(KeyboardInterrupt):
            made("chapters")
    assert made("chapters") == ["bare", ("", "chapters"), "project"]


def test_an_environment_that_was_moved_is_made_again(made):
    made("pages")
    record = Record.read(environment.MADE_FROM)
    Record(record.digests, record.facts | {"in": "/elsewhere"}).write(
        environment.MADE_FROM
    )
    assert made("pages") == ["bare", ("", "pages")]


def test_a_file_in_the_way_of_the_environment_is_named(made):
    (made.folder / ".venv").write_text("", encoding="utf-8")
    with pytest.raises(processes.Stop, match="is in the way"):
        made("pages")


def test_a_failed_installation_says_what_pip_said_and_why():
    class Runner:
        def listen(self, command, tell=len):
            said = "Collecting x\nERROR: no space: No space left on device\n"
            return 1, said

    with pytest.raises(processes.Stop) as stop:
        environment.install(Runner(), "pages", "")
    lines = str(stop.value).splitlines()
    assert lines[0].startswith("ERROR: no space")
    assert "Make room" in lines[1]
    assert len(lines) == 2


def test_installing_is_told_in_a_few_lines(capsys):
    progress = environment.Progress(50, 150)
    for i in range(150):
        progress.tell(f"Collecting library-{i}==1.0 (from -r requirements.txt)")
        progress.tell("  Downloading something")
    progress.tell("Installing collected packages: many")
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "25 of 100",
        "50 of 100",
        "75 of 100",
        "100 of 100",
        "unpacking them",
    ]


class Asked:
    """What a target asks for."""

    def __init__(self):
        self.levels = []

    def step(self, level, *command, said=""):
        self.levels.append(level)


@pytest.mark.parametrize(
    ("address", "level"), [("", "pages"), ("https://book.example", "chapters")]
)
def test_a_book_whose_outputs_are_there_asks_for_little(monkeypatch, address, level):
    monkeypatch.setenv("BOOK_URL", address)
    monkeypatch.setattr(targets.rerun, "stale_outputs", list)
    asked = Asked()
    targets.book(asked)
    assert set(asked.levels) == {level}


def test_a_book_whose_outputs_are_stale_asks_for_what_runs_them(monkeypatch):
    monkeypatch.delenv("BOOK_URL", raising=False)
    monkeypatch.setattr(targets.rerun, "stale_outputs", lambda: ["chapters/a.ipynb"])
    monkeypatch.setattr(targets.rerun, "is_refused", lambda manifest: False)
    asked = Asked()
    targets.book(asked)
    assert set(asked.levels) == {"chapters"}


RENDERS = [f"book/{name}.py" for name in ("build", "readme", "rerun", "what_if")]
RENDERS += [str(path.relative_to(ROOT)) for path in ROOT.glob("book/extensions/*.py")]


@pytest.mark.parametrize("name", RENDERS)
def test_what_renders_needs_nothing_but_the_lock_of_the_pages(name):
    lock = (ROOT / environment.LOCKS["pages"]).read_text(encoding="utf-8")
    locked = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
    of_module = packages_distributions()
    known = {*sys.stdlib_module_names, *(path.stem for path in ROOT.rglob("book/*.py"))}
    for node in ast.parse((ROOT / name).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            modules = [node.module]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            modules = []
        for module in {module.split(".")[0] for module in modules} - known:
            given = {found.lower().replace("_", "-") for found in of_module[module]}
            assert given & locked, module


# --- an old Python --------------------------------------------------------------------


def test_an_old_python_can_read_what_refuses_it():
    source = (ROOT / "book" / "make.py").read_bytes()
    assert source.isascii()
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_old_python_is_told_what_is_needed_in_one_line(version):
    text = ".".join(map(str, version))
    pretend = (
        f"import runpy, sys; sys.version_info, sys.version = {version}, '{text} (x)'; "
        "runpy.run_path('book/make.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed, and")
    assert text in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_python_that_is_not_there_is_named():
    command = ["make", "-s", "book", "PYTHON=no-such-python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("no-such-python is not here")


# --- what a machine lacks -------------------------------------------------------------


def call(monkeypatch, capsys, trouble):
    """Call a target whose work meets a trouble; give the code and what was said."""

    @contextmanager
    def lock(path):
        raise trouble
        yield

    monkeypatch.setattr(targets, "alone", lock)
    monkeypatch.setattr(targets, "end_with_caller", lambda: None)
    kept = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)}
    code = targets.main(["book"])
    for number, handler in kept.items():
        signal.signal(number, handler)
    return code, capsys.readouterr()


@pytest.mark.parametrize(
    ("number", "helps"),
    [
        (errno.EROFS, "in which you may write"),
        (errno.EACCES, "in which you may write"),
        (errno.ENOSPC, "Make room"),
        (errno.EDQUOT, "Make room"),
        (errno.EMFILE, ""),
    ],
)
def test_a_trouble_of_the_machine_is_one_sentence(monkeypatch, capsys, number, helps):
    trouble = OSError(number, os.strerror(number), "/some/where")
    code, said = call(monkeypatch, capsys, trouble)
    assert code == 1
    assert said.err.count("\n") == 1
    assert f"{os.strerror(number)} (/some/where)" in said.err
    assert helps in said.err


def test_ctrl_c_is_one_line_and_130(monkeypatch, capsys):
    code, said = call(monkeypatch, capsys, KeyboardInterrupt())
    assert code == 130
    assert said.err == "Stopped: nothing is half written, make book does it again.\n"


def test_a_step_says_a_trouble_of_the_machine_in_one_sentence(capsys):
    def work():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "results/table.csv")

    assert plain.plainly(work) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_full_disk_leaves_all_files_as_they_were(tmp_path, monkeypatch):
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_text("old", encoding="utf-8")
    write = Path.write_text

    def fill(path, text, **how):
        if path.name == ".c.part":
            write(path, text[:1], **how)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, text, **how)

    monkeypatch.setattr(Path, "write_text", fill)
    with pytest.raises(OSError, match="No space"):
        stale.write_all(dict.fromkeys(paths, "new"))
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        "a": "old",
        "b": "old",
        "c": "old",
    }


def test_a_book_that_cannot_be_built_for_a_full_disk_says_so(monkeypatch, capsys):
    said = "Traceback\n OSError: [Errno 28] No space left on device\n more\n"
    failed = subprocess.CompletedProcess([], 1, said, "")
    monkeypatch.setattr(build.subprocess, "run", lambda *args, **how: failed)
    assert not build.build(ROOT / "_build" / "nothing")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_machine_without_a_loopback_is_told_so(monkeypatch):
    assert plain.loopback() == ""

    def none(*args, **how):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(plain.socket, "create_connection", none)
    assert "127.0.0.1" in plain.loopback()
    with pytest.raises(processes.Stop, match=r"127\.0\.0\.1"):
        targets.needs_loopback()


# --- processes ------------------------------------------------------------------------

# Do as a target does, whose step starts a process of its own and waits.
TARGET = """
import sys, targets
step = '''
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
'''
targets.TARGETS["rerun"] = lambda work: work.runner.run([sys.executable, "-c", step])
targets.ROOT = __import__("pathlib").Path(sys.argv[1])
sys.exit(targets.main(["rerun"]))
"""


def begin(folder):
    """Begin a target in a folder; give its process and that of its grandchild."""
    process = subprocess.Popen(
        [sys.executable, "-c", TARGET, str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "book")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return process, int(process.stdout.readline())


def ends(pid):
    """Say whether a process ends within a while."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists():
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z":  # it has ended, and nobody has asked how
                return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_stopped_ends_with_all_that_it_started(tmp_path, number):
    process, pid = begin(tmp_path)
    os.killpg(process.pid, number)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 128 + number
    assert said.count("\n") == (number == signal.SIGINT)
    assert ends(pid)


@LINUX
def test_the_next_target_waits_for_what_a_killed_one_left(tmp_path):
    process, pid = begin(tmp_path)
    began = time.monotonic()
    process.kill()
    process.wait()
    with processes.alone(tmp_path / ".make.lock"):  # when its step has ended
        assert time.monotonic() - began < 30
    os.kill(pid, signal.SIGKILL)
    process.communicate()


def test_one_target_waits_for_the_other(tmp_path):
    first, pid = begin(tmp_path)
    second = subprocess.Popen(
        [sys.executable, "-c", TARGET, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "book")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    said = "Another make is at work in this folder: waiting for it.\n"
    assert second.stdout.readline() == said
    os.kill(first.pid, signal.SIGTERM)
    first.communicate()
    assert ends(pid)
    assert second.stdout.readline().strip().isdigit()  # it has begun
    second.terminate()
    second.communicate()


# --- a failing test -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("chapters/index.ipynb::Cell 2", "make rerun and git diff chapters"),
        ("tests/book/test_wall.py::test_all", "pytest src tests/library"),
        ("tests/book/test_browser.py::test_x", "make screenshots"),
        ("tests/book/test_make.py::test_the_committed_outputs", "make rerun"),
    ],
)
def test_a_failure_ends_with_what_to_look_at(name, said):
    lines = where_to_look([name])
    assert len(lines) == 2
    assert said in lines[0]
    assert name in lines[1]


def test_any_failure_says_how_to_run_it_alone():
    (line,) = where_to_look(["tests/library/test_x.py::test_y", "another"])
    assert "pytest 'tests/library/test_x.py::test_y'" in line
