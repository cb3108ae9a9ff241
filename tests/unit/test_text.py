"""What Hugging Face and arXiv do to text, a few words at a time, and how it reads afterwards."""

from __future__ import annotations

import pytest

from bot.domain import text


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("up to a 1.45times reduction", "up to a 1.45× reduction"),
        ("(ImageNet 64times64) bits", "(ImageNet 64×64) bits"),
        ("at 256 times 256", "at 256 × 256"),
        ("ImageNet 36times 64", "ImageNet 36×64"),
        ("4timesfaster on 8timesA800", "4× faster on 8×A800"),
        ("up to times3.23 faster", "up to ×3.23 faster"),
        ("FoV (360^circtimes180^circ), a", "FoV (360°×180°), a"),
        ("covers 360^{circ} video", "covers 360° video"),
        ("360{\\deg} scenes", "360° scenes"),
        ("a sim14,000times compression", "a ~14,000× compression"),
        ("frame rates of sim!30 FPS", "frame rates of ~30 FPS"),
        ("across {sim}750 items", "across ~750 items"),
        ("in only 1sim4 steps", "in only 1~4 steps"),
        ("yielding sim2times throughput", "yielding ~2× throughput"),
        ("GenEval (0.73rightarrow0.90)", "GenEval (0.73→0.90)"),
        ("F1 (0.117to0.598)", "F1 (0.117→0.598)"),
        ("models (leq3B parameters)", "models (≤3B parameters)"),
        ("CFS=5.654pm0.625", "CFS=5.654±0.625"),
        ("All Parameters in {pm 1, pm i}", "All Parameters in {±1, ±i}"),
        ("latency of approx75ms", "latency of ≈75ms"),
        ("triples langle old code, diff rangle drawn", "triples ⟨old code, diff⟩ drawn"),
        ("from (O(N^2 cdot T)) to", "from (O(N² ⋅ T)) to"),
        ("Towards infty-LLMs and nabla-Reasoner", "Towards ∞-LLMs and ∇-Reasoner"),
        ("using pi_{RL}, pi_0 and π_{0.5}", "using π_RL, π₀ and π₀.₅"),
        ("the pair (eta^{ast}, B^{ast})", "the pair (η*, B*)"),
        ("weight space of R^{mtimes n}", "weight space of R^(m×n)"),
        ("a sequence of M ll N tokens", "a sequence of M ≪ N tokens"),
        ("by {bf Sink-Aware Pruning}", "by Sink-Aware Pruning"),
        ("including teal{Tool-use} and", "including Tool-use and"),
        ("three critical textit{O}bstacles", "three critical Obstacles"),
        ("on $textbf{specialist} and textbf{generalist}$ models", "on specialist and generalist models"),
        ("Accuracy (mathrm{Cal)}, which", "Accuracy (Cal), which"),
        ("at a rate of mathcal{O}(T^{-1/3}), so", "at a rate of O(T^(-1/3)), so"),
        ("σge 1{2ln M}", "σ ≥ 1/(2ln M)"),
        ("left|,circlearrowright,text{BUS},right|: A", "|↻BUS|: A"),
    ],
)
def test_macros_without_their_backslash_become_signs(raw: str, read: str) -> None:
    assert text.prose(raw) == read


