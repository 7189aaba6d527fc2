"""How the columns of review lists are titled, in the tools and languages met so far.

A title is first put into plain words ("reviewDateTimeUTC" → "review date time utc"). `EXACT` scores whole titles,
`WORDS` scores titles that hold a word, `BARRED` lists the words that forbid a role.
"""

import re
from functools import lru_cache
from typing import Final

from ereput.ingest.dates import fold
from ereput.ingest.reading import Role

STRONG, FAIR, WEAK, FAINT = 100, 55, 40, 15

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT: Final = re.compile(r"[^a-z0-9]+")
_LINKING: Final = frozenset(
    "de du des la le les l d of the en a au aux s sur your votre vos fields attributes".split()
)


def words(title: str) -> str:
    """Return a column title as plain lower-case words."""
    return " ".join(part for part in _SPLIT.split(fold(_CAMEL.sub(" ", title[:200]))) if part)


def _core(title: str) -> str:
    """Return a title without its linking words, unless it has no other."""
    return " ".join(word for word in title.split() if word not in _LINKING) or title


def _titles(strong: str = "", fair: str = "", weak: str = "", faint: str = "") -> dict[str, int]:
    ranks = ((faint, FAINT), (weak, WEAK), (fair, FAIR), (strong, STRONG))
    return {
        _core(words(title)): score for titles, score in ranks for title in titles.split("|") if title.strip()
    }


