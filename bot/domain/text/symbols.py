"""What the macros of LaTeX look like in Unicode: names and signs in turn."""

from __future__ import annotations


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


GREEK = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
""")

#: signs that stand for a letter, a word or an operator
SIGNS = GREEK | _pairs("""
    times × cdot ⋅ div ÷ pm ± mp ∓ ast * star * circ ∘ bullet • oplus ⊕ otimes ⊗ odot ⊙ ominus ⊖ dagger † ddagger ‡
    leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ ll ≪ gg ≫ approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝
    lesssim ≲ gtrsim ≳ prec ≺ succ ≻ preceq ⪯ succeq ⪰ mid | parallel ∥ perp ⊥ doteq ≐ triangleq ≜ coloneqq ≔
    to → rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⇒ iff ⇔ gets ←
    longrightarrow → longleftarrow ← Longrightarrow ⇒ mapsto ↦ hookrightarrow ↪ leadsto ⇝ rightleftharpoons ⇌
    uparrow ↑ downarrow ↓ nearrow ↗ searrow ↘ circlearrowright ↻ circlearrowleft ↺ updownarrow ↕ Uparrow ⇑ Downarrow ⇓
    in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖ emptyset ∅ varnothing ∅ sqcup ⊔
    forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨ top ⊤ bot ⊥ vdash ⊢ therefore ∴ because ∵
    sum ∑ prod ∏ int ∫ oint ∮ partial ∂ nabla ∇ infty ∞ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ wp ℘ prime ′ surd √
    langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ bigcup ⋃ bigcap ⋂
    ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ textellipsis … deg ° degree ° textdegree ° angle ∠
    triangle △ square □ Box □ blacksquare ■ diamond ⋄ checkmark ✓ xmark ✗ bigstar ★ flat ♭ natural ♮ sharp ♯
    clubsuit ♣ heartsuit ♥ spadesuit ♠ textemdash — textendash – textgreater > textless < gt > lt < textbar | mu μ
    texttimes × textrightarrow → textleftarrow ← textmu μ textquoteright ’ textquoteleft ‘ textquotedblleft “
    textquotedblright ” textasciitilde ~ textasciicircum ^ textunderscore _ textpm ± textbullet • textregistered ®
    texttrademark ™ textcopyright © copyright © pounds £ textsterling £ texteuro € euro € S § textbackslash /
""")

#: letters of their own; the blank behind the macro belongs to it
LETTERS = _pairs("""
    ss ß o ø O Ø l ł L Ł ae æ AE Æ oe œ OE Œ aa å AA Å i ı j ȷ dh ð DH Ð dj đ DJ Đ th þ TH Þ ng ŋ NG Ŋ
""")

#: `\\mathbb{R}`; only those that every font has
DOUBLE_STRUCK = _pairs("C ℂ N ℕ P ℙ Q ℚ R ℝ Z ℤ")

#: macros that papers define for everyday abbreviations
ABBREVIATIONS = {
    "eg": "e.g.",
    "ie": "i.e.",
    "etc": "etc.",
    "vs": "vs.",
    "cf": "cf.",
    "etal": "et al.",
    "wrt": "w.r.t.",
    "aka": "a.k.a.",
    "viz": "viz.",
}

#: names of functions: upright words that must not stick to what stands before them
FUNCTIONS = frozenset(
    "log ln exp min max sup inf lim sin cos tan tanh arg argmin argmax det dim ker Pr gcd mod".split()
)

#: accents by macro, as combining marks: `\\"o`, `\\v{s}`
ACCENTS = {
    '"': "\u0308",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "v": "\u030c",
    "c": "\u0327",
    "H": "\u030b",
    "k": "\u0328",
    "r": "\u030a",
    "u": "\u0306",
    "d": "\u0323",
    "b": "\u0331",
}

#: accents of mathematics, kept over a single letter
HATS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
}

#: macros that only change how their argument looks; the argument stays
WRAPPERS = frozenset(
    """
    text textbf textit texttt textsc textrm textsf textsl textmd textup textnormal emph mbox hbox fbox underline uline
    overline mathcal mathbf mathrm mathit mathsf mathtt mathfrak mathscr mathnormal bm boldsymbol pmb operatorname
    underbrace overbrace boxed ensuremath
""".split()
)

#: ... and those that show so even without a backslash; the braces right behind them tell
COLOURS = frozenset("red blue green teal orange purple magenta cyan gray brown violet black pink".split())

#: names that are signs, not words, even without a backslash, when they stand in braces alone: `7{times}`
BARE_SIGNS = GREEK.keys() | frozenset(
    "times sim approx pm leq geq neq circ deg infty rightarrow leftarrow to cdot ell prime dagger ldots dots".split()
)

#: macros that leave nothing behind, nor does their argument
SILENT = frozenset(
    "cite citep citet citeauthor citeyear ref eqref cref label vspace hspace begin end bibliography".split()
)

#: switches that rule the rest of their group; nothing to see
SWITCHES = frozenset(
    """
    bf it em rm tt sc sf sl bfseries itshape scshape ttfamily sffamily rmfamily normalfont tiny scriptsize footnotesize
    small normalsize large Large LARGE huge Huge displaystyle textstyle scriptstyle left right middle big Big bigg Bigg
    bigl bigr Bigl Bigr limits nolimits noindent allowbreak xspace protect item par newline linebreak footnotemark relax
    centering unskip ignorespaces
""".split()
)
#: ... and those that leave a gap
GAPS = frozenset("quad qquad space hfill enspace thinspace par newline linebreak item".split())
