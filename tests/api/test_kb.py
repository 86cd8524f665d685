"""/api/kb/uploads: resumable uploads, tus 1.0.0."""
import fcntl

import pytest

from studio import metadata

TUS = {"Tus-Resumable": "1.0.0"}
NOBODY = "0" * 20
OCTETS = "application/offset+octet-stream"


def create(studio, size=10, name="a.txt", **more):
    return studio("POST", "/api/kb/uploads", role="editor", headers={
        **TUS, "Upload-Length": size,
        "Upload-Metadata": metadata(filename=name, dataset_id="ds", **more)})


def patch(studio, path, offset, data, kind=OCTETS, **more):
    return studio("PATCH", path, body=data, kind=kind, role="editor",
                  headers={**TUS, "Upload-Offset": offset}, **more)


def test_an_upload_in_two_parts_becomes_a_job(studio):
    c = studio.connection()
    made = create(studio, name="日本 1.txt")
    assert made.status == 201 and made.headers["Tus-Resumable"] == "1.0.0"
    path = made.headers["Location"]
    head = studio("HEAD", path, headers=TUS)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == \
        ("0", "10")
    first = patch(studio, path, 0, b"0123")
    assert (first.status, first.headers["Upload-Offset"]) == (204, "4")
    half = studio("GET", path).json
    assert (half["state"], half["received"]) == ("receiving", 4)
    assert half["filename"] == "日本 1.txt"
    assert half["connection_id"] == c["id"] and half["dataset_id"] == "ds"
    assert patch(studio, path, 4, b"456789").headers["Upload-Offset"] == "10"
    done = studio("GET", path).json
    assert done["state"] == "queued" and done["received"] == 10
    job = studio("GET", f"/api/jobs/{done['job_id']}").json
    assert job["kind"] == "forward"
    assert job["request"] == {"upload_id": done["id"]}
    assert (studio.data / "spool" / done["id"]).read_bytes() == b"0123456789"
    late = patch(studio, path, 10, b"")
    assert (late.status, late.code) == (409, "upload_complete")
    assert studio("GET", "/api/kb/uploads").json["items"] == [done]


def test_what_came_before_a_client_left_counts(studio):
    studio.connection()
    path = create(studio).headers["Location"]
    answer = patch(studio, path, 0, b"012", env={"CONTENT_LENGTH": "10"})
    assert answer.headers["Upload-Offset"] == "3"
    assert studio("HEAD", path, headers=TUS).headers["Upload-Offset"] == "3"


def test_a_large_part_is_kept_as_it_goes(studio):
    studio.connection()
    data = bytes(range(256)) * (20 << 12)
    path = create(studio, size=len(data)).headers["Location"]
    assert patch(studio, path, 0, data).headers["Upload-Offset"] == \
        str(len(data))
    file = studio.data / "spool" / path.rsplit("/", 1)[1]
    assert file.read_bytes() == data
    assert len(studio.sql("SELECT 1 FROM events WHERE kind = 'upload'")) >= 3


@pytest.mark.parametrize("headers, status, code", [
    ({"Upload-Offset": "1"}, 409, "offset_mismatch"),
    ({"Upload-Offset": None}, 409, "offset_mismatch"),
    ({"Upload-Offset": "-0"}, 409, "offset_mismatch"),
    ({"Upload-Offset": "0", "Tus-Resumable": "0.2.2"}, 412, "tus_version"),
    ({"Upload-Offset": "0", "Tus-Resumable": None}, 412, "tus_version")])
def test_parts_that_do_not_fit(studio, headers, status, code):
    studio.connection()
    path = create(studio).headers["Location"]
    sent = {k: v for k, v in {**TUS, **headers}.items() if v is not None}
    answer = studio("PATCH", path, body=b"01", kind=OCTETS, headers=sent)
    assert (answer.status, answer.code) == (status, code)
    assert studio("GET", path).json["received"] == 0