EXACT: Final[dict[Role, dict[str, int]]] = {
    Role.AUTHOR: _titles(
        strong="author|auteur|author name|author title|author display name|author.name|reviewer|reviewer name"
        "|reviewer display name|reviewer.name|reviewer username|review author|review username|review author name"
        "|user name|username|user.name|nom utilisateur|utilisateur|nom de l'utilisateur|nom auteur|nom de l'auteur"
        "|consumer name|consumer display name|consumer.displayName|customer name|nom client|nom du client|client name"
        "|nom patient|nom du patient|pseudo|pseudonyme|nickname|reviewer nickname|display name|from name|from.name|auteur avis"
        "|auteur de l'avis|auteur du commentaire|nom prenom|nom et prenom|prenom nom|prenom et nom|prenom initiale"
        "|full name|nom complet|profile name|screen name|posted by|written by|publie par|poste par|redige par|ecrit par"
        "|depose par|laisse par|d4r55|autor|autor name|autore|nombre del autor|verfasser|rezensent|kundenname|nome utente"
        "|nome autore|recensore|usuario|nome do autor|auteursnaam|naam auteur|review by|reviewed by|reviewer full name"
        "|nom du redacteur|redacteur|internaute|nom internaute|nom affiche|emetteur|nom reviewer|user title",
        fair="user|customer|consumer|client|patient|membre|person|contributeur|contributor|commentator|commenter|from"
        "|voyageur|guest|guest name|traveler|par|de la part de|qui|user display name|kunde|cliente|paciente|paziente|benutzer"
        "|review profile name|member name|member|creator|poster|redactor|signature|nom de la personne|identite",
        weak="name|nom|nom usage|nombre|nome|naam|full title|prenom|initiales|profil|profile",
    ),
    Role.FIRST_NAME: _titles(strong="first name|prenom|given name|vorname|firstname|reviewer first name|prenom client"),
    Role.LAST_NAME: _titles(
        strong="last name|surname|family name|nom de famille|lastname|nachname|reviewer last name", weak="nom"
    ),
    Role.DATE: _titles(
        strong="date|publish time|published time|published at date|published date|date published|published at|published|publish date|review date"
        "|date review|review datetime utc|review datetime|review created|review created utc|created at|created time"
        "|create time|creation date|created date|date created|date creation|date de creation|date publication"
        "|date de publication|publie le|date avis|date de l'avis|date commentaire|comment date|iso date|review iso date"
        "|posted at|posted date|posted on|date posted|date de depot|depose le|submitted at|submission date|date submitted"
        "|review submit date and time|review posted date|review publish date|dates published date|laisse le|ecrit le"
        "|redige le|date du commentaire|date redaction|cree le|created|created on|created utc|review time|fecha"
        "|fecha publicacion|fecha de la resena|datum|bewertungsdatum|veroffentlicht am|data|data pubblicazione"
        "|data recensione|data publicacao|data da avaliacao|review timestamp|reviewed at|reviewed on|review published at"
        "|date d'ajout|rsqaWe|date parution|date saisie|date de l'evaluation|date evaluation|review creation date|date de saisie"
        "|date de reception|recu le|received at|rating date|feedback date|feedback time|first published|date feedback"
        "|review published|review published date|date heure|date et heure|date heure avis|publication|jour|le|quand|when"
        "|horodateur|horodatage|posted|at|created datetime|insert date|review original date|original date",
        fair="timestamp|time|datetime|review submit millis since epoch|publish at|published at timestamp|epoch|moment"
        "|review date time|time created|review datetime local|date time|unix|unixtime|date of review|temps|date utc"
        "|created timestamp|published timestamp|response date time|review millis|date reponse questionnaire|added on|added",
        weak="date rendez vous|date du rendez-vous|date rdv|date consultation|date visite|survey date|date enquete|annee|mois"
        "|periode|month|year|date commande|order date|transaction date|date achat",
        faint="relative date|review relative time|relative time description|date relative|anciennete|age|published relative"
        "|experience date|date of experience|date experience|experienced date|visit date|date de visite|date sejour"
        "|visited in|date of visit|dates experienced date|relative publish time description|stay date",
    ),
    Role.UPDATED: _titles(
        strong="update time|updated at|updated date|last update|last updated|date modified|date modification|modifie le"
        "|review last update date and time|iso date of last edit|dates updated date|edited at|last edited|date maj"
        "|date de modification|review updated at|last modified|modified at|last edit date|review updated|date edited"
        "|derniere modification|date de mise a jour|mis a jour le|review last updated",
    ),
    Role.RATING: _titles(
        strong="rating|rate|im rating|review rating rating value|rating rating value|reviews rating|review rating value|aggregate rating value|note sur cinq|nb d'etoiles|stars|star|star rating|note|note sur 5|note 5|note 10|note 20|note 100|etoiles|nb etoiles"
        "|nombre etoiles|nombre d'etoiles|nombre d'etoile|note etoiles|note en etoiles|review rating|review stars|review score|overall score"
        "|overall rating|rating value|review rating value|note client|note patient|note attribuee|note donnee|note avis"
        "|note de l'avis|note globale|note generale|notes|etoile|review rating score|star count|stars count|rating score"
        "|bewertung sterne|sterne|anzahl sterne|punktzahl|puntuacion|calificacion|valoracion|estrellas|voto|valutazione"
        "|stelle|punteggio|nota|classificacao|estrelas|beoordeling|sterren|review review rating|note aria label|rating 5"
        "|rating stars|kvMYJc|user rating|customer rating|given rating|etoiles 5|nbr etoiles|note 1 5|note 0 10|note obtenue"
        "|score 5|number of stars|num stars|rating text|rating label|note texte|bewertung|recommandation 0 10|rated",
        fair="score|evaluation|appreciation|satisfaction|grade|marks|mark|points|feedback score|satisfaction score|niveau"
        "|rating number|ratings|overall|note satisfaction|note de satisfaction|niveau de satisfaction|satisfaction globale"
        "|score satisfaction|review grade|opinion score|star rating value|qualite|csat|mention",
    ),
    Role.RECOMMENDED: _titles(
        strong="recommendation type|recommande|recommend|recommended|is recommended|would recommend|recommends|pouce leve"
        "|pouce|thumbs up|thumb|recommandez vous|vous recommandez|recommanderiez vous|recommandation|recommendation"
        "|is recommendation|recommend yn|does recommend|recommande oui non|facebook recommendation|avis positif"
        "|recommanderiez vous ce praticien|je recommande|vote",
    ),
    Role.TITLE: _titles(
        strong="title|titre|review title|titre avis|titre de l'avis|headline|review headline|subject|sujet|objet"
        "|heading|review heading|titre du commentaire|comment title|titel|titulo|titolo|review subject|intitule avis",
        weak="summary|resume|intitule|accroche|review summary",
    ),
    Role.TEXT: _titles(
        strong="text|texte|reviews text|review body|review|avis|review text|review content|review body|review comment|content|contenu|comment|comments"
        "|commentaire|commentaires|body|snippet|message|verbatim|verbatims|temoignage|comment text|comment body|texte avis"
        "|texte de l'avis|contenu avis|contenu de l'avis|avis client|avis patient|commentaire client|commentaire patient"
        "|commentaire avis|detail avis|detail de l'avis|feedback|feedback text|review message|review review body|libelle avis"
        "|review snippet|full review|full text|review full text|original text|text original|review text original|avis laisse"
        "|extracted snippet original|review body text|kommentar|bewertungstext|rezension|rezensionstext|comentario"
        "|comentarios|resena|texto|opinion|opiniones|recensione|testo|testo recensione|commento|avaliacao|opmerking|tekst"
        "|recensie|reactie|corps|corps avis|corps de l'avis|review description|user review|customer review|client review"
        "|text text|review text text|original text text|wiI7pd|your review|votre avis|votre commentaire|description avis|ressenti"
        "|avis texte|contents|remarque patient|commentaire libre|avis complet|avis et commentaires|avis du patient|written review",
        fair="description|reponse libre|remarque|remarques|observation|observations|feedbacks|quote|statement|caption"
        "|experience|recommendation text|retour|retours|retour patient|retours patients|details|detail|texte complet|notes libres"
        "|expression|motif avis|avis recu|plainte|reclamation",
        faint="text translated|review text translated|snippet translated|translated text|traduction|texte traduit"
        "|extracted snippet translated|translated|review translated",
    ),
    Role.PROS: _titles(
        strong="points forts|points positifs|point fort|point positif|positif|positives|pros|avantages|les plus|liked"
        "|ce que vous avez aime|positive comment|commentaire positif|plus|positive review|avis positifs|positive feedback"
    ),
    Role.CONS: _titles(
        strong="points faibles|points negatifs|point faible|point negatif|negatif|negatives|cons|inconvenients|les moins"
        "|disliked|ce que vous n'avez pas aime|negative comment|commentaire negatif|a ameliorer|points a ameliorer|moins"
        "|axes d'amelioration|suggestions|negative review|negative feedback|amelioration"
    ),
    Role.REPLY: _titles(
        strong="reply|reponse|reponse pro|reponse du pro|reponse de la structure|response|answer|owner answer|owner response|owner reply|response from owner text"
        "|response from owner|reply content|reply text|developer reply text|response content|response text|merchant reply"
        "|company reply|reponse du proprietaire|reponse proprietaire|reponse etablissement|reponse de l'etablissement"
        "|reponse cabinet|reponse du cabinet|reponse praticien|reponse du praticien|reponse du medecin|review reply comment|review reply"
        "|reply message|business response|antwort|respuesta|risposta|resposta|antwoord|management response|reponse publique"
        "|reponse apportee|response snippet|response of owner|reponse professionnel|reponse du professionnel|owner comment"
        "|reply comment|responses|reponses|replies|reponse texte|texte reponse|texte de la reponse|commentaire reponse"
        "|response extracted snippet original|reponse entreprise|reponse de l'entreprise|reponse marchand|business reply"
        "|your reply|votre reponse|notre reponse|nous avons repondu|response body|reply body|reply message text|reply.message"
        "|open graph story comments data|moderation reponse|droit de reponse|review reply text|owner response text|response comment"
        "|contenu reponse|contenu de la reponse|reponse a l'avis|company response|review response|public response"
        "|antwort des inhabers|respuesta del propietario|risposta del proprietario|response message|reply review|CDe7pd",
        fair="repondu|a repondu|replied|responded|has reply|has response|reponse oui non|reponse o n|answered|reponse faite"
        "|repondu oui non|avis repondu|reply status|response status|statut reponse|statut de la reponse|is replied",
        faint="moderation|response from owner text translated|response translated|reply translated|response extracted snippet translated"
        "|owner answer translated|comments",
    ),
    Role.REPLIED: _titles(
        strong="reply date|business reply date|business reply date utc|date reponse|date de reponse|date de la reponse|repondu le|company reply date utc|response date"
        "|replied at|response from owner date|owner answer timestamp datetime utc|owner answer timestamp|review reply update time"
        "|reply published date|response posted at|developer reply date and time|response iso date|responded at|reply time"
        "|response time|response at|date reply|owner response date|owner reply date|company reply date|reply created at"
        "|response published at|reply at|answer date|response created at|response datetime|date reponse proprietaire|reply posted at"
        "|owner answer datetime|owner answer date|owner response time|reply timestamp|response timestamp|replied on|repondu",
        fair="developer reply millis since epoch",
    ),
    Role.URL: _titles(
        strong="review url|review link|permalink|lien avis|lien de l'avis|url avis|url de l'avis|review permalink|link|url|lien"
        "|review page url|adresse avis|review web url|lien vers l'avis|direct link|share link|google maps uri|lien direct",
        weak="source url|page url|href|web url|web scraper start url|adresse web|origin url|final url",
    ),
    Role.ID: _titles(
        strong="review id|id avis|identifiant avis|identifiant de l'avis|numero avis|n avis|avis id|comment id|id commentaire"
        "|external review id|reviewid|review uid|review uuid|external id|review external id|review identifier|review key"
        "|reference avis|ref avis|feedback id|google review id|review name",
        fair="id|uid|uuid|identifiant|guid|surveyid|survey id|reference|ref|key|record id|surveyid for external use e g tech support",
    ),
    Role.SOURCE: _titles(
        strong="source|platform|source type|type de source|nom plateforme|nom de la plateforme|site de l'avis|plateforme|site|site name|provider|social media source|review source|website|network|publisher"
        "|review site|origine|origine avis|canal|channel|site d'avis|plate forme|review review site name|source name|review site name"
        "|provenance|support|media|domain|plateforme d'avis|site web|source avis|review platform|publisher id|listing source"
        "|fuente|quelle|fonte|bron|plateforme source|site source|origin|source site|reseau",
    ),
    Role.LANGUAGE: _titles(
        strong="language|langue|lang|locale|review language|reviewer language|original language|language code|content language"
        "|langue avis|idioma|sprache|lingua|text language code|original text language code|review lang",
    ),
    Role.STATUS: _titles(
        strong="status|statut|etat|curated|moderation status|review status|statut avis|statut de l'avis|moderation|state"
        "|publication status|is spam|spam|is deleted|deleted|supprime|review state|statut moderation|filtered|hidden",
    ),
    Role.ERROR: _titles(strong="error|error message|erreur|error code|warning code"),
    Role.PLACE_ID: _titles(
        strong="place id|google id|cid|fid|location id|listing id|page id|business unit id|store code|data id|kgmid"
        "|location external id|package name|business id|code etablissement|id etablissement|id fiche|place google id|location code"
        "|identifiant etablissement|app id|store id|google place id|locationid|id lieu|fiche id|finess|code magasin|reviews id",
    ),
    Role.PLACE_URL: _titles(
        strong="place url|location link|google maps url|business url|domain url|reviews link|location url|listing url|url fiche"
        "|lien fiche|place link|url etablissement|maps url|google maps link|url de la fiche|lien de la fiche|profile page url|fiche",
        weak="input url|search url|query|search page url",
    ),
    Role.PLACE_NAME: _titles(
        strong="place name|location name|venue|business name|etablissement|nom etablissement|nom de l'etablissement|lieu|agence"
        "|cabinet|club s name|club name|restaurant|hotel|store name|magasin|point de vente|praticien|nom praticien|nom du praticien"
        "|professionnel|docteur|medecin|nom medecin|webshop name|business|clinic|clinique|hopital|location|store|shop|place|place title"
        "|business title|listing name|company name|business unit|business unit display name|etablissement nom|nom fiche|nom de la fiche"
        "|nom du lieu|soignant|entite|structure|nom structure|nom du cabinet|location title|entreprise|societe|nom de l'entreprise|centre"
        "|dentiste|pharmacie|establishment|establishment name|company|organisation|organization|site etablissement|app name|place info title",
        weak="titre fiche|service|enseigne|marque|brand",
        faint="name|nom|title",
    ),
    Role.PLACE_CITY: _titles(
        strong="city|ville|commune|localite|town|place city|ville etablissement|ciudad|stadt|citta|cidade|stad|location city",
    ),
    Role.PLACE_ADDRESS: _titles(
        strong="address|adresse|place address|full address|adresse etablissement|location address|street|formatted address|rue"
        "|adresse complete|business address|adresse du cabinet",
    ),
    Role.PLACE_PHONE: _titles(
        strong="phone|telephone|phone number|tel|place phone|business phone|numero de telephone|telephone etablissement|location phone",
    ),
    Role.PLACE_RPPS: _titles(strong="rpps|numero rpps|n rpps|no rpps|code rpps|identifiant rpps|rpps praticien|num rpps"),
    Role.PLACE_SLUG: _titles(strong="slug|praticien slug|practitioner slug|identifiant praticien|slug praticien|practitioner|code praticien"),
    Role.PLACE_RATING: _titles(
        strong="total score|place rating|venue rating|average rating|note moyenne|business rating|avg rating|mean rating|moyenne"
        "|place info rating|location rating|note moyenne etablissement|overall place rating|average score|note etablissement|rating average"
        "|place average rating|business average rating|averagestars|average stars",
    ),
    Role.PLACE_COUNT: _titles(
        strong="reviews count|nb avis total|nombre total avis|total reviews|nombre d'avis|nb avis|user ratings total|venue reviews|place reviews|review count"
        "|total review count|place info reviews|nombre avis|nombre total d'avis|business review count|number of reviews|reviews number|ratings count"
        "|nbr avis|total avis|place reviews count|count reviews|reviews per place|user rating count|total ratings",
        fair="reviews|ratings total|count|nombre",
    ),
}  # fmt: skip

