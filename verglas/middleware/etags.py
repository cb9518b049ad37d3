"""Entity tags of answers in memory, and the conditions of requests for every answer (RFC 9110 §8.8.3, §13)."""

from __future__ import annotations

from typing import Final, final

from attrs import frozen

from verglas.answering import Answer, Finish
from verglas.capture import RequestHead
from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.headers.caching import CACHE_CONTROL
from verglas.headers.conditional import READING
from verglas.headers.entitytags import ETag
from verglas.middleware.common import Skip, check_function, overrides
from verglas.response.bodies import InMemory, etag_of
from verglas.response.builder import Response, changeable
from verglas.response.changes import lenient, set_field
from verglas.response.conditional import Representation, revise
from verglas.response.filebodies import FileSlice

__all__ = ["etags"]

UNREAD: Final = InMemory()
"""A placeholder for a body of which no part is asked for."""


def etags(*, weak: bool = False, skip: Skip | None = None) -> Finish:
    """Give answers in memory an entity tag, and answer the conditions of requests: a client that has it gets a 304.

    It is a function for `application(..., finish=)`.

    A 200 to GET, HEAD or QUERY gets a tag of its body, unless it has one, must not be stored (`no-store`), or streams:
    a stream is never read for it. Then every success that has a tag or a Last-Modified, wherever these come from,
    becomes a 304 or a 412 if the conditions of the request ask for that. A condition that is over-long is ignored. The
    304 keeps the cookies that the answer sets. To HEAD an empty body gets no tag: that of GET may be another. A
    response whose class overrides `get_app_iter` or `get_wsgi_response` is left as it is.

    The handler still runs and makes its body for each request; what is saved is sending it. A frozen response keeps its
    tag and its 304, so that neither is computed again.

    Put it before `gzip`, `finish=[etags(), gzip()]`: the tag is then that of the content as it was made, and nothing is
    compressed for a 304. After `gzip`, each coding has a strong tag of its own, but streams have none.

    Args:
        weak: Whether the tags are weak: the content may be sent in several forms that are equivalent. Weak tags never
            satisfy If-Match and If-Range.
        skip: Which answers are left as they are.

    Raises:
        TypeError: An argument is not of its type.

    >>> from verglas import application, text
    >>> app = application(lambda request: text("hi"), finish=etags())
    >>> app({}, lambda status, headers: print(status, dict(headers)["ETag"]))
    200 OK "8cc39ac9c664b3691c9d12d36ae55577"
    [b'hi']
    >>> asked = {"HTTP_IF_NONE_MATCH": '"8cc39ac9c664b3691c9d12d36ae55577"'}
    >>> app(asked, lambda status, headers: print(status))
    304 Not Modified
    []
    """
    if skip is not None:
        check_function(skip, "skip", "etags()")
    return _EntityTags(weak, skip)


@final
@frozen(eq=False)
class _EntityTags:
    """The function that `etags` makes."""

    weak: bool
    skip: Skip | None

    def __call__(self, head: RequestHead, answer: Answer) -> Answer:
        if head.method not in READING or not 200 <= answer.status_code < 300:
            return answer
        if isinstance(answer, Response) and overrides(answer, "get_app_iter", "get_wsgi_response"):
            return answer
        if self.skip is not None and self.skip(head, answer):
            return answer
        tagged, has_tag = answer, "ETag" in answer.headers
        if not has_tag and self._is_tagged(head, answer):
            tagged = self._tagged(answer)
        elif not has_tag and "Last-Modified" not in answer.headers:
            return answer
        try:
            return _conditional(head, tagged, is_copy=tagged is not answer)
        except RequestHeaderFieldsTooLarge:  # the full answer is always valid
            return tagged

    def _is_tagged(self, head: RequestHead, answer: Answer) -> bool:
        control = lenient(answer.headers, CACHE_CONTROL, None) if "Cache-Control" in answer.headers else None
        if answer.status_code != 200 or (control is not None and control.no_store):
            return False
        if isinstance(answer, Response):
            if answer.direct_passthrough or not (answer.is_sequence or answer.is_file):
                return False
            length = answer.calculate_content_length()
        else:
            length = len(answer.body) if isinstance(answer.body, bytes) else answer.body.length
        return length != 0 or head.method != "HEAD"

    def _tagged(self, answer: Answer) -> Answer:
        if isinstance(answer, Response):
            # A copy: the tag would stay with a response that others are sent as well, whatever becomes of its body.
            answer = changeable(answer)
            answer.add_etag(weak=self.weak)
            return answer
        tag = answer.body.etag if isinstance(answer.body, FileSlice) else etag_of(answer.body)
        return set_field(answer, "ETag", str(ETag(tag.strip('"'), self.weak)))


def _conditional(head: RequestHead, answer: Answer, *, is_copy: bool) -> Answer:
    """The answer that the conditions ask for; a builder that others may be sent is changed in a copy.

    Raises:
        RequestHeaderFieldsTooLarge: A condition of the request is over-long.
    """
    if not isinstance(answer, Response):
        return answer.conditional(head)
    revision = revise(head, Representation(answer.status_code, answer.headers, UNREAD), is_value=True)
    if revision.status is None:
        return answer
    changed = answer if is_copy else changeable(answer)
    if revision.body is not None:  # of a 304 it is just not sent
        changed.response = ()
    changed.headers.revise(revision.dropped, revision.lines)
    changed.status_code = revision.status
    return changed
