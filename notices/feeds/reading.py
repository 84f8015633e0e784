"""Opens files for the parsers: values of a JSON file with what is wrong around them."""

from collections.abc import Iterator

from notices.feeds.encoding import TextStream, detect
from notices.feeds.json_values import Broken, Found, JsonValues
from notices.feeds.parsed import Gap, RowError, Source
from notices.feeds.values import storable


def open_text(source: Source) -> tuple[TextStream, list[RowError]]:
    """Return the text of a file and a remark where its encoding had to be found out."""
    encoding = detect(source)
    remarks = []
    if encoding.remark:
        remark = RowError(source.name, None, "", encoding.remark, is_rejection=False)
        remarks.append(remark)
    return TextStream(source, encoding), remarks


def json_items(source: Source) -> Iterator[Found | Broken | RowError | Gap]:
    """Yield the values of a JSON file. `Broken` ones are rows, to be counted as such;
    what concerns the file as a whole comes as remarks and gaps.
    """
    stream, remarks = open_text(source)
    yield from remarks
    for value in JsonValues(stream):
        if isinstance(value, Found):
            yield value
            continue
        if value.row is None:
            yield RowError(source.name, None, "", value.reason, is_rejection=False)
        else:
            yield Broken(value.reason, storable(value.text), value.row, value.is_cut)
        if value.is_cut:
            yield Gap(f"{source.name} is cut off")
