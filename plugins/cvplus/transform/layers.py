"""The layers that the warehouse is built in, one dbt run each, and which node of the project is in which."""

from collections.abc import Iterable
from typing import Any

# In the order in which they are built. What reads predictions is built after scoring, the rest before it.
LAYERS = ("stage", "unite", "features", "marts", "publish")
# A model's tag that puts it into another layer than its folder: linkers run between the first two layers.
LAYER_OF_TAG = {"read_by_linkers": "stage", "reads_links": "unite", "reads_predictions": "publish"}
_LAYER_OF_FOLDER = {"staging": "stage", "intermediate": "unite", "features": "features", "marts": "marts"}
BUILT_KINDS = ("seed", "model")


def layer_of(node: Any, nodes: dict[str, Any]) -> str | None:
    """The layer of a dbt node (of ``nodes``, by unique id); ``None`` for what is not built.

    A seed is built with staging, a model by its tag or else by its folder. A test runs in the layer in which
    the last of what it reads is built, so it never meets a table of the build before.
    """
    if node.resource_type == "seed":
        return "stage"
    if node.resource_type == "model":
        tagged = (layer for tag, layer in LAYER_OF_TAG.items() if tag in node.tags)
        return next(tagged, _LAYER_OF_FOLDER[node.fqn[1]])
    if node.resource_type == "test":
        found = (layer_of(nodes[parent], nodes) for parent in node.depends_on_nodes if parent in nodes)
        return latest(layer for layer in found if layer is not None)
    return None


def latest(layers: Iterable[str]) -> str:
    """The layer that is built last; a test of sources alone belongs to the first."""
    return max(layers, key=LAYERS.index, default=LAYERS[0])


def nodes_of_layer(layer: str, nodes: dict[str, Any]) -> dict[str, Any]:
    """The nodes of a layer by unique id: seeds, models and tests."""
    return {name: node for name, node in nodes.items() if layer_of(node, nodes) == layer}
