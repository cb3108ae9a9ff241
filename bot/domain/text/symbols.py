"""Tables of LaTeX macros and their Unicode characters, as alternating names and characters."""

from __future__ import annotations


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


GREEK = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
""")

#: letters, words and operators
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
    ltimes ⋉ rtimes ⋊ bowtie ⋈ boxtimes ⊠ boxplus ⊞ oslash ⊘ wr ≀ amalg ⨿ coprod ∐ bigoplus ⨁ bigotimes ⨂ bigwedge ⋀
    bigvee ⋁ bigsqcup ⨆ iint ∬ iiint ∭ lessapprox ⪅ gtrapprox ⪆ asymp ≍ bumpeq ≏ subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈
    nmid ∤ nparallel ∦ models ⊨ vDash ⊨ Vdash ⊩ lhd ⊲ rhd ⊳ unlhd ⊴ unrhd ⊵ trianglelefteq ⊴ trianglerighteq ⊵
    longleftrightarrow ⟷ Longleftrightarrow ⟺ longmapsto ⟼ hookleftarrow ↩ twoheadrightarrow ↠ rightharpoonup ⇀
    rightsquigarrow ⇝ upharpoonright ↾ beth ℶ gimel ℷ hslash ℏ digamma ϝ varkappa ϰ complement ∁ imath ı jmath ȷ
    lozenge ◊ diamondsuit ♢ colon : lbrack [ rbrack ] omicron ο
    texttimes × textrightarrow → textleftarrow ← textmu μ textquoteright ’ textquoteleft ‘ textquotedblleft “
    textquotedblright ” textasciitilde ~ textasciicircum ^ textunderscore _ textpm ± textbullet • textregistered ®
    texttrademark ™ textcopyright © copyright © pounds £ textsterling £ texteuro € euro € S § textbackslash /
""")

#: special letters; the blank after the macro belongs to it
LETTERS = _pairs("""
    ss ß o ø O Ø l ł L Ł ae æ AE Æ oe œ OE Œ aa å AA Å i ı j ȷ dh ð DH Ð dj đ DJ Đ th þ TH Þ ng ŋ NG Ŋ
""")

#: `\mathbb{R}`; only those that every font has
DOUBLE_STRUCK = _pairs("C ℂ N ℕ P ℙ Q ℚ R ℝ Z ℤ")

#: macros that papers define for common abbreviations
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

#: function names, which need a blank before them
FUNCTIONS = frozenset(
    """
    log ln exp min max sup inf lim limsup liminf sin cos tan cot sinh cosh tanh arcsin arccos arctan arg argmin argmax
    det dim ker Pr gcd mod
""".split()
)

#: accent macros as combining characters: `\"o`, `\v{s}`
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

#: accents of math, by macro
MATH_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "overbar": "\u0304",
    "vec": "\u20d7",
    "overrightarrow": "\u20d7",
    "overleftarrow": "\u20d6",
    "dot": "\u0307",
    "ddot": "\u0308",
    "dddot": "\u20db",
    "ddddot": "\u20dc",
    "acute": "\u0301",
    "grave": "\u0300",
    "breve": "\u0306",
    "check": "\u030c",
    "widecheck": "\u030c",
    "mathring": "\u030a",
    "underbar": "\u0331",
    "utilde": "\u0330",
    "undertilde": "\u0330",
    "textcommabelow": "\u0326",
    "not": "\u0338",
    "slashed": "\u0338",
    "cancel": "\u0338",
}
# amsmath has these with a capital, which stack
MATH_ACCENTS |= {
    name.capitalize(): MATH_ACCENTS[name] for name in "hat tilde bar vec dot ddot check breve acute grave".split()
}

#: macros that change only the look of their argument
WRAPPERS = frozenset(
    """
    text textbf textit texttt textsc textrm textsf textsl textmd textup textnormal emph mbox hbox fbox underline uline
    mathcal mathbf mathrm mathit mathsf mathtt mathfrak mathscr mathnormal bm boldsymbol pmb operatorname
    underbrace overbrace boxed ensuremath
""".split()
)

#: color names that may appear without a backslash directly before a brace
COLOURS = frozenset("red blue green teal orange purple magenta cyan gray brown violet black pink".split())

#: names that are signs even without a backslash if they are alone in braces: `7{times}`
BARE_SIGNS = GREEK.keys() | frozenset(
    "times sim approx pm leq geq neq circ deg infty rightarrow leftarrow to cdot ell prime dagger ldots dots".split()
)

#: macros that are dropped together with their argument
SILENT = frozenset(
    "cite citep citet citeauthor citeyear ref eqref cref label vspace hspace begin end bibliography".split()
)

#: switches that apply to the rest of their group; dropped
SWITCHES = frozenset(
    """
    bf it em rm tt sc sf sl bfseries itshape scshape ttfamily sffamily rmfamily normalfont tiny scriptsize footnotesize
    small normalsize large Large LARGE huge Huge displaystyle textstyle scriptstyle left right middle big Big bigg Bigg
    bigl bigr Bigl Bigr limits nolimits noindent allowbreak xspace protect item par newline linebreak footnotemark relax
    centering unskip ignorespaces
""".split()
)
#: macros that become a blank
GAPS = frozenset("quad qquad space hfill enspace thinspace par newline linebreak item".split())
