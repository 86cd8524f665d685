"""An index is worth its writes only when a query is answered by it."""
import re
import shlex
import sqlite3
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = r'"(?:[^"\\]|\\.)*"'


def database():
    db = sqlite3.connect(":memory:")
    for path in sorted((ROOT / "schema").glob("[0-9]*.sql")):
        db.executescript(path.read_text())
    return db


def statements():
    """The SQL constants of the programs, as the compiler sees them."""
    flags = shlex.split(subprocess.run(
        ["make", "-s", "print-flags"], cwd=ROOT, check=True, text=True,
        stdout=subprocess.PIPE).stdout)
    for path in sorted((ROOT / "lib/model").glob("*.c")):
        text = subprocess.run(["cc", "-E", "-P", *flags, path], cwd=ROOT,
                              check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        for name, parts in re.findall(
                rf"const char (\w+)\[\]\s*=\s*((?:{TEXT}\s*)+);", text):
            sql = "".join(part[1:-1] for part in re.findall(TEXT, parts))
            sql = sql.replace('\\"', '"')
            if re.match(r"(SELECT|WITH|UPDATE|DELETE|INSERT)\b", sql):
                yield f"{path.name} {name}", sql


def explain(db, how, sql):
    """The rows about a statement whose parameters are not known."""
    most = max([int(n) for n in re.findall(r"\?(\d+)", sql)], default=0)
    return db.execute(f"{how} {sql}", [None] * most)


def plan(db, sql):
    return [row[3] for row in explain(db, "EXPLAIN QUERY PLAN", sql)]


def of_foreign_key(db, index):
    """A parent that goes looks for its children by it."""
    table = db.execute("SELECT tbl_name FROM sqlite_master WHERE name = ?",
                       (index,)).fetchone()[0]
    first = db.execute(f"PRAGMA index_info({index})").fetchone()[2]
    return first in [row[3] for row in
                     db.execute(f"PRAGMA foreign_key_list({table})")]


def test_each_index_answers_a_query():
    db = database()
    used = set()
    seen = 0
    for _name, sql in statements():
        seen += 1
        for step in plan(db, sql):
            used.update(re.findall(r"INDEX (\w+)", step))
    assert seen > 150
    indexes = [row[0] for row in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index'"
        " AND sql IS NOT NULL")]
    assert [i for i in indexes
            if i not in used and not of_foreign_key(db, i)] == []


def test_a_list_of_runs_does_not_go_through_all_of_them():
    db = database()
    lists = {name: plan(db, sql) for name, sql in statements()
             if name.startswith("run.c sql_list_")}
    assert len(lists) == 3
    for name, steps in lists.items():
        assert steps[0].startswith("SEARCH runs USING INDEX"), (name, steps)
        assert not any("ORDER BY" in step for step in steps), (name, steps)


def test_what_a_run_writes_needs_no_table_of_its_own():
    """A list of three and more, in the statement, in a CHECK or in the WHERE
    of an index, is made a table each time; so is what RETURNING says."""
    db = database()
    seen = 0
    found = set()
    for name, sql in statements():
        if not re.match(r"(event|job|job_work|run|workflow)\.c ", name) \
                or not re.match("INSERT|UPDATE", sql):
            continue
        seen += 1
        code = [row[1] for row in explain(db, "EXPLAIN", sql)]
        if "OpenEphemeral" in code:
            found.add(name)
    assert seen > 20
    assert found == {"job_work.c sql_doubt"}  # after a start of the machine


def test_what_piles_up_is_not_gone_through():
    """But page by page from the newest on, and by run_known()."""
    db = database()
    tables = ["jobs", "runs", "run_nodes", "events", "versions"]
    found = set()
    for name, sql in statements():
        # A plan calls a table as the statement does: "jobs AS j".
        other = re.findall(rf"\b(?:{'|'.join(tables)}) (?:AS )?(\w+)", sql)
        scans = rf"SCAN (?:{'|'.join(tables + other)})\b"
        if any(re.match(scans, step) for step in plan(db, sql)):
            found.add(name)
    assert found == {"job.c sql_list", "run.c sql_list", "run.c sql_known"}
