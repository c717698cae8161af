"""What is said before and behind a name, as patterns of the words in rules/roles.yaml and gazetteer.yaml.

Each is in verbose form; {name} stands for a word list.
"""

from service.screening.patterns import TO_VERB

# Where a word begins and ends; a digit or a sign may stand beside it.
BEGIN, END = r"(?<![^\W\d_])", r"(?![^\W\d_])"

_CALLED = r"[ ] (?: (?:som[ ])? (?:heter|kallas|döptes[ ]till) [ ] )? \"?"

# A word that is not one of those that lead to somebody.
_PLAIN = r"(?! (?: till|för|åt|på|av|hos|från|med|att|som )\b ) [^\W\d_]+"

# What leads away from a name to where something is.
_LEADS = r"(?: i|på|från|till|för|hos|via|vid|med|och|står|stod|ligger|låg )"

# Another's name: capitals, or what leads to "båda".
_ANOTHER = r"""(?: (?-i:[A-ZÅÄÖÉØ])[^\W\d_]+ (?: [ -](?-i:[A-ZÅÄÖÉØ])[^\W\d_]+ ){0,3}
    | [^\W\d_-]+ (?: [ -][^\W\d_]+ ){0,3} (?= ,[ ](?:båda|alla|samtliga)[ ] ) )"""
_NEW = r"(?: (?: vår | nya? | en | tf | bitr | leg )\.? | 1:e )"
_ADVERB = r"(?:inte|nu|också|ju|bara|fortfarande)"
_MODAL = r"vill|kan|ska|bör|fick|satt|låg|stod|gick|kom|bröt|drog|föll|blev|sov|åt|bar|slog|slet|fastnat"
_AID = rf"[^\W\d_]*{{product_endings}} (?: e?[nt] | [aoe]r (?:na)? )? {END}"
# What makes a number's word the end of what is counted: "samtliga nio har Rune ..."
_DOES = r"""(?:är|var|blir|blev|har|hade|ska|kan|kunde|får|fick|vill|måste|bör|heter|hette|gäller|gällde|avser
    |och|men|så|om|när|då|där)"""
_SEVERAL = r"[2-9] | [1-9]\d+ | två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv | flera? | några | varsi[nt]t?"

