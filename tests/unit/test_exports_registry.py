"""The declarations of the export say what the contract says."""

import re
from pathlib import Path

import pytest

from cvplus.errors import ConfigurationError
from cvplus.exports.registry import find_entity, load_entities, load_exports, product_resources

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "product_exports.md"


def test_there_are_fourteen_entities_with_resources_of_the_product() -> None:
    resources = product_resources()
    assert len(resources) == 14
    assert {(item.source, item.domain, item.known_at.rule) for item in resources} == {
        ("product", "product", "dropped")
    }
    assert {item.known_at.path for item in resources} == {"_dropped_on"}


def test_raw_never_requires_what_goes_to_the_vault() -> None:
    for resource in product_resources():
        assert not {"userId", "document"} & {*resource.required, *resource.key}


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not beside this checkout")
def test_fields_and_required_fields_are_those_of_the_contract() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", CONTRACT.read_text(), re.MULTILINE)
    assert {name for name, _ in rows} == set(load_entities())
    for name, text in rows:
        bare = re.sub(r"\([^)]*\)", "", text.split(" — ")[0])
        fields = {part.strip().rstrip("*"): part.strip().endswith("*") for part in bare.split(",")}
        declared = {field: rule.required for field, rule in load_entities()[name].fields.items()}
        assert declared == fields, name


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not beside this checkout")
def test_closed_lists_are_those_of_the_contract() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", CONTRACT.read_text(), re.MULTILINE))
    for name, entity in load_entities().items():
        for field, rule in entity.fields.items():
            listed = re.search(rf"\b{field}\*? \((`[^)]*)\)", rows[name])
            if listed is not None and "<" not in listed[1]:
                assert set(rule.values) == set(re.findall(r"`(\w+)`", listed[1])), (name, field)


def test_an_unknown_entity_is_named_with_those_that_exist() -> None:
    with pytest.raises(ConfigurationError, match=r"resource=cv: .*no entity 'cv'.*cvs, applications"):
        find_entity("cv")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "max_rejected_share: 2\nentities: []",
            "max_rejected_share",
        ),
        (
            "max_rejected_share: 0.1\nentities: [{name: a, key: [x], fields: {y: {is: id}}}]",
            "key parts",
        ),
        (
            "max_rejected_share: 0.1\nentities: [{name: a, key: [x], fields: {x: {is: enum}}}]",
            "values",
        ),
    ],
)
def test_a_wrong_declaration_is_refused_by_name(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "product_exports.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=complaint):
        load_exports(path)