def test_a_part_of_another_type_or_too_long(studio):
    studio.connection()
    path = create(studio).headers["Location"]
    answer = patch(studio, path, 0, b"01", kind="text/plain")
    assert (answer.status, answer.code) == (415, "unsupported_type")
    answer = patch(studio, path, 0, b"0" * 11)
    assert (answer.status, answer.code) == (413, "upload_too_long")
    assert patch(studio, f"/api/kb/uploads/{NOBODY}", 0, b"0").code == \
        "upload_not_found"


def test_two_at_once(studio):
    studio.connection()
    path = create(studio).headers["Location"]
    with open(studio.data / "spool" / path.rsplit("/", 1)[1], "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        answer = patch(studio, path, 0, b"0")
    assert (answer.status, answer.code) == (423, "upload_locked")


def test_bytes_that_are_gone(studio):
    studio.connection()
    path = create(studio).headers["Location"]
    (studio.data / "spool" / path.rsplit("/", 1)[1]).unlink()
    assert patch(studio, path, 0, b"0").code == "upload_gone"


@pytest.mark.parametrize("headers, status, code", [
    ({"Upload-Length": ""}, 400, "invalid_request"),
    ({"Upload-Length": "0"}, 400, "invalid_request"),
    ({"Upload-Length": "-1"}, 400, "invalid_request"),
    ({"Upload-Length": str((2 << 30) + 1)}, 413, "upload_too_large"),
    ({"Upload-Metadata": ""}, 400, "invalid_request"),
    ({"Upload-Metadata": "filename !!"}, 400, "invalid_request"),
    ({"Upload-Metadata": metadata(filename="a")}, 400, "invalid_request"),
    ({"Upload-Metadata": metadata(dataset_id="a")}, 400, "invalid_request"),
    ({"Upload-Metadata": metadata(filename="a\n", dataset_id="a")}, 400,
     "invalid_request"),
    ({"Upload-Metadata": metadata(filename="a", dataset_id="d",
                                  connection_id=NOBODY)}, 400,
     "invalid_request"),
    ({"Tus-Resumable": "2.0.0"}, 412, "tus_version")])
def test_what_a_creation_must_say(studio, headers, status, code):
    studio.connection()
    answer = studio("POST", "/api/kb/uploads", headers={
        **TUS, "Upload-Length": "5",
        "Upload-Metadata": metadata(filename="a", dataset_id="d"), **headers})
    assert (answer.status, answer.code) == (status, code)
    assert not studio.sql("SELECT 1 FROM uploads")


def test_folders_in_a_name_are_cut_off(studio):
    studio.connection()
    path = create(studio, name="../../etc/passwd").headers["Location"]
    assert studio("GET", path).json["filename"] == "passwd"


def test_without_a_connection(studio):
    assert create(studio).code == "no_connection"


def test_options_say_what_is_spoken(studio):
    answer = studio("OPTIONS", "/api/kb/uploads")
    assert answer.status == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination"
    assert int(answer.headers["Tus-Max-Size"]) == 2 << 30


def test_terminating(studio):
    studio.connection()
    path = create(studio).headers["Location"]
    file = studio.data / "spool" / path.rsplit("/", 1)[1]
    assert studio("DELETE", path).code == "tus_version"
    assert studio("DELETE", path, headers=TUS).status == 204
    assert not file.exists()
    assert studio("HEAD", path, headers=TUS).status == 404
    assert studio("DELETE", path, headers=TUS).status == 404


def test_terminating_one_that_waits_for_the_worker(studio):
    studio.connection()
    path = create(studio, size=1).headers["Location"]
    patch(studio, path, 0, b"0")
    assert studio("DELETE", path, headers=TUS).status == 204
    got = studio("GET", path).json
    assert got["state"] == "cancelled"
    assert studio("GET", f"/api/jobs/{got['job_id']}").json["state"] == \
        "cancelled"
    assert studio("DELETE", path, headers=TUS).status == 204
    assert studio("GET", path).status == 404


def test_bytes_are_counted(studio):
    studio.connection()
    patch(studio, create(studio).headers["Location"], 0, b"0123")
    text = studio("GET", "/metrics").body.decode()
    assert "studio_upload_bytes_total 4" in text