# Each pattern in verbose form; {name} is a word list. "before" ends at the name, "behind" begins after it.
BEFORE = {
    # "brukaren Rune", "pat. (Rune", "dottern heter Rune"
    "owner": r"{owner} (?: [ ]{link} ){0,3} [ ]?[:(,–-]? [ (\"'”]{0,3}",
    # "maken till Rune", "god man för Rune"
    "kin": r"{relative} [ ](?:till|åt|för)[ ]",
    # "åt Rune", "märk paketet: Rune"
    "receiver": r"{receiver} [ :\t–-]{1,4} (?: vår[ ] | min[ ] )? [\"'”(]?",
    "to": r"(?: till | för | hos | åt ) [ ]{1,2} (?: vår[ ] | min[ ] )?",
    # "arbetsterapeut Rune", "kontaktperson på plats: Rune", "kollegan för Torsby: Rune"
    "title": r"""(?: {staff} | \w*{staff_endings} | {contact} ) [ .:,()/–|\t-]{1,4}
        (?: är[ ] | på[ ]plats[ :]{0,2}(?:är[ ])? | för[ ]\w+[ ]?:[ ]? | hos[ ]oss[ ] | heter[ ]
        | vid[ ]leverans[ :]{1,2} )? (?: hej[ ] )?""",
    # "rullstol till Rune", "hygienstolen ska till vår Rune"
    "given": r"""[^\W\d_]*{product_endings}
        (?: (?: [ ][^\W\d_]+ ){0,2} [ ](?: till | för | åt )[ ] (?: vår[ ] | min[ ] )? | [ ]\( )""",
    # "permobilen till Rune", "gåbordet som vi beställde åt vår Rune"
    "about": rf"{_AID} (?: [ ]{_PLAIN} ){{0,5}} [ ](?: till | åt | för | hos | från )[ ] (?: vår[ ] )?",
    # "en rullator till Rune", "ny dyna åt Rune"
    "one": r"(?: en|ett|ny|nytt|annan|annat|sin ) (?: [ ][^\W\d_]+ ){1,2} [ ](?:till|åt)[ ]",
    # "den gällde Rune", "ska stå på Rune", "hos oss bor sedan i går Rune"
    "concerned": rf"""(?: (?:det|den|de|ärendet|beställningen) [ ] (?:gällde|gäller|avsåg|avser|rör|rörde)
        | (?:ska|skall|skulle)[ ]stå[ ]på
        | (?:hos[ ]oss|här)[ ]bor (?: [ ]{_PLAIN} ){{0,4}} ) [ ] (?: vår[ ] )?""",
    # "Han heter Rune", of whom the sentence before tells
    "named": r"(?:han|hon|hen)[ ](?:heter|hette|kallas)[ ]",
    # "tyvärr avled Rune", "i natt ramlade Rune"
    "falls": r"{falls} [ ] (?: vår[ ] )?",
    # "4 stolar till Rune": a ward's, or those of one who takes them in
    "several": rf"\b (?: {_SEVERAL} ) \b [^.!?\n]*",
    # "Har Rune", "när kan vår Rune"
    "asked": r"""(?: har|hade|kan|kunde|ska|skall|skulle|får|fick|vill|behöver|måste|bör
        | (?:går|åker|kommer|flyttar?|flyttade|åkte|gick|kom) (?:[ ]hem)? | ligger|låg|sitter|satt|bor|bodde
        | saknar|lånar|använder|provade|träffade | och[ ]jag | jag[ ]och ) [ ] (?: vår[ ] )?""",
    # "2 st Rune", "fyra nya Rune"; not "en rullator till Rune"
    "quantity": rf"""(?: (?<![\w])\d{{1,3}} | (?: två|tre|fyra|fem|sex|sju|åtta|nio|tio ) )
        [ ]?{{measures}}?[ ] (?: (?! {_DOES}[ ] ) {_PLAIN} [ ] ){{0,2}}""",
    # "en ny Rune"; "en Rune Ek" is a person all the same
    "single": rf"(?: en|ett ) [ ]?{{measures}}?[ ] (?: (?! {_DOES}[ ] ) {_PLAIN} [ ] ){{0,2}}",
    # "50123 Rune", "art.nr 50123, rollator Rune"
    "article": rf"""(?: (?:^|[\n|\t;(*-][ ]?) \d{{4,6}} [ \t|;:,–-]{{1,8}} (?: {_PLAIN}[ ] ){{0,3}}
        | \bart\w*[. ]{{0,2}}(?:nr)?[. :]{{0,2}} \d{{3,8}} [ ,:–-]{{1,4}} (?: {_PLAIN}[ ] ){{0,2}} )""",
    # "helt utan Rune", "saknar Vento 3, Sirius och Rune"
    "goods": r"{goods_before} [ ] (?: [^\W\d_]+ (?: [ ]\w+ ){0,2}? (?: , | [ ]och | [ ]eller ) [ ] ){0,4}",
    # "Villa Rune", "St. Rune" but not "1 st Rune"; "nya avdelningen på Rune"
    "place": rf"(?: {{place_before}} | (?<!\d[ ])st\.? ) {_CALLED}",
    "ward": r"(?:avdelning|enhet|mottagning|(?:korttids)?boende) (?:en|et|erna|arna)? [ ](?:på|i|vid)[ ]",
    # "lyften heter Rune"
    "product": rf"{{product_before}} {_CALLED}",
    # "tippbar sittdyna Rune"
    "noun": r"[^\W\d_]* {product_endings} [ ]",
}
# "Kund: Rune" as a field of its own.
FIELD = r"(?: ^ | [\n|\t;.,] | [ ]{2} ) [ >*]{0,4} {label} [ ]? (?: [:=|\t] | [ ]{2} ) [ \t|]* $"
# "Hej Rune", "Hej du och Rune", "God morgon! Tack Rune"
GREETING = r"""(?: ^[ >\t]* | [.!?][ ] ) {greetings} [ ,!:]{1,3}
    (?: och[ ] | till[ ] | kära[ ] | \w{2,12},?[ ](?:och|o)[ ] )? \Z"""
