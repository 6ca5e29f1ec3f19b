"""The list of samples: which contents, which look, which producer, and what each is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import families
from .contents import Form
from .look import Look
from .sheet import Layout, Sheet, build
from .soundness import faults

Make = Callable[[list[Sheet], Look, Path], None]


@dataclass
class Sample:
    """One file. `make` draws the sheets; `made` says in words how, `purpose` what for."""

    id: str
    forms: list[Form]
    producer: str
    made: str
    purpose: str
    make: Callable[[Path], None]
    origin: str = "invented"
    suffix: str = "pdf"
    reproducible: bool = True
    layout: Layout | None = None
    """How its only grid is filled, where the file shows one form as it is drawn."""
    scan: bool = False
    """Whether its pages are pictures, all or some of them."""

    @property
    def file(self) -> str:
        return f"{self.origin}/{self.id}.{self.suffix}"


def sheets(forms: list[Form], layout: Layout) -> list[Sheet]:
    """The printed grids of some forms."""
    if isinstance(forms[0], families.Declared):
        return families.build(forms, layout)
    return [build(form, layout) for form in forms]


def drawn(draw: Make, forms: list[Form], look: Look, *after: Callable[[Path], None]):
    """Lays the forms out, lets a producer draw them, then changes the finished file."""

    def make(out: Path) -> None:
        draw(sheets(forms, look.layout), look, out)
        for step in after:
            step(out)

    return make


def sample(
    id: str,
    forms: list[Form],
    producer: str,
    draw: Make,
    look: Look,
    made: str,
    purpose: str,
    *after: Callable[[Path], None],
    **more,
) -> Sample:
    """A sample drawn by a producer."""
    plain = len(forms) == 1 and not look.prose and not look.repeat_head
    layout = look.layout if plain else None
    make = drawn(draw, forms, look, *after)
    return Sample(id, forms, producer, made, purpose, make, layout=layout, **more)


def all_samples() -> list[Sample]:
    """Every sample, in the order of the manifest."""
    from .batches import central, city, district, edge, provinces, scans, seed

    groups = (seed, district, city, edge, central, provinces)
    samples = [s for group in groups for s in group.samples()]
    samples += scans.samples(samples)
    for entry in samples:
        for form in entry.forms:
            declared = isinstance(form, families.Declared)
            if wrong := families.faults(form) if declared else faults(form):
                raise ValueError(f"{form.name}: {', '.join(wrong)}")
    ids = [s.id for s in samples]
    if len(ids) != len(set(ids)):
        raise ValueError("two samples of the same id")
    return samples
