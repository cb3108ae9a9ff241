"""Subject areas of bioRxiv and medRxiv, as the servers spell them, and other names that people write for them.

Taken from the servers' own lists (https://www.biorxiv.org, https://www.medrxiv.org). Two areas of bioRxiv take no new
papers, but old ones have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.domain.servers import ARXIV, BIORXIV, MEDRXIV


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in names)


_BIORXIV = _listed(
    """
    animal behavior and cognition, biochemistry, bioengineering, bioinformatics, biophysics, cancer biology,
    cell biology, clinical trials, developmental biology, ecology, epidemiology, evolutionary biology, genetics,
    genomics, immunology, microbiology, molecular biology, neuroscience, paleontology, pathology, pharmacology
    and toxicology, physiology, plant biology, scientific communication and education, synthetic biology,
    systems biology, zoology
    """.split(",")
)
_MEDRXIV = _listed(
    """
    addiction medicine, allergy and immunology, anesthesia, cardiovascular medicine, dentistry and oral
    medicine, dermatology, emergency medicine, endocrinology, epidemiology, forensic medicine, gastroenterology,
    genetic and genomic medicine, geriatric medicine, health economics, health informatics, health policy,
    health systems and quality improvement, hematology, hiv aids, infectious diseases, intensive care and
    critical care medicine, medical education, medical ethics, nephrology, neurology, nursing, nutrition,
    obstetrics and gynecology, occupational and environmental health, oncology, ophthalmology, orthopedics,
    otolaryngology, pain medicine, palliative medicine, pathology, pediatrics, pharmacology and therapeutics,
    primary care research, psychiatry and clinical psychology, public and global health, radiology and imaging,
    rehabilitation medicine and physical therapy, respiratory medicine, rheumatology, sexual and reproductive
    health, sports medicine, surgery, toxicology, transplantation, urology
    """.split(",")
)
#: the areas of each server, by the server's name
SUBJECT_AREAS: Mapping[str, tuple[str, ...]] = {BIORXIV: _BIORXIV, MEDRXIV: _MEDRXIV}
#: the areas of all servers, each once
AREAS = tuple(dict.fromkeys((*_BIORXIV, *_MEDRXIV)))
_EVERY = frozenset(AREAS)

#: part of a name, or another name -> the areas that are meant
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    name.strip(): _listed(areas.split(","))
    for name, _, areas in (
        row.partition("=")
        for row in """
    allergy = allergy and immunology
    animal behavior = animal behavior and cognition
    anesthesiology = anesthesia
    cancer = cancer biology, oncology
    cardiology = cardiovascular medicine
    clinical psychology = psychiatry and clinical psychology
    critical care = intensive care and critical care medicine
    dentistry = dentistry and oral medicine
    environmental health = occupational and environmental health
    evolution = evolutionary biology
    geriatrics = geriatric medicine
    global health = public and global health
    gynecology = obstetrics and gynecology
    hiv = hiv aids
    infectious disease = infectious diseases
    intensive care = intensive care and critical care medicine
    medical imaging = radiology and imaging
    neurosciences = neuroscience
    obstetrics = obstetrics and gynecology
    occupational health = occupational and environmental health
    palliative care = palliative medicine
    pharmacology = pharmacology and toxicology, pharmacology and therapeutics
    physical therapy = rehabilitation medicine and physical therapy
    physiotherapy = rehabilitation medicine and physical therapy
    primary care = primary care research
    psychiatry = psychiatry and clinical psychology
    public health = public and global health
    radiology = radiology and imaging
    rehabilitation medicine = rehabilitation medicine and physical therapy
    reproductive health = sexual and reproductive health
    science communication = scientific communication and education
    scientific communication = scientific communication and education
    sexual health = sexual and reproductive health
    """.strip().split("\n")
    )
}
_BRITISH = {
    "anaesthesia": "anesthesia",
    "anaesthesiology": "anesthesiology",
    "behaviour": "behavior",
    "gynaecology": "gynecology",
    "haematology": "hematology",
    "orthopaedics": "orthopedics",
    "paediatrics": "pediatrics",
    "palaeontology": "paleontology",
}
_BETWEEN_WORDS = re.compile(r"[\s_/-]+")
#: words of the longest name
MOST_WORDS = max(len(name.split()) for name in (*_EVERY, *_OTHER_NAMES))


def servers_with(category: str) -> tuple[str, ...]:
    """Return the servers that have a category: those with that area, else arXiv."""
    return tuple(server for server, areas in SUBJECT_AREAS.items() if category in areas) or (ARXIV,)


def normalized_area(name: str) -> str:
    """Return a name as the servers spell areas: "Cell-Biology" is "cell biology", "Haematology" "hematology"."""
    words = _BETWEEN_WORDS.sub(" ", name.casefold().replace("&", " and ")).split()
    return " ".join(_BRITISH.get(word, word) for word in words)


def areas_named(name: str) -> tuple[str, ...]:
    """Return the areas that a name means: itself, or those of which it is a part or another name; none if unknown."""
    area = normalized_area(name)
    return (area,) if area in _EVERY else _OTHER_NAMES.get(area, ())
