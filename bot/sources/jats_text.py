"""Text that was JATS XML and has lost its markup: abstracts of bioRxiv, medRxiv and Europe PMC.

bioRxiv writes small capitals as "O_SCPLOWTextC_SCPLOW", lists as "O_LI ... C_LI", signs as "{+/-}" and headings without
a blank behind them ("BackgroundSleep is"). Europe PMC keeps headings as `<h4>`.
"""

from __future__ import annotations

import re

from bot.domain import text

#: longer texts are cut
_LONGEST = 20_000
_FIGURE = re.compile(r"[A-Z]?O_(FIG|TBL)(?:_DISPLAY)?.{0,4000}?C_\1(?:_DISPLAY)?(?:_[LR])?")
_HEADING_TOKENS = re.compile(r"O_ST_ABS(.{1,80}?)C_ST_ABS")
#: tokens around text that belongs to the word before it
_TIGHT = re.compile(r"[OC]_(?:SCPLOW|SCPCAP|INLINEFIG|HTML|SIG|UNDER|SMALLCAPS)")
#: tokens between blocks of text; a capital may follow, so their names are listed
_LOOSE = re.compile(
    r"[OCM]_(?:TABLECAPTION|TEXTBOXTITLE|TEXTBOX|FIG_DISPLAY(?:_[LR])?|FIGCAPTION|FLOATNO|FIG|TBL|ST_ABS|LINKSMALLFIG"
    r"|LIST|LST|LI|QD|DISPFORMULA)"
)
_SIGNS = {
    "{+/-}": "±",
    "{degrees}": "°",
    "{degree}": "°",
    "{micro}": "µ",
    "{middle dot}": "·",
    "{approx}": "≈",
    "{approximately}": "≈",
    "{times}": "×",
    "{prime}": "′",
    "{infty}": "∞",
    "{ge}": "≥",
    "{le}": "≤",
    "[isin]": "∈",
    "[~]": "~",
    "[->]": "→",
    "[<-]": "←",
    "[prime]": "′",
    "[bullet]": "•",
    "[infin]": "∞",
    "[degrees]": "°",
}
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_ENTITY_IN_BRACKETS = re.compile(r"\[(&[A-Za-z]{2,10};)\]")
_HTML_HEADING = re.compile(r"<h[1-6]>([^<>]{1,100}?)[\s:.]*</h[1-6]>", re.IGNORECASE)
_NAMES = (
    "structured abstract, abstract, summary, background and aims, background, introduction, rationale, importance, "
    "motivation, hypothesis, objective, objectives, aim, aims, purpose, study design, design, setting, settings, "
    "participants, patients, data sources, materials and methods, methods and results, methods and findings, method, "
    "methods, intervention, interventions, exposure, exposures, main outcomes and measures, main outcome measures, "
    "measurements, results, findings, interpretation, discussion, conclusions and relevance, conclusion, conclusions, "
    "significance statement, significance, limitations, implications, relevance, availability and implementation, "
    "availability, supplementary information, trial registration, registration, funding, key points, highlights"
).split(", ")
_HEADINGS = "|".join(name.replace(" ", r"\s") for name in sorted(_NAMES, key=len, reverse=True))
#: a heading that touches the sentence behind it
_GLUED = re.compile(rf"(^\s*|[.!?:)\]]\s*)((?i:{_HEADINGS})):?(?=[A-Z0-9(\[][^A-Z]|[A-Z]{{2,}}\b)")
_NOTHING_SAID = re.compile(r"^\s*(?i:structured abstract|abstract)\s*[:.]?\s+(?=\S)")


def prose(raw: str) -> str:
    """Return an abstract as one paragraph of plain text, its headings followed by a colon. Takes linear time."""
    said = _FIGURE.sub(" ", raw[:_LONGEST])
    said = _TIGHT.sub("", _HEADING_TOKENS.sub(r" \1: ", said))
    said = _HTML_HEADING.sub(r" \1: ", _LOOSE.sub(" ", said))
    said = _SIGN.sub(lambda sign: _SIGNS[sign[0]], _ENTITY_IN_BRACKETS.sub(r"\1", said))
    said = _GLUED.sub(_parted, said)
    return text.prose(_NOTHING_SAID.sub("", said))


def title(raw: str) -> str:
    """Return a title as a single line, without the full stop that Europe PMC adds."""
    said = _TIGHT.sub("", _LOOSE.sub(" ", raw[:_LONGEST]))
    clean = text.title(_SIGN.sub(lambda sign: _SIGNS[sign[0]], said))
    return clean if clean.endswith("..") else clean.rstrip(" .")


def _parted(heading: re.Match[str]) -> str:
    before = heading[1].strip()
    return f"{before} {heading[2]}: "
