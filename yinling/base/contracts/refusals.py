"""Expected refusals: named, with a sentence in Chinese and English, the field or row concerned and the HTTP status."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A request that the platform refuses for a reason a person can act on.

    Subclass beside the verb that raises it and write `code`, `zh`, `en`, `status`; the sentences are str.format templates
    filled by the keyword arguments. `field` and `row` (1-based, as the sender counts) say where.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "无法办理。"
    en: ClassVar[str] = "This cannot be done."

    def __init__(self, *, field: str = "", row: int | None = None, **values: object) -> None:
        self.field = field
        self.row = row
        self.values = values
        super().__init__(f"{self.code}: {self.sentence_en}")

    @property
    def sentence_zh(self) -> str:
        return self.zh.format(**self.values)

    @property
    def sentence_en(self) -> str:
        return self.en.format(**self.values)

    def problem(self) -> dict[str, object]:
        """RFC 9457 problem document."""
        body: dict[str, object] = {
            "type": f"urn:yinling:problem:{self.code}",
            "title": self.sentence_zh,
            "detail": self.sentence_en,
            "status": self.status,
            "code": self.code,
        }
        if self.field:
            body["field"] = self.field
        if self.row is not None:
            body["row"] = self.row
        return body
