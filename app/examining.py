"""A programme examined: explored once per version and day, with what is wrong and its map."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from zoneinfo import ZoneInfo

from dialogue.drawing.sheets import Map, draw
from dialogue.exploring.explore import explore
from dialogue.exploring.findings import Finding
from dialogue.exploring.graph import Graph
from dialogue.exploring.lengths import Lengths
from dialogue.exploring.lint import lint
from library.prompts import Prompts
from programmes.errors import MissingPrompt
from programmes.values import Programme
from programmes.wordings import Wordings
from storage.services import Clock

_KEPT_MAPS = 4
"""Maps kept by a process: drawing one takes as long."""
_KEPT = 4
"""Graphs of programmes kept by a process: exploring one takes a second or two."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A programme's version with its graph, as of one day where it is."""

    programme: Programme
    graph: Graph
    today: dt.date
    wordings: Wordings
    prompts: Prompts
    measured: dict[str, float]
    """Seconds of sounds, by what names them; shared by all that one process examines."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is wrong with it, words and sounds as they are now."""
        return lint(
            self.graph,
            self.wordings,
            lengths=self._lengths,
            today=self.today,
            has_sound=self._has_sound,
        )

    def map(self, *, language: str, reading: str | None = None) -> Map:
        """Its map, with transcripts in `language` and the rest in `reading`."""
        return draw(
            self.graph, self.wordings, language=language, reading=reading, lengths=self._lengths
        )

    @property
    def _lengths(self) -> Lengths:
        slug = self.programme.slug
        return Lengths(self.wordings, self.prompts, slug=slug, measured=self.measured)

    def _has_sound(self, key: str, tag: str) -> bool:
        try:
            self.prompts.sound(self.wordings, key, tag, slug=self.programme.slug)
        except MissingPrompt:
            return False
        return True


class Examiner:
    """Explores programmes, and keeps the newest graphs. One per process, safe between threads."""

    def __init__(
        self, *, wordings: Callable[[Programme], Wordings], prompts: Prompts, clock: Clock
    ) -> None:
        self._wordings = wordings
        self._prompts = prompts
        self._clock = clock
        self._lock = Lock()
        self._graphs: OrderedDict[tuple[str, dt.date], Graph] = OrderedDict()
        self.measured: dict[str, float] = {}
        """Seconds of sounds, by what names them."""
        self._maps: OrderedDict[tuple[object, ...], tuple[str, ...]] = OrderedDict()

    def examine(
        self,
        programme: Programme,
        *,
        wordings: Wordings | None = None,
        prompts: Prompts | None = None,
    ) -> Examined:
        """The programme as it is today where it is; with other words and sounds where they are
        given. Raises ExplorationTooLarge."""
        today = self._clock().astimezone(ZoneInfo(programme.time_zone)).date()
        place = programme.hash, today
        with self._lock:
            if place not in self._graphs:
                self._graphs[place] = explore(programme, today=today)
            self._graphs.move_to_end(place)
            while len(self._graphs) > _KEPT:
                self._graphs.popitem(last=False)
            graph = self._graphs[place]
        return Examined(
            programme,
            graph,
            today,
            wordings or self._wordings(programme),
            prompts or self._prompts,
            self.measured,
        )

    def sheets(self, examined: Examined, *, language: str, reading: str) -> tuple[str, ...]:
        """The sheets of a map as SVG; kept, as a page asks for each of them by itself.

        Of a programme that is examined with its own words and sounds: they are drawn anew once
        another prompt is approved.
        """
        revision = self._prompts.revision
        place = (examined.programme.hash, examined.today, language, reading, revision)
        with self._lock:
            found = self._maps.get(place)
        if found is None:
            found = tuple(examined.map(language=language, reading=reading).sheets())
            with self._lock:
                self._maps[place] = found
                while len(self._maps) > _KEPT_MAPS:
                    self._maps.popitem(last=False)
        return found
