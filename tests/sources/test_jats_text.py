"""Left-overs of JATS in abstracts, and licenses."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import jats_text
from bot.sources.licenses import is_open

FIGURE = (
    'O_FIG O_LINKSMALLFIG WIDTH=132 SRC="FIGDIR/x.gif" ALT="Figure 1"> View larger version: org.highwire M_FIG C_FIG'
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("AO_SCPLOWBSTRACTC_SCPLOWSleep is good.", "Sleep is good."),
        ("ABSTRACTSleep is good.", "Sleep is good."),
        ("The O_SCPLOWlacZC_SCPLOW gene. KO_SCPCAP.C_SCPCAP", "The lacZ gene. K."),
        ("MO_SCPLOWUSEC_SCPLOWDO_SCPLOWRIFTC_SCPLOW works", "MUSEDRIFT works"),
        (
            "BackgroundSleep is.MethodsWe slept. ResultsIL-6 rose.ConclusionsIt is good.",
            "Background: Sleep is. Methods: We slept. Results: IL-6 rose. Conclusions: It is good.",
        ),
        ("METHODSWe slept. Conclusions and RelevanceSleep.", "METHODS: We slept. Conclusions and Relevance: Sleep."),
        ("O_ST_ABSBackgroundC_ST_ABSSleep is. O_ST_ABSResultsC_ST_ABSYes.", "Background: Sleep is. Results: Yes."),
        ("<h4>Background</h4>Sleep is.<h4>Methods:</h4> We slept.", "Background: Sleep is. Methods: We slept."),
        ("O_LIOne.C_LIO_LITwo.C_LI", "One. Two."),
        (f"Before. {FIGURE} After.", "Before. After."),
        ("5{degrees}C {+/-} 0.1 {micro}m, {beta}-catenin [&ge;] 3, x [isin] Y", "5°C ± 0.1 µm, β-catenin ≥ 3, x ∈ Y"),
        ("H<sub>2</sub>O in <i>E. coli</i>", "H₂O in E. coli"),
        ("[95%CI: 1.043-4.368]", "[95%CI: 1.043-4.368]"),
        ("Results are good. Methods matter. Aims differ.", "Results are good. Methods matter. Aims differ."),
        ("VITAMIN_C_LEVELS and GO_TERMS", "VITAMIN_C_LEVELS and GO_TERMS"),
        ("", ""),
    ],
)
def test_an_abstract_reads_like_prose(raw: str, clean: str) -> None:
    assert jats_text.prose(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Sleep in <i>E. coli</i>.", "Sleep in E. coli"),
        ("Does it sleep?", "Does it sleep?"),
        ("To sleep...", "To sleep..."),
        ("O_SCPLOWlacZC_SCPLOW and {beta}", "lacZ and β"),
    ],
)
def test_a_title_has_no_full_stop(raw: str, clean: str) -> None:
    assert jats_text.title(raw) == clean


_PIECES = st.sampled_from(
    "O_FIG C_FIG O_LI C_LI O_SCPLOW C_SCPLOW O_ST_ABS C_ST_ABS Background . <h4> </h4> {+/-} [&ge;] Sleep".split()
)


@given(st.lists(_PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_is_read_and_a_clean_text_stays(raw: str) -> None:
    clean = jats_text.prose(raw)

    assert not {"O_FIG", "O_LI", "SCPLOW", "O_ST_ABS"} & {*clean.split()}
    assert jats_text.title(jats_text.title(raw)) == jats_text.title(raw)


@pytest.mark.parametrize("piece", ["O_FIG", "O_ST_ABS", "<h4>", "Background", "[&", "{+", "AO_SCPLOW", "O_TBL x "])
def test_a_hostile_text_takes_no_time(piece: str) -> None:
    began = time.process_time()
    jats_text.prose(piece * 20_000)

    assert time.process_time() - began < 5


@pytest.mark.parametrize("open", "cc_by CC-BY-4.0 cc_by_nc cc_by_nc_nd cc_by_nd cc_by_sa cc0 CC0-1.0".split())
def test_licenses_that_let_everybody_pass_an_abstract_on(open: str) -> None:
    assert is_open(open)


@pytest.mark.parametrize("closed", ["cc_no", "", "NA", "cc", "cc_", "cc0_ng", "cc_by_x", "all rights reserved", "by"])
def test_any_other_license_is_closed(closed: str) -> None:
    assert not is_open(closed)