@pytest.mark.parametrize(
    "sentence",
    [
        "It runs three times a day, sometimes at the times of the NYTimes",
        "sim-to-real and sim2real transfer, a sim policy, real-to-sim",
        "alpha mattes, beta testing, an early beta version, omega-3, AlphaGo and Alpha-Go",
        "a cup, a cap, the bar, a hat, a ring, a star, the top, a dot product, square roots",
        "the pi in PiFlow, muP, nuScenes, epsilon-greedy, Cohen's kappa and phi-4",
        "in to le pm mid left (right) and the sum of its parts not approximately parallel",
        "approx. 35K questions, a partial proof, for all there exists an exact infimum",
        "int4 and float8_e4m3, imo_1960_p2, Q4_0 and crime_tax",
        "Pass@k, pass@1, Recall@5, P(y|x), S* and A*, <think> and <person, action, object>",
        "values in {-1, 0, +1} or {True, False}",
        "a ~9 token gap, 75%~89%, 1~4 images",
        "use --help, `cat.n.01` and 5x faster at 9 pm",
        "LLMs don't; models' weights; Let's <think>; R&D; This&That; AT&T",
    ],
)
def test_words_and_names_stay_what_they_are(sentence: str) -> None:
    assert text.prose(sentence) == sentence


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (r"introducing $\alpha$ moment", "introducing α moment"),
        (r"metric, $CoT$-$Pass@K$.", "metric, CoT-Pass@K."),
        (r"LLM$\times$MapReduce, $\mu$P and $\pi_0.5$-KI", "LLM×MapReduce, μP and π₀.₅-KI"),
        (r"E\textsuperscript{2}R-FLOPs", "E²R-FLOPs"),
        (r"UI2Code$^\text{N}$ and A$^*$ search", "UI2Code^N and A* search"),
        (r"time \( O(n^3) \) for $\mathbb{R}^{d}$", "time O(n³) for ℝ^d"),
        (r"$\frac{a+b}{2}$, $\sqrt{N}$, $n\log n$, $\hat{x}$", "(a+b)/2, √N, n log n, x̂"),
        (r"below $10^{-4}$ or 10^-4, 2^{2k} and d^{0.75}", "below 10⁻⁴ or 10⁻⁴, 2^(2k) and d^0.75"),
        (r"$f$-divergence for $k$ means, $x\in\{0,1\}$", "f-divergence for k means, x∈{0,1}"),
        (r"$k_{\text{top}}$ of $x_{\theta}$ and $A^{\top}$", "k_top of x_θ and Aᵀ"),
        (r"$\mathbb{E}_{x\sim p}[f(x)]$, $\mathcal{L}_{\mathrm{CE}}$, $\|x\|_2$", "E_(x∼p)[f(x)], L_CE, ‖x‖₂"),
        (r"a $\sim$10$\times$ speedup, $\pm$0.5, $>$90, $p<0.05$", "a ~10× speedup, ±0.5, >90, p<0.05"),
        (r"of $32\times 32$, $\textit{e.g.}$, $\{x_i\}_{i=1}^{N}$", "of 32×32, e.g., {x_i}_(i=1)^N"),
        (r"$\tilde{O}(d^{3/2}\sqrt{H^3T})$, H$_2$O, $^{13}$C", "Õ(d^(3/2)√(H³T)), H₂O, ¹³C"),
        (r"$\text{Agent}^2$ at $\mathbf{x}^{(t)}$, $1/\epsilon$", "Agent² at x^(t), 1/ε"),
        (r"{\it vs.} a {\em DeepSpeak} set", "vs. a DeepSpeak set"),
        (r"\textbf{D}ual \emph{heads} of \textsc{FastCuRL}", "Dual heads of FastCuRL"),
        (r"we introduce \benchmarkName, a", "we introduce benchmarkName, a"),
        (r"we present \benchname{}, a", "we present benchname, a"),
        (r"(\ie, motion), (\eg 2) and so on, \etc. Then", "(i.e., motion), (e.g. 2) and so on, etc. Then"),
        (r"(e.g.\ by changing), 41\% vs.\ 33\%", "(e.g. by changing), 41% vs. 33%"),
        (r"Prefill \& Decode\\ on C\#", "Prefill & Decode on C#"),
        (r"an error of 20\,m, 300\,k pairs", "an error of 20 m, 300 k pairs"),
        (r"models~(LLMs), Fig.~3, Mamba~2", "models (LLMs), Fig. 3, Mamba 2"),
        (r"galaxies at $z\sim6$ and $z\sim 7$, $M(r)\sim 3$, $\sim$5$\sigma$", "galaxies at z∼6 and z∼7, M(r)∼3, ~5σ"),
        (r"a new \color{ddtD}ecoupled \textcolor{red}{model}", "a new Decoupled model"),
        (r"tokens. % Using a model", "tokens. Using a model"),
        (r"for training; \3) pipelines", "for training; 3) pipelines"),
        (r"a \textbf{lost brace and {\em another", "a lost brace and another"),
        ("36{,}243 B of $11{,}089{,}469$", "36,243 B of 11,089,469"),
        (r"X^\top Y, X^top Y and QK^topV, but x^topology", "Xᵀ Y, Xᵀ Y and QKᵀV, but x^topology"),
        (r"λ^star, \lambda^\star, a^ast, x^dagger, y^prime", "λ*, λ*, a*, x†, y′"),
        (r"(widetilde P, V) and $\widetilde{P}$, $\widetilde P$, $\hat y$", "(P̃, V) and P̃, P̃, ŷ"),
        ("(lambda=1, gamma = .5), epsilon <= 0.01, PixArt-alpha = 5", "(λ=1, γ = .5), ε <= 0.01, PixArt-alpha = 5"),
    ],
)
def test_latex_becomes_unicode(raw: str, read: str) -> None:
    assert text.prose(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (r"lowest cost (\$0.34) of all", "lowest cost ($0.34) of all"),
        (r"from \$50 to \$32,000", "from $50 to $32,000"),
        ("from $5 to $10 a month", "from $5 to $10 a month"),
        ("a ~$3 trillion market, <$10", "a ~$3 trillion market, <$10"),
        ("at 4$ per hour, not 5$", "at 4$ per hour, not 5$"),
        ("costs $5 for $x^2$ tests at $7", "costs $5 for x² tests at $7"),
        (r"valued at \1 million USD", "valued at $1 million USD"),
        (r"cost (\500 vs. \geq 100,000)", "cost ($500 vs. ≥ 100,000)"),
        ("World Preference Modeling$ (WorldPM)", "World Preference Modeling (WorldPM)"),
    ],
)
def test_money_stays_money(raw: str, read: str) -> None:
    assert text.prose(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("at\nhttps://a.io/p/{https://a.io/p/}.", "at https://a.io/p/."),
        ("at https://a.io/p{this https URL}.", "at https://a.io/p."),
        ("see the https://a.io/p/{project\nwebsite} for", "see the project website (https://a.io/p/) for"),
        ("https://a.io/p/{Our code is\navailable.}", "Our code is available (https://a.io/p/)."),
        ("at https://a.io/x{blue{https://a.io/x}}.", "at https://a.io/x."),
        (r"The code~\url{https://a.io/L_2/x/.} and", "The code https://a.io/L_2/x/ and"),
        (r"our \href{https://a.io/p}{project page}.", "our project page (https://a.io/p)."),
        (r"code\footnote{https://a.io/p}.", "code (https://a.io/p)."),
        (r"at https://a.io/S\_NCP\_v0.1", "at https://a.io/S_NCP_v0.1"),
        (r"https://z2751\allowbreak-x.io/\allowbreak M/.", "https://z2751-x.io/M/."),
        ('<a href="https://a.io/S/">this\nhttps URL.</a>', "https://a.io/S/."),
        ("Page: [https://a.io](https://a.io)", "Page: https://a.io"),
        ("the [Project Link](https://a.io/x).", "the Project Link (https://a.io/x)."),
        ("(see https://a.io/a_(b)).", "(see https://a.io/a_(b))."),
        ("https://a.io/~me/x_2--z?a=1&copy=2", "https://a.io/~me/x_2--z?a=1&copy=2"),
        (r"webpage\href{https://a.io/x/{https://a.io/x/}}, and", "webpage https://a.io/x/, and"),
        (
            r"introduce T-InsightsAvailable at \href{https://a.io{https://a.io}.}, the",
            "introduce T-Insights, available at https://a.io, the",
        ),
        (
            "on Hugging FaceDatasets are available on Hugging Face:\n"
            r"\href{https://a.io/A-v1{A-v1}, https://a.io/B{B}.}.",
            "on Hugging Face. Datasets are available on Hugging Face: A-v1 (https://a.io/A-v1), B (https://a.io/B).",
        ),
    ],
)
def test_an_address_stands_beside_its_words(raw: str, read: str) -> None:
    assert text.prose(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("of ``slightly better/worse'' to\n``tie''", "of “slightly better/worse” to “tie”"),
        ("as ``LAMBDA,\" and \"Learning'' in", "as “LAMBDA,” and “Learning” in"),
        ("the ''plug-in'' of ``system 2 thinking`` and", "the “plug-in” of “system 2 thinking” and"),
        ("`Constitutions' and `don't stop' in `code`", "‘Constitutions’ and ‘don't stop’ in `code`"),
        ("photos--even --- or 1--16 - steps", "photos–even — or 1–16 - steps"),
        ("**C**hinese **CII-Bench**, a ** b", "Chinese CII-Bench, a ** b"),
        ("H<sub>2</sub>O and <i>in vivo</i></span>", "H₂O and in vivo"),
        ("Q&amp;amp;A &lt;think&gt; &#233;t&eacute; &nbsp;x", "Q&A <think> été x"),
    ],
)
def test_quotes_dashes_and_tags_become_typography(raw: str, read: str) -> None:
    assert text.prose(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (r"Herv\'e J\'{e}gou", "Hervé Jégou"),
        (r"\"Ust\"un", "Üstün"),
        (r"{\L}ukasz Kaiser", "Łukasz Kaiser"),
        (r"\L ukasz", "Łukasz"),
        (r"Erd\H{o}s, P\'al", "Erdős, Pál"),
        (r"Fran\c{c}ois na\"{\i}f", "François naïf"),
        (r"S\o{}ren Stra\ss e \AA", "Søren Straße Å"),
        ("  Ada\u202e\n Lovelace\x00 ", "Ada Lovelace"),
        ("Jose\u0301 O'Brien-Smith", "José O'Brien-Smith"),
        ("李 明", "李 明"),
    ],
)
def test_names_have_their_accents(raw: str, read: str) -> None:
    assert text.name(raw) == read


