"""The adapters by slug, and the stream of everything that the files of a run hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from notices.feeds.interpol import InterpolAdapter
from notices.feeds.opensanctions import OpenSanctionsAdapter
from notices.feeds.parsed import Adapter, Gap, Item, Source
from notices.feeds.sniff import check, sniff
from notices.feeds.table import TableAdapter

AUTO = "auto"
ADAPTERS: Mapping[str, Callable[[], Adapter]] = MappingProxyType(
    {
        InterpolAdapter.slug: InterpolAdapter,
        OpenSanctionsAdapter.slug: OpenSanctionsAdapter,
        TableAdapter.slug: TableAdapter,
    }
)


class Reader:
    """Reads the files of one run, each by its adapter."""

    def __init__(self, sources: Sequence[Source], source_format: str = AUTO) -> None:
        """Look into every file before any is read.

        Raises RefusedFileError where one cannot be read at all.
        """
        self._sources = sources
        self._slugs = []
        for source in sources:
            slug = sniff(source) if source_format == AUTO else source_format
            check(source, slug)
            self._slugs.append(slug)
        self._adapters = {slug: ADAPTERS[slug]() for slug in self._slugs}

    @property
    def formats(self) -> list[str]:
        """The slug of the adapter of each file."""
        return list(self._slugs)

    @property
    def position(self) -> int:
        """How many bytes of all files are read."""
        return sum(source.position for source in self._sources)

    def items(self) -> Iterator[Item]:
        """Yield what the files hold, in their order."""
        for source, slug in zip(self._sources, self._slugs, strict=True):
            yield from self._adapters[slug].items(source)

    def gaps(self) -> list[Gap]:
        """Return what is missing over all files, once all items are read."""
        return [gap for adapter in self._adapters.values() for gap in adapter.gaps()]
