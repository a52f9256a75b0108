"""Words that tell the parts of a page apart, in lower case and UTF-8, for quick look-ups."""

HEADING_WORDS = 12  # words; a longer line opens no part of a page


def _words(*lines: str) -> frozenset[bytes]:
    return frozenset(word.encode() for line in lines for word in line.split())


# The most common words of the languages that dumps are mostly written in: sentences are full of
# them, menus are not.
SMALL = _words(
    "the of and to in a is that for it was on with as he be at by i this had not are but from or",
    "have an they which were we their been has when who will more no if out so what its about",
    "than into only can could would there after his her she him them then some these those der",
    "die und das von zu mit sich des auf für ist im dem nicht ein eine als auch es werden le la",
    "les de et à un une du en que qui dans par pour est sur plus pas au ce il elle el los las y",
    "del se por con para una su al lo como más pero sus fue o não uma os da do em di che è per",
    "non si della sono gli nel het een van dat op te zijn voor met w na z się że nie jest och att",
    "det som på är av för til er af og å",
)
CALLS = _words(
    "sign subscribe subscription subscriber subscribers newsletter newsletters click follow",
    "donate donation login log inbox email e-mail mail download contact register membership",
    "member sponsor sponsored advertise advertisement advertising ad ads affiliate commission",
    "promo promotion coupon discount buy shop comment comments reply share shared terms privacy",
    "rights reprint permission disclaimer getty courtesy copyright read watch listen join free",
    "app alerts account tap here updates latest more stories story topics trending popular",
    "related recommended support password facebook twitter instagram linkedin whatsapp youtube",
    "pinterest telegram reddit tiktok podcast notification notifications unsubscribe offer offers",
    "sale deals cart checkout browser javascript abonnieren anmelden teilen kommentare werbung",
    "weiterlesen partager abonnez inscrivez lire suscríbete compartir publicidad leia compartilhe",
    "condividi iscriviti",
)
YOU = _words("you your yours we our us my i")
SAID = _words(
    "said says told added according reported explained announced statement spokesman spokesperson",
    "sagte dit dijo disse ha sagt erklärte monday tuesday wednesday thursday friday saturday",
    "sunday",
)
CONSENT = _words(
    "cookie cookies consent privacy policy preferences partners personalised personalized",
    "settings accept gdpr advertising analytics browser tracking data vendors legitimate",
)
CREDIT = _words(
    "photo photograph photographer photos image images picture getty reuters ap afp courtesy",
    "credit shutterstock istock via file pictured caption illustration screenshot foto bild imago",
    "dpa epa",
)
# Words of the lines about the author.
BIO = _words(
    "writer reporter editor contributor author covers based joined journalist correspondent",
    "columnist writes freelance degree graduate reporting editorial contributing professor",
    "director expert experience specializes previously bio biography lives born award",
)
# First words of lines that open what stands behind an article.
TAIL = _words(
    "related more read recommended about comments comment leave references sources further see",
    "share follow subscribe newsletter sign join contact latest popular trending most tags tag",
    "categories disclaimer disclosure author next previous prev advertisement copyright topics",
    "also editors' filed posted reply recent top similar featured you explore discover load view",
    "show back post mehr lesen weitere verwandte kommentare über lire voir sur articles más leer",
    "mais leia leggi",
)
DATES = _words(
    "january february march april may june july august september october november december jan",
    "feb mar apr jun jul aug sep sept oct nov dec published updated posted ago am pm gmt utc est",
    "edt ist bst",
    *(str(year) for year in range(2000, 2060)),
)
# Columns by name; see `lines`.
KINDS = {
    "calls": CALLS,
    "you": YOU,
    "said": SAID,
    "consent": CONSENT,
    "credit": CREDIT,
    "bio": BIO,
}
KNOWN = SMALL.union(*KINDS.values())
