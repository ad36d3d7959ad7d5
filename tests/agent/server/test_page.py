"""The page and the documentation as files, and the headers that protect them."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from agent.server.app import PAGE
from agent.server.guard import PAGE_POLICY

MOST_PAGE_BYTES = 600_000


def test_the_page_is_served_with_its_files(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        answer = client.get(path)
        assert answer.status_code == 200, path
    assert client.get("/nope.js").status_code == 404


def test_the_page_names_no_other_host_and_holds_no_inline_script() -> None:
    for name in ("index.html", "docs.html"):
        html = (PAGE / name).read_text(encoding="utf-8")
        assert "://" not in html
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_the_built_page_is_small() -> None:
    assert sum(path.stat().st_size for path in PAGE.rglob("*") if path.is_file()) < MOST_PAGE_BYTES


def test_the_licenses_of_what_is_built_in_are_beside_it() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in (PAGE / "licenses.md", PAGE / "fonts.txt"))
    assert all(name in told for name in ("react-dom", "Inter Project", "Newsreader Project", "SIL OPEN FONT LICENSE"))


def test_security_headers_are_on_every_answer(client: TestClient) -> None:
    for path in ("/", "/docs", "/v1/stores", "/nope", "/v1/campaigns/nope"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == PAGE_POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in PAGE_POLICY
    assert client.get("/v1/stores").headers["cache-control"] == "no-store"


def test_another_host_name_is_refused(client: TestClient) -> None:
    answer = client.get("/v1/stores", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["type"]) == (421, "urn:marketwright:problem:foreign-host")


def test_every_operation_documents_its_errors_as_problems(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    assert client.get("/docs").status_code == 200
    for path, methods in spec["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            if path.startswith("/v1/"):
                assert list(operation["responses"]["4XX"]["content"]) == ["application/problem+json"], path
                assert "422" not in operation["responses"], path


def test_unknown_methods_and_paths_are_problems(client: TestClient) -> None:
    for answer in (client.delete("/v1/campaigns"), client.get("/v1/nope")):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
