"""Names of countries and US states that may follow a city. Keys are normalized."""

from __future__ import annotations

_COUNTRIES = """
AE uae|united arab emirates; AR argentina; AT austria|osterreich; AU australia; BD bangladesh; BE belgium
BG bulgaria; BO bolivia; BR brazil|brasil; BY belarus; CA canada; CH switzerland|schweiz; CL chile; CN china|prc
CO colombia; CR costa rica; CU cuba; CY cyprus; CZ czechia|czech republic; DE germany|deutschland; DK denmark
DO dominican republic; DZ algeria; EC ecuador; EE estonia; EG egypt; ES spain|espana; ET ethiopia; FI finland
FR france; GB uk|united kingdom|great britain|britain|england|scotland|wales|northern ireland|gb; GE georgia
GH ghana; GR greece; GT guatemala; HK hong kong; HR croatia; HU hungary; ID indonesia; IE ireland; IL israel
IN india; IQ iraq; IR iran; IS iceland; IT italy|italia; JM jamaica; JO jordan; JP japan; KE kenya
KR korea|south korea; KZ kazakhstan; LB lebanon; LK sri lanka; LT lithuania; LU luxembourg; LV latvia; MA morocco
MT malta; MX mexico; MY malaysia; NG nigeria; NL netherlands|holland; NO norway; NP nepal; NZ new zealand; PA panama
PE peru; PH philippines; PK pakistan; PL poland; PR puerto rico; PT portugal; QA qatar; RO romania; RS serbia
RU russia; SA saudi arabia; SE sweden; SG singapore; SI slovenia; SK slovakia; SN senegal; TH thailand; TN tunisia
TR turkey|turkiye; TW taiwan; TZ tanzania; UA ukraine; UG uganda; US usa|us|united states|america; UY uruguay
VE venezuela; VN vietnam; ZA south africa; ZW zimbabwe
"""
_STATES = """
AL alabama; AK alaska; AZ arizona; AR arkansas; CA california; CO colorado; CT connecticut; DE delaware
DC district of columbia|d c; FL florida; GA georgia; HI hawaii; ID idaho; IL illinois; IN indiana; IA iowa
KS kansas; KY kentucky; LA louisiana; ME maine; MD maryland; MA massachusetts|mass; MI michigan; MN minnesota
MS mississippi; MO missouri; MT montana; NE nebraska; NV nevada; NH new hampshire; NJ new jersey; NM new mexico
NY new york; NC north carolina; ND north dakota; OH ohio; OK oklahoma; OR oregon; PA pennsylvania; RI rhode island
SC south carolina; SD south dakota; TN tennessee; TX texas; UT utah; VT vermont; VA virginia; WA washington
WV west virginia; WI wisconsin; WY wyoming
"""


def _by_name(table: str) -> dict[str, str]:
    entries = (entry.strip() for line in table.strip().splitlines() for entry in line.split(";"))
    split = (entry.partition(" ") for entry in entries if entry)
    return {name: code for code, _, names in split for name in names.split("|")}


#: name -> ISO 3166-1 alpha-2
COUNTRIES = _by_name(_COUNTRIES)
#: name or postal code -> postal code
STATES = _by_name(_STATES) | {code.casefold(): code for code in _by_name(_STATES).values()}
