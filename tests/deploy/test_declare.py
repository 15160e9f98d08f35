import json
from pathlib import Path

import pytest

from contracts.released import example_text
from deploy.cli.posting import MAX_BYTES, MAX_TOGETHER, Answer, Item, chunks, items_of
from deploy.local.faults import Exit, Fault
from tests.deploy.command import talka

CLUSTER = json.loads(example_text("talka.registry.cluster.declared.v1"))
ATTENDANCE = json.loads(example_text("talka.exchanges.attendance.declared.v1"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "closed.ndjson"


class TestItemsOf:
    def test_reads_one_document(self, file: Path) -> None:
        file.write_text(json.dumps(CLUSTER, indent=2))

        [item] = items_of(file)

        assert (item.place, item.service) == (str(file), "registry")
        assert json.loads(item.text) == CLUSTER
        assert "\n" not in item.text

    def test_reads_a_list(self, file: Path) -> None:
        file.write_text(json.dumps([CLUSTER, ATTENDANCE]))

        found = items_of(file)

        assert [item.place for item in found] == [f"{file} item 1", f"{file} item 2"]
        assert [item.service for item in found] == ["registry", "exchanges"]

    def test_reads_one_a_line_and_keeps_the_numbers_of_lines(self, file: Path) -> None:
        file.write_text(f"\ufeff{json.dumps(CLUSTER)}\n\n{json.dumps(ATTENDANCE)}\n")

        assert [item.place for item in items_of(file)] == [f"{file} line 1", f"{file} line 3"]

    def test_posts_to_the_service_that_is_named(self, file: Path) -> None:
        file.write_text('{"type": "unknown"}')

        assert [item.service for item in items_of(file, "registry")] == ["registry"]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "TLK-E095.*is no JSON"),
            ("[]", "TLK-E095.*nothing in"),
            ('{\n  "type": nothing\n}', "TLK-E095.*is no JSON: Expecting value"),
            ('{"a": 1}\n{"a": \n', "TLK-E095.*line 2 is no JSON"),
            ('{"a": 1}', "TLK-E094.*type is None"),
            ('{"type": "talka.registry.cluster.published.v1"}', "TLK-E094"),
            ("7", "TLK-E094"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, file: Path, text: str, reason: str) -> None:
        file.write_text(text)

        with pytest.raises(Fault, match=reason):
            items_of(file)

    def test_says_that_a_file_cannot_be_read(self, file: Path) -> None:
        with pytest.raises(Fault, match=r"TLK-E095.*cannot be read"):
            items_of(file)

    def test_says_that_a_file_is_not_utf_8(self, file: Path) -> None:
        file.write_bytes("Žilina".encode("cp1250"))

        with pytest.raises(Fault, match=r"TLK-E095.*cannot be read"):
            items_of(file)


class TestChunks:
    def test_keep_the_order_and_the_limits(self) -> None:
        items = [Item(str(number), "x" * 3_000, "registry") for number in range(500)]

        groups = list(chunks(items))

        assert [item for group in groups for item in group] == items
        assert all(len(group) <= MAX_TOGETHER for group in groups)
        assert all(sum(len(item.text) + 1 for item in group) <= MAX_BYTES for group in groups)


class TestAnswer:
    ITEM = Item("closed.ndjson line 2", "{}", "registry")

    def test_tells_every_fault_with_its_place(self) -> None:
        faults = [
            {"pointer": "/data/seat", "code": "TLK-D012", "text": "There is no such region."},
            {"pointer": "/id", "code": "TLK-D001", "text": "This field is missing."},
        ]

        answer = Answer(self.ITEM, {"index": 0, "status": "refused", "errors": faults})

        assert answer.lines() == [
            "closed.ndjson line 2  /data/seat  TLK-D012  There is no such region.",
            "closed.ndjson line 2  /id  TLK-D001  This field is missing.",
        ]

    def test_tells_a_refusal_without_a_field(self) -> None:
        said = {"status": "refused", "code": "TLK-D029", "detail": "this id was used", "errors": []}

        assert Answer(self.ITEM, said).lines() == [
            "closed.ndjson line 2  TLK-D029  this id was used"
        ]


class TestDeclare:
    def test_asks_for_a_key(self, file: Path) -> None:
        file.write_text(json.dumps(CLUSTER))

        done = talka("declare", str(file), TALKA_API_KEY="", TALKA_URL="http://127.0.0.1:9")

        assert done.returncode == Exit.WRONG_USE
        assert "TLK-E091" in done.stderr

    def test_says_that_nobody_answers(self, file: Path) -> None:
        file.write_text(json.dumps(CLUSTER))

        done = talka("declare", str(file), TALKA_API_KEY="tlk_x", TALKA_URL="http://127.0.0.1:9")

        assert done.returncode == Exit.CANNOT_CONNECT
        assert "http://127.0.0.1:9 does not answer" in done.stderr