BEHIND = {
    # "Rune, en brukare"
    "owner": rf"""s?[ ]?[,(–-]{{1,2}}[ ]? (?: en[ ] | vår[ ] | hennes[ ] | hans[ ] | som[ ]är[ ] )?
        {{owner}} {END}""",
    # "Rune" with "son till Elsy" on the line below
    "kin_below": r"""[ ]?,?[ ]{0,2} \n[ >\t]*
        (?: {relative} | son | dotter | far | mor | man | fru | make | maka | bror | syster )
        [ ](?:till|åt)[ ]""",
    # "Rune behöver", "Rune, också hos oss, behöver"
    "needs": rf"s? {TO_VERB} {{needs}} {END}",
    # "Gläntan Norra behöver 6 st", "Rune ska ha fyra"
    "several": rf"s? {TO_VERB} {{needs}} [ ] (?: [^\W\d_]+[ ] )? (?: {_SEVERAL} ) {END}",
    # "Rune som bor på"
    "resides": r",?[ ](?:som[ ])? (?: bor | bodde | vårdas | är[ ]inskriven ) [ ]",
    "lives": rf"s? {TO_VERB} {{lives}} (?: {END} | (?<=\W) )",
    # "Runes assistent", "Runes gode man": whoever has such people is in care
    "attended": rf"""[ ] (?: personliga[ ] )? (?: assistent (?: en | er | erna )?
        | kontakt (?: person | man ) (?: en )?
        | ledsagare n? | (?: gode | god )[ ]man | förvaltare | biståndshandläggare
        | boendestödjare ) {END}""",
    # "Runes rullstol", "Rune's rullstol"
    "belongs": rf"[ ]{{1,2}} (?:\n[ >]*)? (?: {{belongings}} | {_AID} )",
    # "Rune sitter fast i sin stol", "Rune har tappat sin högra krycka"
    "own": rf"[^.!?;\n]{{0,60}} \b (?:sina?|sitt) (?: [ ][^\W\d_]+ ){{0,2}} [ ]{_AID}",
    # "(har) Rune fått sin stol", "(kan) Rune få prova en sele"
    "asked": rf"""(?: [ ](?! {{staff_does}} {END} ) [^\W\d_]+ ){{0,7}}
        [ ] (?: {_AID} | hem | hemma | in[ ](?:hos|på|här|till) ) {END}""",
    # "Rune orkar inte resa sig ur sängen", "Rune (dement) river sönder madrassen"
    "does": rf"""(?: [ ]\( [^()\n]{{1,30}} \) | , [^,.\n]{{1,40}}, )? (?: [ ] {_ADVERB} ){{0,2}}
        [ ] (?! (?: {{staff_does}} | {{goods_behind}} | för|efter|under|över|eller|per|där|när ) {END} )
        (?: [^\W\d_]+ (?: r|de|te ) | {_MODAL} ) {END} [^.!?;\n]{{0,80}}? [ ]{_AID}""",
    # "(till) Rune på", "(hos) Rune, rum"
    "to_place": rf"[ ,]{{1,2}} (?: på | i | som | hem | rum | lgh | avd | hon | han | f\. | född ) {END}",
    # "Rune, leg. arbetsterapeut"
    "title": rf"""s? (?: (?: [ ]och | [ ]& )[ ] {_ANOTHER} ){{0,3}}
        (?: [ ]?[,(|/–:-]{{1,2}}[ ]{{0,2}} (?: (?! (?: {{staff_does}} | {_LEADS} ) {END} ) [^\W\d_]+[ ] )??
            | [ ]{{1,2}} )
        (?: (?:båda|alla|samtliga)[ ] )? (?: (?:som[ ])?är[ ] | som[ ] )?
        (?: {_NEW}[ ] ){{0,2}} (?: (?: (?<=\bär[ ]|\bny[ ]|\ben[ ]|ya[ ]) | (?<=\bvår[ ]) ) [^\W\d_]+[ ] )?
        (?: {{staff}} | \w*{{staff_endings}} ) {END}""",
    # "Rune, hemtjänsten Torsby": but "åt Rune, hemtjänsten" tells who helps him
    "team": rf"[ ]?[,(|/–-]{{1,2}}[ ]? {{teams}} {END}",
    # "Rune på lagret", "Rune i receptionen"
    "workplace": rf"s?[ ,]{{1,2}} {{workplaces}} {END}",
    # "Rune" with "Leg. arbetsterapeut" on the line below; not "Doktor Bergs gård"
    "title_below": rf"""[ ]?[,/|-]?[ ]{{0,2}} (?:\n[ >\t]*){{1,2}} (?: {_NEW}[ ] ){{0,2}}
        (?: (?! {{greetings}} ) [^\W\d_]+[ ] )??
        (?: {{staff}} | \w*{{staff_endings}} ) {END}
        (?! [ ](?:tar|får|vill|har|kan|ska|hjälper|vet|säger|kommer|hämtar|ringer|måste)[ ] )
        (?! [ ](?-i:[A-ZÅÄÖ])[^\W\d_]+s?[ ] [^\W\d_]* (?: {{place_endings}} | {{place_after}} ) )""",
    # "Rune jobbar som vår nya tekniker"
    "works_as": rf"""[^.!?\n]{{0,60}} \b(?:som|vår)[ ] (?: vår[ ] | nya?[ ] | leg\.?[ ] )?
        (?: {{staff}} | \w*{{staff_endings}} | {{contact}} ) {END}""",
    "address": r"[ ]?[\"']?[ ]? (?: <[^<>\s]{1,80}@ | \(?[\w.+-]{1,60}@ | \[?mailto: )",
    # "Rune, 2 st", "Rune (50123)"
    "counted": r"""[ ]?[,;(:–|\t-]{0,3}[ ]? (?: [^\W\d_]{1,12}[ ] )? (?: art\w*\.?[ ](?:nr\.?[ ])? )?
        \d{1,6}[ ]? (?: {measures}\b | [)|\t;] | $ )
        | [ ]?[(,;|\t–-]{1,3}[ ]? (?: art\w*[. ]*(?:nr)?[. :]* )? \d{4,6}\b
        | [ ]?[x×*][ ]?\d{1,3}\b""",
    # "Rune är slut hos oss", "Rune, de kom fram i går", "Rune från Etac är lika bra"
    "goods": rf"""[ ]{{1,2}} {{goods_behind}} {END} | ,[ ](?:de|den|det)[ ]kom[ ]
        | [ ]från[ ] [^\W\d_]+ (?: [ ][^\W\d_]+ )? [ ]är[ ](?: lika[ ]bra | billigare | dyrare ) {END}""",
    # "Rune rullstol", "Rune XL madrass"; not "Rune och rullstolen"
    "product": rf"[ ] (?: (?: x{{0,3}}[sml] | [a-z]{{0,3}}\d{{1,3}} )[ ] )? \w*{{product_endings}} {END}",
    # "till Rune Nybergs hem": a house's name, or where somebody lives
    "home": rf"s?[ ] (?: hem | hus ) {END} (?! [ ](?:till|från)[ ] )",
    "firm": rf"(?::?s)? [ ] {{firms}} {END}",
    # "Rune gata", "Rune Nybergsgården"
    "place": rf"""(?::?s)? [ ] (?: {{place_after}} | {{firms}} | (?-i:[IVX]{{2,4}}) ) {END}
        | s?[ ](?!lägenhet)[^\W\d_]*{{place_endings}} {END}""",
}
# Said of the named person in the same sentence or the next: "Rune ... som är tekniker", "hon är ekonomichef".
TITLED_LATER = rf"""[^.!?\n]{{0,120}}? (?: [.!?\n]{{1,3}}[ ]? (?:[^.!?\n]{{0,40}}[ ])?? )?
    \b (?:hon|han|hen|som)[ ]är[ ] (?: {_NEW}[ ] | (?:ju|nu|också|själv)[ ] ){{0,2}}
    (?: {{staff}} | \w*{{staff_endings}} ) {END}"""
