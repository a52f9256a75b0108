"""Articles in a bucket: a real S3 server on this machine, read by every executor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Program
from test_remote import FILES, on_disk

s3fs = pytest.importorskip("s3fs", reason="needs s3fs")
server = pytest.importorskip("moto.server", reason="needs moto[s3], flask and flask-cors")
BUCKET = "papers"


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """Put the articles into a bucket; give the environment in which it is found."""
    running = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    _, port = running.get_host_and_port()
    address = f"http://127.0.0.1:{port}"
    system = s3fs.S3FileSystem(key="pier", secret="tide", endpoint_url=address)  # noqa: S106
    system.mkdir(BUCKET)
    for name, data in FILES.items():
        system.pipe(f"{BUCKET}/2024/{name}", data)
    env = {
        "AWS_ACCESS_KEY_ID": "pier",
        "AWS_SECRET_ACCESS_KEY": "tide",
        "FSSPEC_S3_ENDPOINT_URL": address,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(Path(s3fs.__file__).parent.parent))),
    }
    yield env
    running.stop()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return what is built of the same files on the disk."""
    program = Program(tmp_path_factory.mktemp("local"))
    on_disk(program.folder)
    program.ok("build", "papers")
    return program


@pytest.mark.parametrize("executor", ["serial", "processes=2", "threads=2", "dask"])
def test_a_bucket_is_read_as_a_folder(
    tmp_path: Path, bucket: dict[str, str], local: Program, executor: str
) -> None:
    if executor == "dask":
        pytest.importorskip("distributed")
    program = Program(tmp_path)
    arguments = ("build", f"s3://{BUCKET}/2024", "--allow-fetch", "--executor", executor)
    program.ok(*arguments, env=bucket)
    assert program.entries().keys() == local.entries().keys()
    media = [path.read_bytes() for path in (tmp_path / "out/media").iterdir()]
    assert media == [FILES["1_files/pier.png"]]
    assert "nothing changed" in program.ok(*arguments, env=bucket)


def test_a_wide_build_reads_a_bucket_and_one_file_of_it(
    tmp_path: Path, bucket: dict[str, str], local: Program
) -> None:
    pytest.importorskip("pyarrow")
    program, single = Program(tmp_path / "all"), Program(tmp_path / "one")
    more = ("--shards", "shards", "--allow-fetch", "--executor", "processes=2")
    for one in (program, single):
        one.folder.mkdir()
    program.ok("gather", f"s3://{BUCKET}/2024/", *more, env=bucket)
    assert program.entries().keys() == local.entries().keys()
    single.ok("gather", f"s3://{BUCKET}/2024/crawl.warc.gz", *more, env=bucket)
    assert len(single.entries()) == 50


def test_what_a_bucket_refuses_is_told_in_a_line(tmp_path: Path, bucket: dict[str, str]) -> None:
    program = Program(tmp_path)
    done = program("build", f"s3://{BUCKET}/none", "--allow-fetch", env=bucket)
    assert (done.returncode, f"s3://{BUCKET}/none" in done.stderr) == (3, True)
    assert "Traceback" not in done.stderr
    env = {**os.environ, **bucket, "FSSPEC_S3_ENDPOINT_URL": "http://127.0.0.1:9"}
    done = program("build", f"s3://{BUCKET}/2024", "--allow-fetch", env=env)
    assert done.returncode in {2, 3}
    assert "Traceback" not in done.stderr
