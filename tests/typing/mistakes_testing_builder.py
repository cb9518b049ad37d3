"""What must not check of the builder of the testing kit: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

from verglas.testing import EnvironBuilder, create_environ

builder = EnvironBuilder()
create_environ(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
create_environ("/", headers="X-Tag: 1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
create_environ("/", auth="secret")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
create_environ("/", params={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
create_environ("/", data={"a": object()})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
create_environ("/", content_length="7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
EnvironBuilder("/", methode="PUT")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
builder.form["a"] = object()  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]
builder.content_length = "7"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
builder.server_name = "example.org"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
builder.get_request(dict)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType, reportCallIssue]
