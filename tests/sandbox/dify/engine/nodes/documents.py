"""document-extractor: text out of uploaded files, without foreign libraries."""
from __future__ import annotations

import html
import re
import zipfile
from io import BytesIO
from typing import Any

from ..errors import NodeError
from ..pool import MISSING, is_file
from ..result import Job, Result
from ..walk import node

_TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.S | re.I)


def _docx(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode("utf-8")
    paragraphs = re.split(r"</w:p>", xml)
    return "\n".join(html.unescape("".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", p))) for p in paragraphs).strip()


def text_of(name: str, data: bytes) -> str:
    """The text of a file by its extension."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension == "docx":
        return _docx(data)
    if extension in ("html", "htm"):
        return html.unescape(_TAGS.sub("", data.decode("utf-8", "replace"))).strip()
    if extension in ("pdf", "doc", "xls", "xlsx", "ppt", "pptx", "epub", "msg", "eml"):
        raise ValueError(f"Unsupported Extension Type: .{extension}")
    return data.decode("utf-8", "replace")


def _extract(job: Job, value: dict[str, Any]) -> str:
    data = job.run.ctx.file_bytes(value)
    if data is None:
        raise NodeError(f"Failed to download file: {value.get('filename')}", "FileDownloadError")
    try:
        return text_of(value.get("filename") or "", data)
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise NodeError(str(error), "DocumentExtractorError") from None


@node("document-extractor")
def document_extractor(job: Job) -> Result:
    """Gives the text of a file, or a list of texts."""
    selector = job.data["variable_selector"]
    value = job.pool.get(selector)
    if value is MISSING:
        raise NodeError(f"File variable not found for selector: {selector}", "DocumentExtractorError")
    if isinstance(value, list) and all(is_file(v) for v in value):
        return Result(outputs={"text": [_extract(job, v) for v in value]}, inputs={"variable_selector": selector},
                      process={"documents": value})
    if not is_file(value):
        raise NodeError(f"Variable {selector} is not an ArrayFileSegment", "DocumentExtractorError")
    return Result(outputs={"text": _extract(job, value)}, inputs={"variable_selector": selector}, process={"documents": [value]})
