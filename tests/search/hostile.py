"""What nobody types, and somebody pastes."""

from __future__ import annotations

HOSTILE = [
    "a" * 100_000,
    "word " * 20_000,
    " ".join(f"wrod{n} difusion{n}" for n in range(5_000)),
    " ".join("learning model data neural network deep language large".split() * 200),
    '"learning model" ' * 10_000,
    'author:"a b" -"c d" ' * 5_000,
    "lorem ipsm dolr sitt amett consectetr adipiscng elitt sedd eiusmd temporr incididnt labre dolre magnna aliqa "
    "enimm "
    "minmm venam quiss nostrd exercitatn ullmco labris nisii aliqip comodo conseqat duiss autte irre reprehendrit",
    '"' * 1_000_000,
    '"(' * 50_000,
    "title:x AND body:[a TO z] OR NOT (^2 ~3 *) +a -b /re.*/ {a TO b} IN [x y] 'q' \\",
    "papers MATCH 'a' NEAR(b, 2) ; DROP TABLE papers; --",
    "🤖🔥",
    "שלום عالم",
    "a\0b\0protein",
    "the of and",
    "-protein -survey",
    "after:0000-00-00 before:9999-99-99 since:0000",
    "top:-5 votes:>=x votes:>=99999999999999999999999",
    'author:"" org: cat:: has:nothing',
    "\ud800 protein",
]
