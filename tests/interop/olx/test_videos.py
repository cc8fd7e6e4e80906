"""Videos: files play here with their captions, all others open where they are."""

import json

import pytest

SRT = (
    "1\n00:00:01,000 --> 00:00:02,500\n<font color='red'>Hello</font>\nthere\n\n2\n00:01:00,0 --> 00:01:01,000\n- Bye\n"
)
SJSON = json.dumps({"start": [1000], "end": [2500], "text": ["A &amp; B"]})


@pytest.mark.parametrize(
    ("video", "address"),
    [
        ('<video url_name="f" youtube="0.75:aaaaaaaaaaa,1.00:p2Q6BrNhdh8"/>', "https://www.youtube.com/watch?v=p2Q6BrNhdh8"),
        ('<video url_name="f" youtube_id_1_0="p2Q6BrNhdh8"/>', "https://www.youtube.com/watch?v=p2Q6BrNhdh8"),
        ('<video url_name="f" youtube="1.00:p2Q6BrNhdh8" start_time="00:01:05"/>',
         "https://www.youtube.com/watch?v=p2Q6BrNhdh8&t=65s"),
        ('<video url_name="f" youtube_id_1_0="" html5_sources=\'["https://cdn.example/f.mp4"]\'/>',
         "https://cdn.example/f.mp4"),
        (('<video url_name="f" youtube_id_1_0=""><source src="//cdn.example/f.mp4"/>'
            '</video>'), "https://cdn.example/f.mp4"),
        (('<videoalpha url_name="f"><source src="https://cdn.example/f.webm"/>'
            '</videoalpha>'), "https://cdn.example/f.webm"),
        (('<video url_name="f" edx_video_id="x" youtube_id_1_0=""><video_asset><encoded_video profile="hls" '
         'url="https://cdn.example/f.m3u8"/></video_asset></video>'), "https://cdn.example/f.m3u8"),
        (('<video url_name="f" youtube_id_1_0=""><source src="https://a.example/f.m3u8"/>'
         '<source src="https://b.example/f.mp4"/></video>'), "https://b.example/f.mp4"),
        ('<video url_name="f" download_video="false"/>', "https://www.youtube.com/watch?v=3_yD_cEKoCk"),
    ],
)  # fmt: skip
def test_a_video_elsewhere_is_a_link_that_opens_there(read_unit, video, address):
    course = read_unit(video)
    assert course.activities[0]["kind"] == "link"
    assert course.activities[0]["requirement"] == {"kind": "done"}
    assert course.body()["url"] == address
    assert course.counts["videos"]["approximated"] == 1
    assert course.counts["links"]["source"] == 1


def test_a_video_without_a_source_is_left_out(read_unit):
    course = read_unit('<video url_name="f" youtube_id_1_0="" edx_video_id="abc"/>')
    assert course.rows("videos") == [("video/f", "left_out", "olx.video_nowhere")]
    assert course.activities[0]["requirement"] == {"kind": "none"}


def test_a_video_file_plays_here_with_captions_in_each_language(read_unit):
    course = read_unit(
        '<video url_name="f" display_name="Film" youtube="1.00:p2Q6BrNhdh8" sub="abc"'
        ' transcripts=\'{"zh_HANS": "z.srt"}\''
        ' html5_sources=\'["/static/my film.mp4"]\'><transcript language="de" src="d.srt"/></video>',
        files={
            "static/my film.mp4": b"\0\0\0\x18ftypmp42",
            "static/subs_abc.srt.sjson": SJSON,
            "static/z.srt": SRT,
            "static/d.srt": "﻿" + SRT.replace("\n", "\r\n"),
        },
    )
    body = course.body()
    assert course.activities[0]["kind"] == "video"
    assert body["file"] == "static/my_film.mp4"
    assert sorted(body["captions"]) == ["de", "en", "zh-HANS"]
    assert course.counts["files"]["imported"] == 4
    german = course.imported.files[body["files"][body["captions"]["de"]]["digest"]]
    assert german.decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello\nthere\n\n00:01:00.000 --> 00:01:01.000\n- Bye\n"
    )
    english = course.imported.files[body["files"][body["captions"]["en"]]["digest"]]
    assert english.decode() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nA & B\n"


def test_the_same_video_by_the_address_of_the_old_platform_is_the_file(read_unit):
    course = read_unit(
        (
            '<video url_name="f" youtube_id_1_0=""><source '
            'src="https://lms.example/asset-v1:O+C+R+type@asset+block@f.mp4"/></video>'
        ),
        files={"static/f.mp4": b"\0"},
    )
    assert course.activities[0]["kind"] == "video"


def test_captions_that_can_not_be_read_are_named(read_unit):
    course = read_unit(
        '<video url_name="f" sub="x" html5_sources=\'["/static/f.mp4"]\'>'
        '<transcript language="fr" src="gone.srt"/></video>',
        files={"static/f.mp4": b"\0", "static/subs_x.srt.sjson": "{broken"},
    )
    assert course.body()["captions"] == {}
    assert {"olx.captions_broken", "olx.reference_missing"} <= course.codes()


def test_a_video_among_other_things_is_a_block_or_a_link_of_the_page(read_unit):
    course = read_unit(
        '<html>x</html><video url_name="f" html5_sources=\'["/static/f.mp4"]\'/><video url_name="g" '
        'display_name="Far [1]" youtube="1.00:p2Q6BrNhdh8"/>',
        files={"static/f.mp4": b"\0"},
    )
    assert [block["type"] for block in course.body()["blocks"]] == ["text", "video", "text"]
    assert course.body()["blocks"][2]["markdown"] == (
        "[Far &#91;1&#93;](https://www.youtube.com/watch?v=p2Q6BrNhdh8) (youtube.com)"
    )
