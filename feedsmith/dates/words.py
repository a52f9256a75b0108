"""The words of printed dates in some forty languages: tables for `dates`, nothing else.

Words stand as they are printed, in nominative, genitive and short forms; `words` folds them with
the same function that folds the line, so that accents and case never matter. Where one form means
two months in two languages, the later table wins only for its own language (_OTHER_MONTHS).
"""

from __future__ import annotations

import functools
import re
import unicodedata

_MARKS = re.compile(
    "[\u0300-\u036f\u064b-\u0652\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_NATIVE_DIGIT = re.compile(r"[^\D0-9]")
_DASHES = str.maketrans({"−": "-", "‐": "-", "‑": "-", "ı": "i", "’": "'", "‘": "'"})

# Twelve months a line, parted by "|"; the forms of one month by blanks.
_MONTHS = """
january jan|february feb febr|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|november nov|december dec
januar jänner jän|februar feber|märz mär mrz|april|mai|juni|juli|august|september|oktober okt|november|dezember dez
janvier janv|février fév févr fevr|mars|avril avr|mai|juin|juillet juil|août aout|septembre|octobre|novembre|décembre déc
enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago|septiembre setiembre|octubre|noviembre|diciembre dic
janeiro|fevereiro fev|março|abril|maio|junho|julho|agosto|setembro set|outubro out|novembro|dezembro
gennaio gen|febbraio|marzo|aprile|maggio mag|giugno giu|luglio lug|agosto|settembre sett|ottobre ott|novembre|dicembre
gener|febrer|març|abril|maig|juny|juliol|agost|setembre|octubre|novembre|desembre
xaneiro|febreiro|marzo|abril|maio|xuño|xullo|agosto|setembro|outubro|novembro|decembro
urtarrila urtarrilak|otsaila otsailak|martxoa martxoak|apirila apirilak|maiatza maiatzak|ekaina ekainak|uztaila uztailak|abuztua abuztuak|iraila irailak|urria urriak|azaroa azaroak|abendua abenduak
januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december
januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december
januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december
januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember des
janúar|febrúar|mars|apríl|maí|júní|júlí|ágúst|september|október|nóvember|desember
tammikuu tammikuuta tammi|helmikuu helmikuuta helmi|maaliskuu maaliskuuta maalis|huhtikuu huhtikuuta huhti|toukokuu toukokuuta touko|kesäkuu kesäkuuta kesä|heinäkuu heinäkuuta heinä|elokuu elokuuta elo|syyskuu syyskuuta syys|lokakuu lokakuuta loka|marraskuu marraskuuta marras|joulukuu joulukuuta joulu
jaanuar jaan|veebruar veebr|märts|aprill|mai|juuni|juuli|august|september|oktoober|november|detsember dets
sausio sausis|vasario vasaris|kovo kovas|balandžio balandis|gegužės gegužė|birželio birželis|liepos liepa|rugpjūčio rugpjūtis rugp|rugsėjo rugsėjis rugs|spalio spalis|lapkričio lapkritis lapkr|gruodžio gruodis gruod
janvāris janvārī janv|februāris februārī|marts martā|aprīlis aprīlī|maijs maijā|jūnijs jūnijā jūn|jūlijs jūlijā jūl|augusts augustā|septembris septembrī|oktobris oktobrī|novembris novembrī|decembris decembrī
stycznia styczeń sty|lutego luty lut|marca marzec|kwietnia kwiecień kwi|maja maj|czerwca czerwiec cze|lipca lipiec lip|sierpnia sierpień sie|września wrzesień wrz|października październik paź|listopada listopad lis|grudnia grudzień gru
ledna leden|února únor|března březen|dubna duben|května květen kvě|června červen|července červenec|srpna srpen|září|října říjen|listopadu|prosince prosinec
január januára|február februára|marec|apríl apríla|máj mája|jún júna|júl júla|august augusta|september septembra|október októbra|november novembra|december decembra
január|február febr|március márc|április ápr|május máj|június jún|július júl|augusztus|szeptember szept|október|november|december
ianuarie ian|februarie|martie|aprilie|mai|iunie iun|iulie iul|august|septembrie|octombrie|noiembrie noi|decembrie
januar januara|februar februara|mart marta|april aprila|maj maja|jun juni juna|jul juli jula|avgust avgusta avg|septembar septembra|oktobar oktobra|novembar novembra|decembar decembra
siječnja siječanj sij|veljače veljača velj|ožujka ožujak|travnja travanj|svibnja svibanj|lipnja lipanj|srpnja srpanj|kolovoza kolovoz|rujna rujan|||studenoga studeni stud|prosinca prosinac
januarja|februarja|marec|aprila|maja|junija junij|julija julij|avgusta|septembra|oktobra|novembra|decembra
janar|shkurt|mars|prill|maj|qershor|korrik|gusht|shtator|tetor|nëntor|dhjetor
ocak oca|şubat şub|mart|nisan nis|mayıs may|haziran haz|temmuz tem|ağustos ağu|eylül eyl|ekim eki|kasım kas|aralık ara
yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr
januari|februari|maret|april|mei|juni|juli|agustus agu|september|oktober|november|desember
januari|februari|mac|april|mei|jun|julai|ogos|september|oktober|november|disember dis
januari|februari|machi|aprili|mei|juni|julai|agosti|septemba|oktoba|novemba|desemba
ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr
eanáir|feabhra|márta|aibreán|bealtaine|meitheamh|iúil|lúnasa|meán|deireadh|samhain|nollaig
января январь янв|февраля февраль фев февр|марта март мар|апреля апрель апр|мая май|июня июнь июн|июля июль июл|августа август авг|сентября сентябрь сен сент|октября октябрь окт|ноября ноябрь ноя нояб|декабря декабрь дек
січня січень січ|лютого лютий лют|березня березень бер|квітня квітень кві|травня травень тра|червня червень чер|липня липень лип|серпня серпень сер|вересня вересень вер|жовтня жовтень жов|листопада листопад лис|грудня грудень гру
студзеня студзень|лютага люты|сакавіка сакавік|красавіка красавік|мая травень|чэрвеня чэрвень|ліпеня ліпень|жніўня жнівень|верасня верасень|кастрычніка кастрычнік|лістапада лістапад|снежня снежань
януари яну|февруари|март|април|май|юни|юли|август|септември септ|октомври|ноември ноем|декември
јануар јануара јануари|фебруар фебруара фебруари|март марта|април априла|мај маја|јун јуна јуни|јул јула јули|август августа|септембар септембра|октобар октобра|новембар новембра|децембар децембра
қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан
ιανουαρίου ιανουάριος ιαν|φεβρουαρίου φεβρουάριος φεβ|μαρτίου μάρτιος μαρ|απριλίου απρίλιος απρ|μαΐου μάιος μαι|ιουνίου ιούνιος ιουν|ιουλίου ιούλιος ιουλ|αυγούστου αύγουστος αυγ|σεπτεμβρίου σεπτέμβριος σεπ σεπτ|οκτωβρίου οκτώβριος οκτ|νοεμβρίου νοέμβριος νοε|δεκεμβρίου δεκέμβριος δεκ
იანვარი|თებერვალი|მარტი|აპრილი|მაისი|ივნისი|ივლისი|აგვისტო|სექტემბერი|ოქტომბერი|ნოემბერი|დეკემბერი
հունվարի|փետրվարի|մարտի|ապրիլի|մայիսի|հունիսի|հուլիսի|օգոստոսի|սեպտեմբերի|հոկտեմբերի|նոյեմբերի|դեկտեմբերի
ינואר ינו|פברואר פבר|מרץ מרס|אפריל אפר|מאי|יוני|יולי|אוגוסט אוג|ספטמבר ספט|אוקטובר אוק|נובמבר נוב|דצמבר דצמ
يناير جانفي|فبراير فيفري|مارس|أبريل ابريل إبريل أفريل|مايو ماي|يونيو يونيه جوان|يوليو يوليه جويلية|أغسطس اغسطس أوت|سبتمبر شتنبر|أكتوبر اكتوبر|نوفمبر نونبر|ديسمبر دجنبر
||آذار اذار|نيسان|أيار ايار|حزيران|تموز|آب|أيلول ايلول|||
ژانویه|فوریه|مارس|آوریل|مه|ژوئن|ژوئیه|اوت|سپتامبر|اکتبر|نوامبر|دسامبر
جنوری|فروری|مارچ|اپریل|مئی|جون|جولائی|اگست|ستمبر|اکتوبر|نومبر|دسمبر
जनवरी जन|फरवरी फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर सितम्बर सित|अक्टूबर अक्तूबर|नवंबर नवम्बर|दिसंबर दिसम्बर
जानेवारी|फेब्रुवारी|मार्च|एप्रिल|मे|जून|जुलै|ऑगस्ट|सप्टेंबर|ऑक्टोबर|नोव्हेंबर|डिसेंबर
জানুয়ারি জানুয়ারী|ফেব্রুয়ারি ফেব্রুয়ারী|মার্চ|এপ্রিল|মে|জুন|জুলাই|আগস্ট|সেপ্টেম্বর|অক্টোবর|নভেম্বর|ডিসেম্বর
ஜனவரி|பிப்ரவரி|மார்ச்|ஏப்ரல்|மே|ஜூன்|ஜூலை|ஆகஸ்ட்|செப்டம்பர்|அக்டோபர்|நவம்பர்|டிசம்பர்
జనవరి|ఫిబ్రవరి|మార్చి|ఏప్రిల్|మే|జూన్|జూలై|ఆగస్టు|సెప్టెంబర్|అక్టోబర్|నవంబర్|డిసెంబర్
มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม
"""
# Months of the Solar Hijri calendar; their numbers follow those of the Gregorian one.
_SOLAR_HIJRI = "فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند"
SOLAR_HIJRI_OFFSET = 12
# The same form for another month, by language.
_OTHER_MONTHS = {
    "hr": {"listopada": 10, "listopad": 10, "lis": 10, "lip": 6, "srp": 7},
    "bs": {"listopada": 10, "listopad": 10},
}

_CLASSES = {
    "W": """
        monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs
        fri sat sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di
        mi do fr sa so lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam
        dim lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom segunda
        terça quarta quinta sexta feira seg ter qua qui sex lunedì martedì mercoledì giovedì
        venerdì sabato domenica gio maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
        måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag maanantai
        tiistai keskiviikko torstai perjantai lauantai sunnuntai ma ti ke to pe la su
        poniedziałek wtorek środa czwartek piątek sobota niedziela pondělí úterý středa čtvrtek
        pátek neděle hétfő kedd szerda csütörtök péntek szombat vasárnap luni marți miercuri joi
        vineri sâmbătă duminică ponedjeljak utorak srijeda četvrtak petak subota nedjelja
        ponedeljak sreda nedelja pazartesi salı çarşamba perşembe cuma cumartesi pazar senin
        selasa rabu kamis jumat sabtu minggu понедельник вторник среда четверг пятница суббота
        воскресенье понеділок вівторок середа четвер п'ятниця субота неділя пн вт ср чт пт сб вс
        нд понеделник сряда четвъртък петък събота неделя δευτέρα τρίτη τετάρτη πέμπτη παρασκευή
        σάββατο κυριακή الأحد الاحد الإثنين الاثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة
        السبت יום ראשון שני שלישי רביעי חמישי שישי שבת सोमवार मंगलवार बुधवार गुरुवार शुक्रवार
        शनिवार रविवार thứ hai tư năm sáu bảy chủ nhật
    """,
    "U": """
        updated update modified edited revised upd aktualisiert geändert update stand modifié
        modifiée jour maj actualizado actualizada actualización modificado atualizado atualizada
        atualização aggiornato aggiornata aggiornamento modificato modifica bijgewerkt gewijzigd
        uppdaterad uppdaterat oppdatert opdateret päivitetty muokattu zaktualizowano
        aktualizacja aktualizováno aktualizované frissítve frissült módosítva actualizat
        actualizată ažurirano posodobljeno ενημερώθηκε ενημέρωση güncelleme güncellendi
        diperbarui cập nhật обновлено обновлён изменено оновлено оновлення обновена تحديث آخر
        עודכן अपडेट আপডেট uuendatud atnaujinta atjaunināts 업데이트 đã
    """,
    "L": """
        published posted publication first created issued released filed veröffentlicht
        erschienen erstellt publiziert publié publiée publication ligne créé paru publicado
        publicada publicación creado pubblicato pubblicata pubblicazione gepubliceerd geplaatst
        publicerad publicerat publisert publiceret offentliggjort julkaistu luotu opublikowano
        dodano utworzono publikacja publikováno zveřejněno vydáno zverejnené közzétéve megjelent
        publicat publicată objavljeno objavljena δημοσιεύτηκε δημοσίευση yayınlanma yayın giriş
        oluşturma dipublikasikan diterbitkan đăng опубликовано опубликован создано опубліковано
        публикувана објављено التاريخ نشر תאריך פורסם प्रकाशित প্রকাশ প্রকাশিত avaldatud
        paskelbta publicēts
    """,
    "A": "am pm ص م πμ μμ",
    "o": "st nd rd th er ere eme an en",
    "f": """
        and und et y i и og och en ja at on of the in by date time dated from last a an and gmt
        local um am der den dem die des vom von uhr le la les du de del do da das dos dia a las
        el los à á às alle ore dalle il il h hs hrs hr hour o'clock op om uur klo kl klockan
        klokken den dne v ve o w dnia godz godzina u ob sati óra órakor saat günü tarihi son в
        во г года год р року год. об на ώρα στις ساعت pukul jam tanggal ngày lúc tháng giờ
        الساعة في عند ב בשעה को बजे मध्ये a.m p.m π.μ μ.μ m y d ur aastal kell plkst gada metų
        ora i se à às mis dern dernière ultima última ultimo último zuletzt senast sist sidst
        by par por von di door av af written words geschrieben escrito écrit comments views reads
        kommentare aufrufe gelesen comentarios commentaires shares edited reviewed
        ostatnia poslední utolsó ultimul zadnje τελευταία ostatni letzte laatst dernier terakhir
        lần cuối الاخير בתאריך עדכון אחרון am it is tarih updated: week
    """,
}
_AGO = """
    ago vor hace há atrás fa geleden sedan siden sitten temu назад тому πριν önce lalu trước
    منذ قبل לפני पहले
"""
_UNITS = {
    60: """
        minute minutes min mins m minuten minuto minutos minuti minuut minuter minutter
        minuuttia minut minuty минут минуты минуту мин хвилин хвилини λεπτά dakika menit phút
        دقيقة دقائق דקות मिनट mn
    """,
    3600: """
        hour hours hr hrs h stunde stunden std heure heures hora horas ora ore uur timme timmar
        time timer tuntia godzin godziny godzinę час часа часов годин години ώρες ώρα saat jam
        giờ ساعة ساعات שעות घंटे
    """,
    86400: """
        day days d tag tage tagen jour jours día días dia dias giorno giorni dag dagen dagar
        dage päivää dni dzień день дня дней дні днів ημέρες μέρες gün hari ngày يوم أيام ימים
        दिन
    """,
    604800: """
        week weeks w woche wochen semaine semaines semana semanas settimana settimane weken
        vecka veckor uke uger viikkoa tygodni tygodnie неделю недели недель тиждень тижні hafta
        minggu tuần
    """,
}
_DAY_WORDS = {
    0: """
        today dag heute aujourd hoy hoje oggi vandaag idag tänään dziś dzisiaj dnes ma danas astăzi
        bugün сегодня сьогодні днес σήμερα اليوم היום आज avui šodien šiandien täna
    """,
    1: """
        yesterday gestern hier ayer ontem ieri gisteren igår går eilen wczoraj včera tegnap jučer
        juče ieri dün вчера вчора χθες χτες kemarin أمس אתמול कल ahir vakar eile
    """,
}
# zone name → minutes east of UTC, or the place whose clock the name stands for.
ZONES: dict[str, int | str] = {
    "utc": 0, "gmt": 0, "z": 0, "ut": 0, "wet": "Europe/Lisbon", "west": 60, "bst": 60,
    "uk": "Europe/London", "cet": "Europe/Paris", "cest": 120, "mez": "Europe/Berlin",
    "mesz": 120, "eet": "Europe/Athens", "eest": 180, "msk": 180, "мск": 180, "trt": 180,
    "ist": 330, "pkt": 300, "npt": 345, "bdt": 360, "slst": 330, "gst": 240, "wib": 420,
    "wita": 480, "wit": 540, "ict": 420, "hkt": 480, "sgt": 480, "myt": 480, "pht": 480,
    "jst": 540, "kst": 540, "awst": 480, "acst": 570, "acdt": 630, "aest": 600, "aedt": 660,
    "aet": "Australia/Sydney", "nzst": 720, "nzdt": 780, "nzt": "Pacific/Auckland",
    "sast": 120, "cat": 120, "eat": 180, "wat": 60, "brt": -180, "art": -180,
    "clt": "America/Santiago", "nst": -210, "ndt": -150, "ast": -240, "adt": -180, "est": -300,
    "edt": -240, "et": "America/New_York", "cst": -360, "cdt": -300, "ct": "America/Chicago",
    "mst": -420, "mdt": -360, "mt": "America/Denver", "pst": -480, "pdt": -420,
    "pt": "America/Los_Angeles", "akst": -540, "akdt": -480, "hst": -600,
}  # fmt: skip
# Names that mean something else on a page in this language (or region).
OTHER_ZONES: dict[tuple[str, str], int | str] = {
    ("ist", "he"): "Asia/Jerusalem", ("ist", "ga"): "Europe/Dublin", ("cst", "zh"): 480,
    ("bst", "bn"): 360, ("pst", "en-ph"): 480, ("pst", "tl"): 480,
}  # fmt: skip


def plain(text: str) -> str:
    """Return text in lower case, without accents, with ASCII digits, dashes and apostrophes.

    >>> plain("2 Août ٢٠٢٤")
    '2 aout 2024'
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).lower().translate(_DASHES)
    folded = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", folded)))
    return _NATIVE_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), folded)


@functools.cache
def months(language: str) -> dict[str, int]:
    """Return folded month name → 1 to 12, and 13 to 24 for the Solar Hijri months."""
    if language:
        return months("") | _OTHER_MONTHS.get(language, {})
    table = {
        form: number
        for line in plain(_MONTHS).strip().splitlines()
        for number, forms in enumerate(line.split("|"), 1)
        for form in forms.split()
    }
    table |= {f"ב{form}": number for form, number in table.items() if "א" <= form[0] <= "ת"}
    hijri = plain(_SOLAR_HIJRI).split("|")
    return table | {name: SOLAR_HIJRI_OFFSET + number for number, name in enumerate(hijri, 1)}


@functools.cache
def classes() -> dict[str, str]:
    """Return folded word → the letter that `shapes` gives it."""
    table = {word: letter for letter in "foZ" for word in _class_words(letter)}
    table |= {word: letter for letter in "AULW" for word in _class_words(letter)}
    return table | dict.fromkeys(months(""), "M")


def _class_words(letter: str) -> list[str]:
    return list(ZONES) if letter == "Z" else plain(_CLASSES[letter]).split()


@functools.cache
def ago_words() -> frozenset[str]:
    """Return the words that make "3 hours" a time in the past."""
    return frozenset(plain(_AGO).split()) | {"il y a"}


@functools.cache
def unit_seconds() -> dict[str, int]:
    """Return folded unit → seconds."""
    return {word: seconds for seconds, words in _UNITS.items() for word in plain(words).split()}


@functools.cache
def day_words() -> dict[str, int]:
    """Return folded "today", "yesterday" → days back."""
    return {word: days for days, words in _DAY_WORDS.items() for word in plain(words).split()}


@functools.cache
def weekdays() -> dict[str, int]:
    """Return folded English, German, French and Spanish weekday → 0 (Monday) to 6."""
    rows = (
        "monday mon montag lundi lunes", "tuesday tue tues dienstag mardi martes",
        "wednesday wed mittwoch mercredi miercoles", "thursday thu thurs donnerstag jeudi jueves",
        "friday fri freitag vendredi viernes", "saturday sat samstag samedi sabado",
        "sunday sun sonntag dimanche domingo",
    )  # fmt: skip
    return {word: number for number, row in enumerate(rows) for word in row.split()}