def test_a_name_is_at_most_200_characters() -> None:
    assert len(text.name("Ada " * 1000)) <= 200


def test_the_accents_of_prose_are_composed_and_escaped_apostrophes_stay_apostrophes() -> None:
    assert text.prose(r"Pl\"ucker, vis-\`a-vis, It\^o; the query\'s, Pok\'emon") == (
        "Plücker, vis-à-vis, Itô; the query's, Pokémon"
    )


def test_what_a_person_typed_loses_only_what_nobody_sees() -> None:
    typed = "\u202a  $x^2$ \\alpha\t``quoted''\n\ufeffe\u0301\u200b @all\u0000 \U0001f469\u200d\U0001f52c \u2067"

    assert text.plain(typed) == "$x^2$ \\alpha ``quoted'' é @all \U0001f469\u200d\U0001f52c"


def test_fancy_alphabets_and_ligatures_are_letters() -> None:
    assert text.title("\U0001d4d0\U0001d4d1 e\ufb03cient \U0001d7d9") == "AB efficient 1"


@pytest.mark.parametrize(
    "holed",
    [
        "In this work, we propose , a simple detector.",
        "our retriever, termed , outperforms",
        "we introduce (), a method",
    ],
)
def test_a_word_that_a_source_lost_leaves_a_hole(holed: str) -> None:
    assert text.has_hole(holed)


@pytest.mark.parametrize(
    "whole",
    [
        "we propose Dual, a simple detector",
        "code is at https://example.org/a .",
        "five different sensors : two of them",
        "such that a : a' :: b : b'",
        "what we propose, a detector",
        "",
    ],
)
def test_blanks_before_marks_are_no_holes(whole: str) -> None:
    assert not text.has_hole(whole)


def test_a_letter_keeps_thirty_accents_and_no_heap_of_them() -> None:
    heap = "a" + "\u0323\u0301" * 50_000
    zalgo = "Z\u0338\u0327a\u0338l\u0338g\u0338o\u0338"

    assert len(text.plain(heap)) < 40
    assert text.plain(text.plain(heap)) == text.plain(heap)
    assert text.plain(zalgo) == zalgo
    assert text.plain("e\u0301" * 100) == "é" * 100
    assert text.plain("👩🏽‍🚀" * 40) == "👩🏽‍🚀" * 40
