"""The words of what newsletters put around their text, in the languages that most are written in.

Each pattern is tried on a line of at most a few hundred characters, folded: lower case, plain
apostrophes, single blanks.
"""

import re

# What leads to the copy that a browser shows.
_VIEW = (
    r"ne (?:visualisez|voyez|s'affiche) pas|no (?:puedes|visualizas|ves|se ve)\b.{0,30}(?:correo|mensaje"
    r"|e-?mail)|non (?:visualizzi|vedi|riesci a)|não (?:consegue|está) (?:ver|visualiza)\w*"
    r"|niet (?:goed|correct) (?:leesbaar|weergegeven|zichtbaar)|nie (?:widzisz|wyświetla)\w*",
    r"(?:view|read|see|open|display|browse)\b.{0,40}\b(?:browser|online|on the web|(?:as|in) a web ?page)",
    r"(?:view|read|see|open) (?:the )?(?:web|online|browser) (?:version|copy)",
    r"(?:web|online|browser) version|view on web|view (?:the )?original|read (?:this )?on (?:the )?"
    r"(?:web|site|blog|website)|(?:trouble|problems?|difficulty) (?:viewing|reading|seeing)\b",
    r"(?:e-?mail|newsletter|message|images?)\b.{0,30}\bnot (?:display|show)\w*",
    r"im (?:web-?)?browser (?:\w+ )?(?:ansehen|anzeigen|öffnen|lesen|anschauen|betrachten)"
    r"|(?:web|online|browser)-?(?:version|ansicht)\b|online (?:lesen|ansehen|anschauen)"
    r"|nicht (?:richtig|korrekt|einwandfrei) (?:dargestellt|angezeigt)|darstellungsprobleme",
    r"(?:voir|afficher|consulter|lire|ouvrir|visualiser|visualisez|consultez|lisez|affichez)\b.{0,50}"
    r"(?:navigateur|en ligne)|version (?:en ligne|web|navigateur)",
    r"(?:ver|leer|abrir|visualizar|veja|ler|lea|léelo)\b.{0,50}(?:navegador|en línea|online|en la web"
    r"|no browser)|versi[óo]n (?:web|online|en línea)|versão (?:web|online)",
    r"(?:visualizza\w*|apri|leggi|vedi|guarda)\b.{0,50}(?:browser|online|sul web)"
    r"|versione (?:web|online)",
    r"(?:bekijk|lees|open)\b.{0,50}(?:browser|online)|webversie|online versie",
    r"(?:zobacz|otwórz|wyświetl|czytaj|przeczytaj)\b.{0,50}(?:przeglądarce|online)|wersja (?:online|www)",
    r"(?:visa|läs|öppna|se|vis|læs|les|åbn|åpne)\b.{0,50}(?:webbläsare\w*|browser\w*|nettleser\w*"
    r"|online|webben)|webb?version\w*|nettversjon\w*|(?:avaa|katso|lue)\b.{0,50}selaime\w*",
    r"(?:zobrazit|otevřít|zobraziť)\b.{0,50}prohlížeči|online verze|prohlížeči",
    r"tarayıcı\w*.{0,20}(?:görüntüle|aç|oku)\w*|çevrimiçi (?:görüntüle|oku)\w*",
    r"(?:открыть|посмотреть|читать|просмотреть|смотреть|переглянути|відкрити)\b.{0,50}браузер\w*"
    r"|(?:онлайн|веб)[- ]?верси\w*",
    r"ブラウザー?で|ウェブで(?:読|見)|web版|オンラインで(?:読|見)|在?浏览器中?|在線閱讀|在线(?:阅读|查看)"
    r"|网页版|網頁版|瀏覽器|(?:웹|브라우저)(?:에서|로) ?(?:보기|열기|읽기)",
)
# What leads to a program that shows it.
_APP = (
    r"(?:open|read|listen|view|watch) in (?:the |our )?app",
    r"in (?:der )?app (?:öffnen|lesen)|(?:lire|ouvrir) dans l'app\w*|(?:abrir|leer) en la app"
    r"|abrir no app\w*|apri nell'app|open in de app|アプリで(?:開く|読む)|открыть в приложении",
)
# What only stands in the small print at the end, or in a bar at the top.
_STRONG = (
    r"unsubscribe|opt[- ]?out\b|email preferences|subscription (?:preferences|settings|center)",
    r"(?:manage|update|change|edit|adjust)\b.{0,30}\b(?:preferences|subscriptions?|settings|profile|"
    r"e-?mails?|notifications)",
    r"you(?:'re| are| have)?(?: currently)? (?:receiving|getting|received|subscribed|signed up)\b",
    r"you(?:'re| are) (?:currently |on )?(?:a |an |the |our )?(?:free |paid )?(?:subscriber|mailing list|list)\b"
    r"|you (?:get|receive) this|this (?:e-?mail|message|newsletter) (?:was|has been|is|were) (?:sent|"
    r"delivered|intended)|(?:was |were )?sent to (?:you |\S+@\S+)|(?:no longer|don't) (?:want|wish) (?:to (?:receive|get|hear)|this|these|our)\b",
    r"(?:address|e-?mail) (?:for|of) your subscription|stop receiving|mailing list (?:- )?\S+@\S+|remove (?:me|yourself|your (?:name|address))",
    r"\babmelden\b|abbestell\w+|abmeldung|austragen\b|newsletter-?(?:einstellungen|abmeldung)"
    r"|(?:sie|du) (?:erhalten|erhältst|bekommst|bekommen) dies|diese (?:e-?mail|nachricht) wurde\b",
    r"désabonn\w+|désinscri\w+|gérer (?:mes|vos|votre)|vous recevez c|(?:cet e-?mail|ce message|ce mail)"
    r" (?:a été|vous a)",
    r"(?:cancelar|anular|gestionar|administrar)\b.{0,20}(?:suscripci[óo]n|inscrição|assinatura|"
    r"subscrição|preferencias)|darse de baja|darte de baja|desuscrib\w+|descadastr\w+"
    r"|(?:has recibido|recibes|recibe|está recibiendo|você recebeu|você está recebendo|recebeu) est",
    r"disiscri\w+|annulla(?:re)? (?:l')?iscrizione|cancella(?:ti|re)?\b.{0,20}iscrizione"
    r"|(?:hai ricevuto|ricevi|riceve) questa",
    r"uitschrijven|afmelden\b|(?:je|u) ontvangt dez|voorkeuren (?:aanpassen|wijzigen)",
    r"wypis(?:z|ać|anie)\b|zrezygn\w+ z|anuluj subskrypcję|otrzymujesz t[ęe]",
    r"avregistrera|avprenumerera|avsluta prenumeration\w*|\bafmeld\b|\bavmeld\b|meld (?:deg|meg) av"
    r"|du (?:får|mottar|modtager) (?:det|den|dette|denne)|peruuta (?:tilaus|uutiskirje)\w*",
    r"odhlásit|odhlášení|odhlásiť|leiratkoz\w+|dezabon\w+|abonelikten (?:çık|ayrıl)\w*|üyelikten",
    r"отписаться|отказаться от|вы получили это|вы получаете|відписатися",
    r"配信(?:停止|解除)|購読(?:解除|停止|を停止)|登録解除|退订|退訂|取消(?:订阅|訂閱)|수신 ?거부|구독 ?(?:취소|해지)"
    r"|إلغاء الاشتراك|להסרה|διαγραφή",
)
# Lines that say nothing else: to share, to subscribe, to rate, whose work the sending is.
_MINOR = (
    r"(?:share|tweet|like|comment|restack|forward|e-?mail|print|save|post|pin|reply|listen|donate"
    r"|subscribe|unsubscribe|upgrade|sign up|join|invite|website|facebook|twitter|x|instagram|linkedin|youtube"
    r"|tiktok|threads|mastodon|bluesky|whatsapp|telegram|pinterest|rss|advertisement|sponsored|ad)\W*",
    r"(?:more|less) like this\W*|(?:log ?in|sign in) or subscribe\b.{0,60}",
    r"(?:leave|post|add|view|read|see) (?:a |all |the )?comments?|share (?:this|on|via|with|it)\b.{0,50}",
    r"(?:subscribe|sign up|register|upgrade|join)\b (?:now|here|today|free|for free|to paid)\b.{0,30}",
    r"forward (?:this|to|it)\b.{0,60}|(?:send|refer|invite|tell)\b.{0,10} (?:to )?a friend.{0,30}",
    r"(?:was )?(?:this|did someone|did a friend|someone)\b.{0,40}\bforward(?:ed)?\b.{0,80}",
    r"(?:get|download) (?:the|our)\b.{0,30}\bapp\b.{0,40}|follow (?:us|me)\b.{0,40}",
    r"(?:copyright|©|\(c\)).{0,160}|.{0,80}all rights reserved.{0,40}",
    r"(?:powered by|(?:sent|made|built|published|delivered) (?:with|by|via|on)|publish on)\b.{0,40}",
    r"(?:privacy(?: policy)?|terms(?: of (?:use|service))?|legal|contact(?: us)?|advertise(?: with us)?"
    r"|about(?: us)?|help|faq|imprint|impressum|datenschutz\w*|mentions légales|aviso legal)\W*",
    r"(?:add|whitelist)\b.{0,60}\b(?:address book|contacts|safe senders?(?: list)?)\b.{0,60}|to ensure"
    r" (?:delivery|that)\b.{0,120}",
    r"you (?:currently |now )?have \d+ referrals?\b.{0,120}|click to share|or copy (?:and|&) paste\b.{0,120}",
    r"(?:what(?:'d| did)?|how(?:'d| did| do| was)?|did|rate)\b.{0,30}\b(?:think|rate|like|enjoy|feel|do"
    r"|today's|this)\b.{0,30}(?:e-?mail|newsletter|issue|edition|post)\W*",
    r"(?:upgrade to (?:a )?paid|pledge your support|start writing|get started|click here"
    r"|back to top|scroll down|advertisement|sponsored by|a message from our sponsor)\b.{0,30}",
    r"(?:teilen|weiterleiten|weiterempfehlen|jetzt (?:abonnieren|anmelden)|anzeige|partager|transférer"
    r"|s'abonner|compartir|reenviar|suscríbete|compartilhar|encaminhar|assine|condividi|inoltra|iscriviti"
    r"|delen|doorsturen|abonneren|udostępnij|prześlij dalej|dela|del|поделиться|переслать|подписаться"
    r"|シェア|分享|공유|paylaş)(?: .{0,30})?\W*",
    r"(?:an (?:einen )?freund\w*|à un ami|a un amigo|a um amigo|ad un amico|aan een vriend)\b.{0,40}",
)


