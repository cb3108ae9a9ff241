"""Time zones of places and abbreviations that are missing or different in the IANA table. Keys are normalized."""

from __future__ import annotations

#: large cities, and countries with a single zone, by time zone
PLACES = {
    "Africa/Cairo": "egypt, alexandria",
    "Africa/Johannesburg": "cape town, pretoria, durban, south africa",
    "Africa/Lagos": "abuja, ibadan, nigeria",
    "Africa/Nairobi": "kenya",
    "America/Argentina/Buenos_Aires": "argentina",
    "America/Bogota": "medellin, colombia",
    "America/Chicago": "houston, dallas, austin, san antonio, minneapolis, madison, st louis, new orleans, nashville",
    "America/Denver": "boulder, salt lake city, albuquerque, colorado",
    "America/Edmonton": "calgary",
    "America/Havana": "cuba",
    "America/Lima": "peru",
    "America/Los_Angeles": (
        "san francisco, sf, seattle, portland, san diego, san jose, palo alto, stanford, berkeley, mountain view, "
        "silicon valley, bay area, sacramento, las vegas, california"
    ),
    "America/Mexico_City": "guadalajara, monterrey",
    "America/New_York": (
        "new york city, nyc, boston, washington, washington dc, philadelphia, pittsburgh, atlanta, miami, baltimore, "
        "princeton, new haven, orlando, charlotte"
    ),
    "America/Sao_Paulo": "rio, rio de janeiro, brasilia, campinas",
    "America/Toronto": "ottawa, waterloo, quebec",
    "Asia/Dubai": "abu dhabi",
    "Asia/Ho_Chi_Minh": "hanoi, vietnam",
    "Asia/Jerusalem": "tel aviv, haifa, israel",
    "Asia/Karachi": "lahore, islamabad, pakistan",
    "Asia/Kolkata": (
        "india, mumbai, bombay, delhi, new delhi, bangalore, bengaluru, hyderabad, chennai, madras, pune, ahmedabad, "
        "kanpur"
    ),
    "Asia/Riyadh": "jeddah, saudi arabia",
    "Asia/Seoul": "korea, south korea, busan, daejeon",
    "Asia/Shanghai": (
        "china, beijing, shenzhen, guangzhou, hangzhou, nanjing, wuhan, chengdu, tianjin, suzhou, hefei, xian"
    ),
    "Asia/Taipei": "taiwan, hsinchu",
    "Asia/Tehran": "iran",
    "Asia/Tokyo": "japan, osaka, kyoto, nagoya, yokohama, fukuoka, sapporo",
    "Atlantic/Reykjavik": "iceland",
    "Australia/Sydney": "canberra",
    "Europe/Amsterdam": "netherlands, rotterdam, the hague, utrecht, eindhoven, delft, leiden",
    "Europe/Athens": "greece, thessaloniki",
    "Europe/Berlin": (
        "germany, munich, munchen, hamburg, frankfurt, cologne, koln, stuttgart, dusseldorf, leipzig, dresden, bonn, "
        "tubingen, heidelberg, karlsruhe, aachen, freiburg"
    ),
    "Europe/Brussels": "belgium, antwerp, ghent, leuven",
    "Europe/Copenhagen": "denmark, aarhus",
    "Europe/Dublin": "ireland, cork",
    "Europe/Helsinki": "finland, espoo, tampere",
    "Europe/Istanbul": "turkey, ankara, izmir",
    "Europe/Kyiv": "ukraine, lviv",
    "Europe/Lisbon": "portugal, porto",
    "Europe/London": (
        "uk, united kingdom, britain, great britain, england, scotland, wales, oxford, manchester, edinburgh, glasgow, "
        "birmingham, bristol, leeds"
    ),
    "Europe/Madrid": "spain, barcelona, valencia, seville, bilbao",
    "Europe/Moscow": "st petersburg, saint petersburg",
    "Europe/Oslo": "norway, bergen, trondheim",
    "Europe/Paris": "france, lyon, marseille, toulouse, grenoble, bordeaux, lille, strasbourg",
    "Europe/Prague": "brno, czechia",
    "Europe/Rome": "italy, milan, milano, turin, naples, bologna, florence, roma",
    "Europe/Stockholm": "sweden, gothenburg, malmo, uppsala, lund",
    "Europe/Vienna": "austria, graz, linz, salzburg, wien",
    "Europe/Warsaw": "poland, krakow, wroclaw, gdansk",
    "Europe/Zurich": "switzerland, geneva, geneve, basel, bern, lausanne, lugano",
    "Pacific/Auckland": "new zealand, wellington, christchurch",
    "Pacific/Honolulu": "hawaii",
}

#: last parts of IANA names that are also English words; the full names remain valid
COMMON_WORDS = frozenset(
    "act casey center central chatham christmas davis easter eastern general knox midway mountain north nsw "
    " palmer reunion samoa south troll victoria wake west yap".split()
)

#: time zones with daylight saving that people mean by an abbreviation; IANA zones of that name often lack it
ABBREVIATIONS = {
    "utc": "UTC",
    "gmt": "UTC",
    "z": "UTC",
    "zulu": "UTC",
    "bst": "Europe/London",
    "uk time": "Europe/London",
    "wet": "Europe/Lisbon",
    "cet": "Europe/Brussels",
    "cest": "Europe/Brussels",
    "mez": "Europe/Berlin",
    "mesz": "Europe/Berlin",
    "eet": "Europe/Athens",
    "eest": "Europe/Athens",
    "msk": "Europe/Moscow",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "sgt": "Asia/Singapore",
    "hkt": "Asia/Hong_Kong",
    "awst": "Australia/Perth",
    "acst": "Australia/Adelaide",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
    "brt": "America/Sao_Paulo",
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "eastern time": "America/New_York",
    "ct": "America/Chicago",
    "cdt": "America/Chicago",
    "central time": "America/Chicago",
    "mt": "America/Denver",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "mountain time": "America/Denver",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pacific time": "America/Los_Angeles",
    "akst": "America/Anchorage",
    "akdt": "America/Anchorage",
    "hst": "Pacific/Honolulu",
    "central european time": "Europe/Brussels",
    "eastern european time": "Europe/Athens",
    "western european time": "Europe/Lisbon",
    "la": "America/Los_Angeles",
    "dc": "America/New_York",
    "hk": "Asia/Hong_Kong",
    "ldn": "Europe/London",
}

#: ambiguous abbreviations
AMBIGUOUS = {
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
}

#: IANA names without a slash, accepted only where a time zone must be
LEGACY = {
    "cst6cdt": "America/Chicago",
    "eire": "Europe/Dublin",
    "est5edt": "America/New_York",
    "gb": "Europe/London",
    "gb-eire": "Europe/London",
    "gmt+0": "UTC",
    "gmt-0": "UTC",
    "gmt0": "UTC",
    "greenwich": "UTC",
    "hongkong": "Asia/Hong_Kong",
    "jamaica": "America/Jamaica",
    "kwajalein": "Pacific/Kwajalein",
    "libya": "Africa/Tripoli",
    "met": "Europe/Brussels",
    "mst7mdt": "America/Denver",
    "navajo": "America/Denver",
    "nz": "Pacific/Auckland",
    "nz-chat": "Pacific/Chatham",
    "prc": "Asia/Shanghai",
    "pst8pdt": "America/Los_Angeles",
    "roc": "Asia/Taipei",
    "rok": "Asia/Seoul",
    "singapore": "Asia/Singapore",
    "uct": "UTC",
    "universal": "UTC",
    "w-su": "Europe/Moscow",
}