WORDS: Final[dict[Role, tuple[tuple[str, int], ...]]] = {
    Role.AUTHOR: tuple((word, 50) for word in "author auteur reviewer utilisateur pseudo redacteur consumer commenter".split()),
    Role.DATE: tuple((word, 45) for word in "date published publie created datetime fecha datum horodatage depot".split()),
    Role.RATING: tuple((word, 45) for word in "rating stars etoiles etoile note sterne estrellas stelle score".split()),
    Role.TEXT: tuple(
        (word, 45) for word in "review avis comment commentaire text texte content contenu verbatim body temoignage".split()
    ),
    Role.TITLE: tuple((word, 40) for word in ("title", "titre", "headline")),
    Role.REPLY: tuple((word, 60) for word in "reply reponse response answer antwort respuesta risposta resposta".split()),
    Role.URL: tuple((word, 40) for word in "permalink url link lien".split()),
    Role.RECOMMENDED: tuple((word, 40) for word in "recommend recommande recommandez recommandation recommended".split()),
    Role.LANGUAGE: tuple((word, 30) for word in "language langue".split()),
    Role.SOURCE: tuple((word, 30) for word in "plateforme platform".split()),
    Role.PLACE_NAME: tuple((word, 35) for word in "etablissement venue cabinet praticien clinique magasin".split()),
    Role.REPLIED: (),
}  # fmt: skip

