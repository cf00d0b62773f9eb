"""Which version scores: the champion, or the last good one before it where the champion cannot be used."""

from dataclasses import dataclass

from cvplus.warehouse.connection import connect
from ml.config import ModelsConfig, load_models_config
from ml.registry import ModelStore, Registry
from ml.results import read_champions
from ml.signing import ModelRefused, ModelUnreadable


@dataclass(frozen=True)
class Serving:
    """Which version scores, and why the champion does not where it is another one."""

    version: str | None
    champion: str | None
    refusal: ModelRefused | ModelUnreadable | None = None


def serving_version(connection_url: str, store: ModelStore, *, config: ModelsConfig | None = None) -> Serving:
    """The champion, or the last champion before it whose files this plant has signed and can read."""
    registry = Registry(store, (config or load_models_config()).model_name)
    champion = registry.champion()
    refusal = registry.refusal(champion) if champion is not None else None
    if refusal is None:
        return Serving(champion, champion)
    with connect(connection_url) as connection:
        earlier = [version for version in read_champions(connection) if version != champion]
    good = (version for version in earlier if registry.refusal(version) is None)
    return Serving(next(good, None), champion, refusal)
