"""Inputs that are files of forms."""

from __future__ import annotations

from typing import Final, cast, final, overload

from attrs import frozen

from verglas.backports import override
from verglas.inputs.drafts import Draft
from verglas.inputs.model import Input
from verglas.inputs.sources import Description, Known, Source
from verglas.inputs.texts import FORM_TYPES, NOT_A_FORM, check_name, form_error, form_problem, refused
from verglas.request.model import Request
from verglas.uploads import Upload

__all__ = ["FileSource", "Files", "file"]


@final
@frozen(eq=False)
class FileSource(Source):
    """A file of a form, or several.

    Attributes:
        name: The name of the field.
        is_optional: Whether it may be missing, and is `None` then.
        several: Whether all of the name are read, as a tuple.
    """

    name: str
    is_optional: bool = False
    several: bool = False

    @override
    def read(self, request: Request[object], known: Known) -> object:
        """Take the files of the name from the form.

        Raises:
            InputError: The body is not a form, or has not one file of the name.
        """
        problem = form_problem(request)
        if problem is not None:
            raise problem
        try:
            files = request.files.getlist(self.name)
        except NOT_A_FORM as error:
            raise form_error(error) from None
        if self.several:
            return tuple(files)
        if len(files) > 1:
            raise refused("file", self.name, "repeated", "is given more than once")
        if not files and not self.is_optional:
            raise refused("file", self.name, "missing", "is missing")
        return files[0] if files else None

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Put the files into the form.

        Raises:
            TypeError: The value is not an `Upload`, or not a tuple of uploads.
        """
        given: object = value if self.several else () if value is None and self.is_optional else (value,)
        uploads = cast("tuple[object, ...]", given) if isinstance(given, tuple) else (None,)
        if not all(isinstance(one, Upload) for one in uploads):
            raise TypeError(f"file {self.name} is {'a tuple of uploads' if self.several else 'an Upload'}")
        draft.files[self.name] = cast("tuple[Upload, ...]", uploads)

    @override
    def describe(self) -> tuple[Description, ...]:
        return (
            Description(
                place="file",
                name=self.name,
                schema={"type": "string", "format": "binary"},
                required=not (self.is_optional or self.several),
                default=() if self.several else None,
                several=self.several,
                statuses=(400, 413, 415, 422),
                media_types=FORM_TYPES[1:],
            ),
        )


@final
class Files:
    """The type of `file`: makes inputs that are files of a form."""

    @overload
    def __call__(self, name: str, /) -> Input[Upload]: ...
    @overload
    def __call__(self, name: str, /, *, default: None) -> Input[Upload | None]: ...
    def __call__(self, name: str, /, *, default: object = ...) -> object:
        """An input that is a file of a form.

        Args:
            name: The name of the field.
            default: `None`, when it may be missing.

        Raises:
            TypeError: The name is not a text, or the default not `None`.
        """
        if default not in (..., None):
            raise TypeError(f"the default of a file can only be None, not {default!r}")
        return Input[object](FileSource(check_name(name, "file"), is_optional=default is None))

    def many(self, name: str, /) -> Input[tuple[Upload, ...]]:
        """An input that is all files of a name, of which there may be none.

        Args:
            name: The name of the field.

        Raises:
            TypeError: The name is not a text.
        """
        return Input(FileSource(check_name(name, "file"), several=True))


file: Final = Files()
"""Makes inputs of files of the form in the body."""