# "Rune AT", "Rune, leg. ft": the case of the letters counts.
SHORT = r"""s?[ ]?[,(|/–-]{0,2}[ ]? (?: (?:är[ ])?(?:vår|er|en)[ ](?:nya?[ ])? )? (?:leg\.?[ ])? {staff_short}
    (?= [ ]*(?:[\n).,;|/]|$) | [ ](?:på|i|hos|vid)[ ] | [ ]+[A-ZÅÄÖ0-9] )"""
# Told of "den" in the next sentence, which is no word for a person: "Rune som står i hallen? Den gnisslar."
IT = r"[ ]som[ ]står[ ](?:på|i|hos|vid)[ ][^.!?\n]{1,50}[.!?][ ](?:den|det)[ ][^\W\d_]+r\b"
# Told a little later, that rooms or lifts were meant: "ja, så heter våra två samlingsrum".
NAMED = r"""[\s\S]{0,120}? \b (?:heter|kallas) [ ] (?:våra?|de|det|den)[ ] (?:[^\W\d_]+[ ]){0,2}
    [^\W\d_]* (?: rum | sal | salar | {place_endings} | {product_endings} ) (?![^\W\d_])"""
# Said of the named person a little later: "hon behöver", "hennes nya rullstol", "åt honom".
LATER = r"""\b (?: (?:hon|han|hen)[ ] (?: {needs} | {lives} ) (?![^\W\d_])
    | (?:hennes|hans)[ ] {belongings}
    | (?! (?:mejl|mail|skriv|beställ|vikari|ersätt|svar|jobb|hälsa|ring) )
        \w+[ ] (?:till|åt|för)[ ] (?:henne|honom)\b )"""