def _one_of(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in parts))


VIEW = _one_of(_VIEW)
APP = _one_of(_APP)
STRONG = _one_of(_STRONG)
MINOR = _one_of(_MINOR)
# A link inside a line about the browser's copy that names nothing itself.
HERE = re.compile(
    r"(?:please )?(?:click |tap )?(?:here|hier|ici|aquí|aqui|qui|klik hier|kliknij tutaj|tutaj|här|her"
    r"|здесь|сюда|こちら|点击这里|点此|여기)\W*|(?:hier klicken|klicken sie hier|cliquez ici|haz clic aquí"
    r"|clique aqui|clicca qui|klicka här|klikk her|нажмите здесь)\W*"
)
# A line that is an address people write letters to.
POSTAL = re.compile(
    r"\b(?:p\.?\s?o\.? ?box|suite|floor|street|st\.|ave(?:nue)?\b|road|rd\.|blvd|boulevard|lane|drive"
    r"|square|straße|strasse|str\.|platz|allee|rue|via|calle|avenida|rua|postfach|postbus|ul\.|ulica"
    r"|straat|gatan|vej|gate)(?!\w).{0,80}\d{3,}|\b\d{1,5} .{2,40}\b[a-z]{2} \d{5}\b|\d{5} [a-z]"
)
# A whole line that names who wrote the letter.
BYLINE = re.compile(
    r"(?:(?:written|words|story|text) )?(?:by|von|par|por|di|door|av|af|przez|autor:?|tekst:?)\s+"
    r"(?=[A-ZÀ-ÞŁŚŻ])[\w’'.-]+(?:\s+(?:[\w’'.-]+|and|und|et|y|e|en|och|&)){1,6}",
    re.IGNORECASE,
)
# Words of an address that takes a reader to a network to share what was read.
SHARING = re.compile(
    r"(?:facebook\.com/(?:sharer|share\.php|dialog)|(?:twitter|x)\.com/(?:intent|share)|linkedin\.com/"
    r"(?:sharing|cws/share|sharearticle)|wa\.me/\?|whatsapp\.com/send|t\.me/share|reddit\.com/submit"
    r"|pinterest\.com/pin/create|forward-to-friend|forwardtoafriend|mailto:\?|threads\.net/intent"
    r"|bsky\.app/intent|getpocket\.com/(?:save|edit)|instapaper\.com/(?:hello|edit))",
    re.IGNORECASE,
)