_ANSWERS: Final = frozenset(
    "reply replied reponse reponses repondu response responses answer owner proprietaire antwort respuesta risposta resposta replies".split()
)
_PERSONS: Final = frozenset(
    "author auteur reviewer user utilisateur profile consumer contributor customer client".split()
)
_DATES: Final = frozenset(
    "date time datetime timestamp heure millis epoch publie published created at le".split()
)
_PICTURES: Final = frozenset(
    "image images photo photos avatar picture pictures thumbnail img logo icon media video videos".split()
)
_AGGREGATES: Final = frozenset(
    "average avg mean moyenne moyen total totals count number nb nombre nbr sum distribution per percent count moyennes histogram".split()
)
_MODELS: Final = frozenset(
    "sentiment confidence confiance probability probabilite polarity polarite magnitude nps compound prediction label model".split()
)
_PLACES: Final = frozenset(
    "place venue location business store etablissement company site agence app listing".split()
)

BARRED: Final[dict[Role, frozenset[str]]] = {
    Role.AUTHOR: _ANSWERS | _PICTURES | _AGGREGATES | _PLACES - {"site", "app"} | _DATES - {"le", "at"}
    | frozenset("id url link lien email mail level guide reviews ratings badge gender country pays uid phone href text title".split())
    - {"title"},
    Role.DATE: _ANSWERS | _PICTURES | frozenset("scraped scrape extracted extraction fetched crawled crawl imported retrieved export"
        " exported scraping collecte collected processed birth naissance precision expiry id url update updated modification modified"
        " count version experienced text title author relative ago".split()),
    Role.RATING: _ANSWERS | _PICTURES | _AGGREGATES | _MODELS | _DATES | frozenset(
        "place venue location business store company id url link text count reviewers author user level rank note_interne"
        " interne technique version avg".split()) - {"at", "le"},
    Role.TEXT: _ANSWERS | _PICTURES | _DATES | _AGGREGATES - {"moyen"} | _MODELS | frozenset(
        "id url link lien title titre author auteur rating rate score stars note language langue lang source type status statut likes"
        " like translated reviewer user useful helpful version code order email name nom place category categorie tags length"
        " platform plateforme site reviewers questions".split()),
    Role.TITLE: _ANSWERS | _PICTURES | _PLACES | _PERSONS | _DATES | frozenset("id url link count length job".split()),
    Role.REPLY: _PICTURES | _DATES | _AGGREGATES | frozenset("id url link links self related href author auteur name user rate delay delai rating needs".split()),
    Role.URL: _PICTURES | _PERSONS | _PLACES | _ANSWERS | frozenset("website".split()),
    Role.RECOMMENDED: _ANSWERS | _AGGREGATES | frozenset("id date text".split()),
    Role.LANGUAGE: frozenset("country pays translated".split()),
    Role.SOURCE: frozenset("id url link date".split()),
    Role.PLACE_NAME: _PICTURES | _ANSWERS | _AGGREGATES | _DATES
        | frozenset("id url link rating note phone address adresse type email reviews code author reviewer user code".split()),
}  # fmt: skip


@lru_cache(maxsize=4096)
def title_scores(title: str) -> dict[Role, int]:
    """Return how well a column title names each role, 0 to 100; roles without any hint are left out."""
    plain = words(title)
    if not plain:
        return {}
    core = _core(plain)
    tokens = frozenset(plain.split())
    outer, _, inner = title.rpartition(".")
    last = _core(words(inner)) if outer else ""
    owners = frozenset(words(outer).split()) & (_ANSWERS | _PERSONS)
    scores: dict[Role, int] = {}
    for role in Role:
        exact = EXACT.get(role, {}).get(core, 0)
        if not exact and not tokens & BARRED.get(role, frozenset()):
            exact = max((score for word, score in WORDS.get(role, ()) if word in tokens), default=0)
            if last and (not owners or (role is Role.AUTHOR and owners <= _PERSONS)):
                exact = max(exact, EXACT.get(role, {}).get(last, 0) * 6 // 10)
        if exact:
            scores[role] = exact
    if tokens & _ANSWERS and tokens & _DATES and Role.REPLIED not in scores:
        scores[Role.REPLIED] = 60
    return scores
