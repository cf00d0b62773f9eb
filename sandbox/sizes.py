"""How big a market is: so many districts, made one after another, so that memory doesn't grow with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MarketSize:
    """Volume of one district and how many there are. People apply only within their district."""

    name: str
    districts: int
    cvs: int
    jobs: int
    applications: int
    companies: int
    german_postings: int
    tags: int
    families: tuple[str, ...] = ()
    """The families of occupations it's limited to (empty: all): all trades would leave a tiny market thin."""


SIZES = {
    size.name: size
    for size in (
        MarketSize("tiny", 1, 150, 300, 2_000, 120, 60, 400, ("software", "data", "finance", "nursing")),
        MarketSize("small", 1, 2_200, 5_400, 30_600, 1_500, 360, 3_000),
        MarketSize("medium", 10, 2_200, 5_400, 30_600, 3_000, 360, 3_000),
        MarketSize("large", 100, 2_200, 5_400, 30_600, 4_000, 360, 3_000),
    )
}
