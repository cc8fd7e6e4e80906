"""A file is what its first bytes say."""

import pytest

from lms.courses.rules.media import media_type


@pytest.mark.parametrize(
    ("path", "head", "found"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "image/webp"),
        ("a.mp4", b"\0\0\0\x20ftypisom", "video/mp4"),
        ("a.m4a", b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        ("a.webm", b"\x1a\x45\xdf\xa3", "video/webm"),
        ("a.vtt", b"WEBVTT\n\n", "text/vtt"),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT", "text/vtt"),
        ("a.vtt", b"WEBVTTX", "application/octet-stream"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.svg", b"anything", "image/svg+xml"),
        ("a.png", b"<svg xmlns='x'>", "image/svg+xml"),
        ("a.png", b"\xef\xbb\xbf <?xml version='1.0'?><!-- a --><svg>", "image/svg+xml"),
        ("a.html", b"<html>", "application/octet-stream"),
        ("a.xml", b"<?xml version='1.0'?><x/>", "application/octet-stream"),
        ("a.js", b"alert(1)", "application/octet-stream"),
        ("a.png", b"<html>", "application/octet-stream"),
        ("a.TXT", b"words", "text/plain"),
        ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("noext", b"", "application/octet-stream"),
    ],
)
def test_the_type_of_a_file(path: str, head: bytes, found: str) -> None:
    assert media_type(path, head) == found
