"""Rules for short requests in other languages: greetings, thanks, help, news, subscribing and unsubscribing.

Topics in other languages are read by the query; this table holds the commands that people say without knowing English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.commands.intents.model import Context, Intent, Run, SmallTalk
from bot.commands.intents.spoken_times import in_digits
from bot.commands.intents.utterance import Utterance
from bot.domain.schedule import find_zone
from bot.domain.talk import Talk

_GREETING = (
    "hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|bonjour|bonsoir|salut|hola|buenos días|buenos"
    " dias|buenas|buenas tardes"
    "|ciao|salve|buongiorno|olá|ola|oi|bom dia|boa tarde|привет|здравствуйте|добрый день|привіт|你好|您好|嗨"
    "|こんにちは|おはよう"
    "|안녕|안녕하세요|merhaba|cześć|hej"
)
_THANKS = (
    "danke|danke schön|dankeschön|vielen dank|danke dir|merci|merci beaucoup|gracias|muchas gracias|grazie|grazie"
    " mille|obrigado|obrigada|muito obrigado"
    "|спасибо|большое спасибо|дякую|谢谢|謝謝|多谢|谢谢你|ありがとう|ありがとうございます|どうも|감사합니다"
    "|고마워|teşekkürler|dziękuję|tack|bedankt"
    "|dank je"
)
_GOODBYE = (
    "tschüss|tschüs|auf wiedersehen|bis bald|au revoir|à bientôt|adiós|adios|hasta luego|arrivederci|tchau"
    "|пока|до свидания|再见|さようなら|またね|안녕히"
)
_NO = "nein|nee|nö|non|não|no|нет|ні|不|不了|不用|不用了|不要|いいえ|いえ|아니|아니요|아뇨|hayır|nie|nej"
_REFUSAL = (
    "nicht nötig|lieber nicht|kein interesse|kein bedarf|schon gut|egal|lass (?:es|mal|gut sein)|vergiss es"
    "|jetzt nicht|heute nicht|vielleicht später|pas maintenant|plus tard|laisse tomber|ça ira|pas la peine"
    "|sans façon|ahora no|más tarde|déjalo|da igual|olvídalo|no hace falta|non ora|più tardi|lascia (?:stare|perdere)"
    "|non importa|agora não|mais tarde|deixa(?: pra lá)?|esquece|não precisa|не надо|не нужно|неважно|забудь|не сейчас"
    "|не треба|算了|没关系|不需要|結構です|大丈夫です|いらない|いりません|괜찮아요|괜찮습니다|됐어요"
)
_HELP = (
    "hilfe|hilf mir|was kannst du(?: alles)?|wie abonniere ich|comment (?:m'abonner|s'abonner)|cómo me suscribo"
    "|как подписаться|wie funktioniert das|aide|aidez-moi|à l'aide|que peux-tu faire|comment ça marche"
    "|ayuda|ayúdame|qué puedes hacer"
    "|que puedes hacer|cómo funciona|aiuto|cosa puoi fare|come funziona|ajuda|o que você faz|помощь|помоги|что ты"
    " умеешь|как это работает|справка|допомога"
    "|帮助|幫助|帮忙|怎么用|你能做什么|ヘルプ|助けて|使い方|何ができる|도움말|도와줘|yardım|pomoc|hjälp"
)
_STOP = (
    "stopp|abbestellen|abmelden|kündigen|abo kündigen|abonnement kündigen|nicht mehr senden|hör auf|arrête|arrêter"
    "|se désabonner|désabonner|désinscription"
    "|désabonnez-moi|annuler l'abonnement|cancelar suscripción|cancelar la suscripción|cancelar|darse de baja|dar"
    " de baja|baja|parar|annulla iscrizione"
    "|disiscrivimi|cancella|cancelar inscrição|стоп|отписаться|отпиши меня|отмена подписки|отписка|停止"
    "|取消订阅|退订|配信停止"
    "|停止して|解除|구독 취소|그만"
    "|(?:больше )?не (?:присылай|присылайте|отправляй)(?: мне)?(?: больше)?(?: ничего)?|хватит"
    "|(?:wie )?(?:melde|kann) ich mich (?:hier )?ab(?:melden)?|hör(?:t)? auf(?: \\w+)* zu (?:schicken|senden)"
    "|arrêtez? de m'envoyer(?: \\w+)*|deja de (?:enviarme|mandarme)(?: \\w+)*|smetti di (?:inviarmi|mandarmi)(?: \\w+)*"
    "|keine (?:\\w+ )?mehr|(?:bitte )?nicht mehr (?:schicken|senden)|schicke? (?:mir )?(?:nichts|keine \\w+) mehr"
    "|ne m'envoie[sz]? plus(?: rien| d'articles)?|no me (?:envíes|mandes|envíe) más(?: \\w+)?|basta"
    "|non (?:inviarmi|mandarmi) più(?: \\w+)?|não (?:me )?(?:envie|mande) mais(?: \\w+)?"
)
_LIST = (
    "meine abos|meine abonnements|abos|mes abonnements|mis suscripciones|suscripciones|i miei abbonamenti|minhas"
    " assinaturas|мои подписки|подписки"
    "|我的订阅|订阅列表|購読一覧|내 구독"
)
_REST = (
    "pausier(?:e|en)(?: bitte)?(?: (?:mein|meine|das|die|den) \\w+)?|(?:mein )?abo pausieren"
    "|mach(?:t)? (?:mal )?(?:eine )?pause"
    "|(?:mets|mettez|mettre) (?:\\w+ ){1,2}en pause|suspend(?:s|re|ez) (?:mon|mes|l')\\s?\\w+"
    "|pausar?(?: (?:mi|mis|la|las) \\w+)?|приостанови(?:ть|те)?(?: \\w+)?|暂停(?:订阅)?"
)
_GO_ON = (
    "(?:mein )?abo fortsetzen|setz(?:e)? (?:mein|das) \\w+ fort|schick(?:e)? (?:mir )?wieder(?: \\w+)?"
    "|repren(?:ds|dre|ez)(?: (?:mon|mes|l')\\s?\\w+)?"
    "|reanudar?(?: (?:mi|mis|la|las) \\w+)?|возобнови(?:ть|те)?(?: \\w+)?|恢复(?:订阅)?"
)
_NEWS = (
    "was gibt(?:'s| es) neues|was ist neu|neuigkeiten|neue paper|neue arbeiten|was ist (?:gerade )?angesagt|was ist"
    " im trend|quoi de neuf|quelles nouvelles|les nouveautés|nouveautés|qu'est-ce qu'il y a de neuf"
    "|les articles populaires|tendances|qué hay de nuevo|que hay de nuevo|qué hay|novedades|tendencias|lo más"
    " popular|cosa c'è di nuovo|novità|tendenze"
    "|o que há de novo|novidades|что нового|что популярно|новинки|новости|тренды|що нового|有什么(?:新|热门"
    "|最新)(?:的)?(?:论文|文章)?|最新论文|热门论文|新论文|今日论文|有什么新的|新着(?:論文)?|人気の論文"
    "|最新の論文|トレンド|새로운 논문|인기 논문|최신 논문"
)
_WEEK = (
    "diese[r]? woche|der woche|letzte woche|cette semaine|de la semaine|esta semana|de la semana|questa settimana"
    "|за неделю|на этой неделе|этой недели|неделя|本周|这周|這週|今週|이번 주"
)
_MONTH = (
    "diesen monat|dieses monats|des monats|ce mois|ce mois-ci|du mois|este mes|del mes|questo mese|este mês|за месяц"
    "|в этом месяце"
    "|本月|这个月|今月|이번 달"
)
_TODAY = "heute|gerade|aujourd'hui|hoy|oggi|hoje|сегодня|сейчас|今天|今日|现在|오늘"
_SUBSCRIBE = re.compile(
    r"^(?:(?:bitte )?abonnier(?:e|en)?(?: mich)?(?: für| zu| auf)?|(?:bitte )?(?:schick|sende?|schicke)(?:e|en)?(?:"
    r" mir| uns)?(?= .*(?:jede[nr]?\b|täglich|wöchentlich|werktags"
    r"|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs|uhr))"
    r"|abonne[rz]?(?:-moi)?(?: à(?! \d{1,2} ?h)| aux| au)?|abonnez-moi(?: à(?! \d{1,2} ?h)| aux)?"
    r"|envoie(?:-moi|z-moi)?(?= .*(?:chaque|tous les"
    r"|quotidien))|suscr[ií]b(?:eme|irme|ir|ete)(?: a(?! las? \d{1,2}:)| al)?"
    r"|(?:envíame|enviame|mándame)(?= .*(?:cada|todos los"
    r"|diario|diariamente))"
    r"|iscrivimi(?: a)?|inscreva-me(?: em)?|подпиши(?:те)?(?: меня)?(?: на)?|подписаться(?: на)?|订阅|訂閱"
    r"|購読(?:する)?"
    r"|구독)[\s:]*"
)
_TOPIC_LEAD = re.compile(
    r"^(?:auf|(?:neue |die )?(?:papers?|arbeiten|artikel)(?: zu[mr]?| über| zum thema)?|(?:des |les |de )?(?:nouveaux"
    r" )?articles(?: sur(?: les| la| le)?)?"
    r"|(?:los )?(?:nuevos )?artículos(?: sobre| de)?|(?:новые )?(?:статьи|статей)(?: про| по| о"
    r"| об)?|关于|论文)\s+",
    re.IGNORECASE,
)
#: "..., Wien", "... in Hamburg" at the end
_PLACE_BEHIND = re.compile(r"(?:\s*,\s*(?:in |en |à )?|\s(?:in|en|em)\s+)([^,()]{3,30})$")
_TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:um )?(\d{1,2})(?:[:.](\d\d))? uhr(?: (\d\d))?",
        r"\ba las? (\d{1,2})[:.h](\d\d)\b",
        r"\bà (\d{1,2}) ?(?:h|heures?)(\d\d)?",
        r"\bв (\d{1,2})(?::(\d\d))?(?: час\w*)?",
    )
)
_DAYS: Mapping[str, str] = {
    "jeden tag|täglich|jeden morgen|chaque jour|tous les jours|chaque matin|quotidien(?:nement)?|cada día|cada dia"
    "|todos los días|diario|diariamente|ogni giorno|todos os dias|каждый день|ежедневно|每天|毎日|매일": "daily",
    "werktags|jeden werktag|an werktagen|en semaine|les jours ouvrés|entre semana|días laborables|по будням|工作日"
    "|平日": "weekdays",
    "jede woche|wöchentlich|chaque semaine|cada semana|semanal(?:mente)?|каждую неделю|еженедельно|每周|毎週"
    "|매주": "weekly",
    "(?:jeden )?montags?|chaque lundi|tous les lundis|le lundi|cada lunes|los lunes|по понедельникам"
    "|каждый понедельник": "mondays",
    "(?:jeden )?dienstags?|chaque mardi|le mardi|cada martes|los martes|по вторникам": "tuesdays",
    "(?:jeden )?mittwochs?|chaque mercredi|le mercredi|cada miércoles|los miércoles|по средам": "wednesdays",
    "(?:jeden )?donnerstags?|chaque jeudi|le jeudi|cada jueves|los jueves|по четвергам": "thursdays",
    "(?:jeden )?freitags?|chaque vendredi|tous les vendredis|le vendredi|cada viernes|los viernes"
    "|по пятницам": "fridays",
}
_ANY_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b", re.IGNORECASE)
#: the vocabulary of a request for the list: "zeig mir die beliebtesten Paper dieser Woche"
_SHOW = frozenset(
    """
    plus zeig zeige zeigen sie mir uns gib die der das den dem alle was waren sind welche montre montre-moi montrez
    montrez-moi
    donne donne-moi moi les des de le la quels quelles sont muéstrame muestra dame enséñame los las lo el cuáles qué
    que quale quali son
    más mas
    mostrami dammi i gli le quali sono più mostre me os as quais são покажи покажите мне дай какие самые bitte
    """.split()
)
_POPULAR = frozenset(
    """
    beliebtesten beliebteste neuesten neueste neuen neue besten beste meistgelesenen heißesten populaires populaire
    meilleurs
    nouveaux derniers récents populares popular mejores nuevos últimos recientes votados popolari migliori nuovi ultimi
    recenti melhores novos recentes популярные лучшие новые свежие последние top
    """.split()
)
_PAPERS = frozenset(
    """
    paper papers arbeiten artikel publikationen veröffentlichungen articles publications papiers artículos trabajos
    publicaciones articoli pubblicazioni artigos публикации статьи работы
    """.split()
)
_WHEN = re.compile(rf"(?:^|\s)(?P<when>(?:von |vom |de |di |за )?(?:{_TODAY}|{_WEEK}|{_MONTH}))$")
_SAID = {
    "help": re.compile(rf"^(?:{_HELP})$"),
    "stop": re.compile(rf"^(?:{_STOP})$"),
    "subscriptions": re.compile(rf"^(?:{_LIST})$"),
    "pause": re.compile(rf"^(?:{_REST})$"),
    "resume": re.compile(rf"^(?:{_GO_ON})$"),
}
_PAUSE = r"[\s,.;，、。…–-]*"
_TALKS = {
    Talk.GREETING: re.compile(rf"^(?:{_GREETING})$"),
    Talk.THANKS: re.compile(rf"^(?:{_THANKS})$"),
    Talk.GOODBYE: re.compile(rf"^(?:{_GOODBYE})$"),
    Talk.NEVER_MIND: re.compile(
        rf"^(?:(?:{_NO})(?:{_PAUSE}(?:{_NO}))?(?:{_PAUSE}(?:{_THANKS}|{_REFUSAL}))?"
        rf"|(?:{_THANKS}){_PAUSE}(?:{_NO}|{_REFUSAL})|(?:{_REFUSAL})(?:{_PAUSE}(?:{_THANKS}))?)$"
    ),
}
_COURTESY = re.compile(
    r"^(?:bitte|por favor|s'il (?:vous|te) pla[iî]t|per favore|per piacere|пожалуйста)[\s,]+", re.IGNORECASE
)
_NEWS_SAID = re.compile(rf"^(?:{_TODAY})?\s*(?:{_NEWS})\s*(?P<when>{_TODAY}|{_WEEK}|{_MONTH})?$")
#: "warum ist 2 hier", "pourquoi le numéro 3 est-il là", "por qué está el 4 aquí"
_WHY = re.compile(
    r"^(?:warum|wieso|weshalb|pourquoi|por qué|perché|почему)(?: (?:ist|steht|est-ce que|est|está|è))?"
    r"(?: (?:der|die|das|le|la|el|il))?(?: (?:nummer|nr\.?|paper|numéro|article|número))? ?(\d{1,2})(?: [^\d]*)?$"
)
_WHEN_FIRST = re.compile(rf"^(?P<when>{_TODAY}|{_WEEK}|{_MONTH})\s*(?:的)?(?:{_NEWS})$")


def why(utterance: Utterance, context: Context) -> Intent | None:
    """Match a question in another language for the reason of a paper of the last list."""
    found = _WHY.match(utterance.plain.strip("¿?！？ "))
    return Run("why", found[1]) if found and context.last.ids else None


def foreign(utterance: Utterance, context: Context) -> Intent | None:
    """Match a short request in German, French, Spanish, Italian, Portuguese, Russian, Chinese, Japanese or Korean."""
    said = utterance.plain.strip("¡¿？！。、 ")
    said = re.sub(r"\s+", " ", re.sub(r"[?!¿¡？！。]+", " ", said)).strip()
    for talk, pattern in _TALKS.items():
        if pattern.match(said):
            return SmallTalk(talk)
    for command, pattern in _SAID.items():
        if pattern.match(said):
            return Run(command)
    if found := _NEWS_SAID.match(said) or _WHEN_FIRST.match(said):
        when = found["when"] or ""
        window = "week" if re.fullmatch(_WEEK, when) else "month" if re.fullmatch(_MONTH, when) else "day"
        return Run("trending", window)
    if popular := _asks_for_list(said):
        return popular
    request = in_digits(_COURTESY.sub("", utterance.request, count=1), _ANY_DAY)
    said = in_digits(said, _ANY_DAY)
    if _ANY_DAY.search(said) and any(time.search(said) for time in _TIMES):
        found = _SUBSCRIBE.match(request.casefold())
        return Run("subscribe", _in_english(request[found.end() :] if found else request))
    if found := _SUBSCRIBE.match(said):
        return Run("subscribe", _in_english(request[found.end() :] or said[found.end() :]))
    return None


def _asks_for_list(said: str) -> Run | None:
    """Match a line of only the words with which one asks for the list of a period."""
    found = _WHEN.search(said)
    words = set((said[: found.start()] if found else said).split())
    if not words or words - _SHOW - _POPULAR - _PAPERS or not words & _PAPERS or not (found or words & _POPULAR):
        return None
    when = found["when"] if found else ""
    return Run("trending", "week" if re.search(_WEEK, when) else "month" if re.search(_MONTH, when) else "day")


def _in_english(text: str) -> str:
    """Return the text of a subscription with days and time in English; topic and place stay as they are."""
    said = f" {text.strip(' .!?,;')} "
    said = re.sub(r"(?<=\s)(?:à|a|em|в|во) (?=[A-ZÀ-ÖА-Я])", "in ", said)
    for days, english in _DAYS.items():
        said = re.sub(rf"(?<=\s)(?:{days})(?=[\s,])", f" {english} ", said, flags=re.IGNORECASE)
    for pattern in _TIMES:
        said = pattern.sub(lambda found: f" at {found[1]}:{next(filter(None, found.groups()[1:]), '00')} ", said)
    # a place in parentheses is moved behind the time
    places = re.findall(r"\(([^()]+)\)", said)
    if (found := _PLACE_BEHIND.search(said.strip())) and find_zone(found[1]):
        places, said = [*places, found[1]], said.strip()[: found.start()] + " "
    said = re.sub(r"\([^()]*\)|[()]", " ", said)
    said = " ".join(re.sub(r"\s+", " ", said).split())
    ordered = _topic_first(said)
    return " ".join((ordered, *places))


def _topic_first(said: str) -> str:
    """Return the text of a subscription with the topic before days and time."""
    for words in re.findall(r"(?:daily|weekdays|weekly|\w+days|at \d{1,2}:\d\d)\s+", said[:40]):
        if said.startswith(words):
            # the words that introduce the topic follow the days: "jeden Montag um 9 Uhr Papers zu Agenten"
            rest = _TOPIC_LEAD.sub("", said[len(words) :].strip())
            return f"{_in_order(rest)} {words.strip()}"
    return _TOPIC_LEAD.sub("", said)


def _in_order(rest: str) -> str:
    found = re.match(r"^(at \d{1,2}:\d\d)\s+(.*)$", rest)
    return f"{_TOPIC_LEAD.sub('', found[2])} {found[1]}" if found else rest
