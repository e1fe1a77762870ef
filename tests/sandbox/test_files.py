"""Files both ways, within Telegram's limits."""

from __future__ import annotations

import struct
import tempfile
from typing import Any

import pytest
from scene import Refused, Scene, picture

from sandbox import files
from sandbox.files import DOWNLOAD_LIMIT, PHOTO_LIMIT, UPLOAD_LIMIT, picture_size
from sandbox.records import NotPossible
from sandbox.refusal import Refusal


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def fetch(scene: Scene, file_id: str) -> bytes:
    link = await scene.ask("getFile", file_id=file_id)
    response = await scene.http.get(f"/file/bot{scene.world.token}/{link['file_path']}")
    assert response.status_code == 200
    return response.content


def test_the_limits_are_telegrams() -> None:
    assert (UPLOAD_LIMIT, DOWNLOAD_LIMIT, PHOTO_LIMIT) == (50 * 2**20, 20 * 2**20, 10 * 2**20)


async def test_what_a_person_sends_the_bot_can_fetch(scene: Scene) -> None:
    scene.world.send_file(scene.sok, "document", b"evidence", file_name="ភស្តុតាង.txt", caption="see /help")
    (update,) = await scene.ask("getUpdates")
    message = update["message"]
    assert message["document"]["file_name"] == "ភស្តុតាង.txt"
    assert message["document"]["mime_type"] == "text/plain"
    assert message["caption_entities"][0]["type"] == "bot_command"
    assert await fetch(scene, message["document"]["file_id"]) == b"evidence"


async def test_a_file_is_fetched_with_the_token_and_within_the_hour(scene: Scene) -> None:
    message = scene.world.send_file(scene.sok, "document", b"x")
    path = (await scene.ask("getFile", file_id=message["document"]["file_id"]))["file_path"]
    good = f"/file/bot{scene.world.token}/{path}"
    assert (await scene.http.get(good)).content == b"x"
    assert (await scene.http.get(f"/file/bot1:abc/{path}")).status_code == 401
    assert (await scene.http.get(f"{good}x")).status_code == 404
    scene.pass_time(hours=1)
    assert (await scene.http.get(good)).status_code == 404
    assert await fetch(scene, message["document"]["file_id"]) == b"x"


async def test_a_path_works_only_after_get_file(scene: Scene) -> None:
    scene.world.send_file(scene.sok, "document", b"x", file_name="a.txt")
    guess = "documents/file_0.txt"
    assert (await scene.http.get(f"/file/bot{scene.world.token}/{guess}")).status_code == 404


async def test_a_file_over_20_mb_cannot_be_fetched(scene: Scene) -> None:
    small = scene.world.send_file(scene.sok, "document", bytes(DOWNLOAD_LIMIT))
    large = scene.world.send_file(scene.sok, "document", bytes(DOWNLOAD_LIMIT + 1))
    assert "file_path" in await scene.ask("getFile", file_id=small["document"]["file_id"])
    refused = await scene.refused("getFile", file_id=large["document"]["file_id"])
    assert refused == Refused(400, "Bad Request: file is too big")


async def test_a_file_over_50_mb_cannot_be_sent(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "UPLOAD_LIMIT", 1000)
    await scene.ask("sendDocument", {"document": ("a", bytes(1000))}, chat_id=scene.sok.id)
    refused = await scene.refused("sendDocument", {"document": ("a", bytes(1001))}, chat_id=scene.sok.id)
    assert refused == Refused(413, "Request Entity Too Large")


async def test_an_empty_file_cannot_be_sent(scene: Scene) -> None:
    refused = await scene.refused("sendDocument", {"document": ("a", b"")}, chat_id=scene.sok.id)
    assert refused == Refused(400, "Bad Request: file must be non-empty")


async def test_an_unknown_file_cannot_be_fetched_or_sent(scene: Scene) -> None:
    assert (await scene.refused("getFile", file_id="nonsense")).code == 400
    refused = await scene.refused("sendDocument", chat_id=scene.sok.id, document="nonsense")
    assert refused == Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")


async def test_nothing_is_fetched_from_the_web(scene: Scene) -> None:
    refused = await scene.refused("sendPhoto", chat_id=scene.sok.id, photo="https://example.org/a.png")
    assert refused.description == "Bad Request: sandbox: files are not fetched from the web here"


async def test_a_file_is_sent_again_by_its_id_but_not_as_another_kind(scene: Scene) -> None:
    first = await scene.ask("sendDocument", {"document": ("a.txt", b"x")}, chat_id=scene.sok.id)
    file_id = first["document"]["file_id"]
    again = await scene.ask("sendDocument", chat_id=scene.chanthy.id, document=file_id)
    assert again["document"] == first["document"]
    refused = await scene.refused("sendVideo", chat_id=scene.sok.id, video=file_id)
    assert refused == Refused(400, "Bad Request: can't use file of type Document as Video")


async def test_a_photo_comes_in_sizes_and_only_the_last_is_the_picture(scene: Scene) -> None:
    scene.world.send_file(scene.sok, "photo", picture(400, 200))
    (update,) = await scene.ask("getUpdates")
    small, large = update["message"]["photo"]
    assert (small["width"], small["height"], large["width"], large["height"]) == (90, 45, 400, 200)
    assert await fetch(scene, large["file_id"]) == picture(400, 200)
    assert picture_size(await fetch(scene, small["file_id"])) == (90, 45)


@pytest.mark.parametrize(
    ("data", "description"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture()[:20], "IMAGE_PROCESS_FAILED"),
        (picture(21 * 8, 8), "PHOTO_INVALID_DIMENSIONS"),
        (picture(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (picture(0, 5), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_photo_is_a_picture_of_fair_proportions(scene: Scene, data: bytes, description: str) -> None:
    await scene.ask("sendPhoto", {"photo": ("a.png", picture(20 * 8, 8))}, chat_id=scene.sok.id)
    refused = await scene.refused("sendPhoto", {"photo": ("a.png", data)}, chat_id=scene.sok.id)
    assert refused == Refused(400, f"Bad Request: {description}")
    with pytest.raises(NotPossible):
        scene.world.send_file(scene.sok, "photo", data)


def test_the_size_of_every_kind_of_picture_is_read() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + bytes(20)
    gif = b"GIF89a" + struct.pack("<HH", 40, 30)
    lossy = b"RIFF____WEBPVP8 " + bytes(10) + struct.pack("<HH", 40, 30)
    lossless = b"RIFF____WEBPVP8L" + bytes(5) + struct.pack("<I", 39 | 29 << 14)
    extended = b"RIFF____WEBPVP8X" + bytes(8) + (39).to_bytes(3, "little") + (29).to_bytes(3, "little")
    for data in (picture(40, 30), jpeg, gif, lossy, lossless, extended):
        assert picture_size(data) == (40, 30)
    with pytest.raises(Refusal):
        picture_size(jpeg[:9])


async def test_an_album_has_2_to_10_items_of_kinds_that_go_together(scene: Scene) -> None:
    attached: dict[str, Any] = {str(number): (f"{number}.png", picture()) for number in range(11)}
    photos = [{"type": "photo", "media": f"attach://{name}"} for name in attached]
    documents = [item | {"type": "document"} for item in photos]

    async def refused(media: list[dict[str, Any]]) -> str:
        names = {item["media"].removeprefix("attach://") for item in media}
        parts = {name: part for name, part in attached.items() if name in names}
        return (await scene.refused("sendMediaGroup", parts, chat_id=scene.sok.id, media=media)).description

    del attached["10"]
    album = await scene.ask("sendMediaGroup", attached, chat_id=scene.sok.id, media=photos[:10])
    assert len({message["media_group_id"] for message in album}) == 1
    attached["10"] = ("10.png", picture())
    assert await refused(photos[:1]) == "Bad Request: sandbox: an album has 2-10 items"
    assert await refused(photos) == "Bad Request: too many messages to send as an album"
    assert await refused([photos[0], documents[1]]) == "Bad Request: document can't be mixed with other media types"


async def test_a_file_that_no_parameter_names_is_refused(scene: Scene) -> None:
    refused = await scene.refused("sendMessage", {"stray": ("a", b"x")}, chat_id=scene.sok.id, text="x")
    assert refused == Refused(400, 'Bad Request: sandbox: unknown parameter "stray" of sendMessage')


async def test_files_never_reach_the_disk(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a file was written")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", refuse)
    data = bytes(3 * 2**20)
    message = await scene.ask("sendDocument", {"document": ("a", data)}, chat_id=scene.sok.id)
    assert message["document"]["file_size"] == len(data)
    with pytest.raises(AssertionError), tempfile.SpooledTemporaryFile(max_size=10) as control:
        control.write(data)
