# Woorden van het beeld van het beloop van een patiënt, van de SMART-app die het toont, en van de werkbank.

course-title = Beloop
course-lead = Wat de regels van deze aanroep in het dossier vonden, waar het in de tijd staat, en wat niet bekend is. De kaarten adviseren; ze beslissen niet.
course-woman = Vrouw, { $age } jaar
course-man = Man, { $age } jaar
course-person = Patiënt, { $age } jaar
course-born = geboren { $date }
course-record = dossier { $id }
course-as-of = Stand van { $date }
course-zero-car-t = Dag 0: CAR-T-infusie, { $date }
course-zero-own = Dag 0: teruggave van eigen stamcellen, { $date }
course-zero-donor = Dag 0: transplantatie van stamcellen van een donor, { $date }
course-zero-stem-cells = Dag 0: stamceltransplantatie, { $date }
course-zero-none = Er is geen celtherapie vastgelegd.
course-zero-undated = Er is een celtherapie vastgelegd, zonder datum.
course-zero-not-known = Of er een celtherapie was, is niet bekend.
course-from-today = De tijd telt vanaf vandaag.
course-other-zero = Ook vastgelegd
course-own-value = { $value } (dit ziekenhuis)

course-cards = Kaarten
course-no-cards = Geen kaart.
course-card = Kaart { $number }, { $indicator }
course-critical = kritiek
course-warning = waarschuwing
course-info = informatie
course-bands = Tot wanneer
course-findings = Metingen en bevindingen
course-drugs = Geneesmiddelen
course-procedures = Verrichtingen en aanvragen
course-diagnoses = Diagnoses
course-drafts = Wordt nu aangevraagd
course-others = Opnames en overige gegevens
course-not-known = Niet bekend
course-stay = Opname
course-emergency = Spoedeisende hulp
course-visit = Bezoek
course-present = vandaag
course-limit = { $name }: { $value }
course-normal = normaal { $value }

course-temperature = Temperatuur
course-ice = ICE-score
course-neutrophils = Neutrofielen
course-platelets = Trombocyten
course-igg = IgG
course-cd4 = CD4-cellen

course-days = dagen
course-recent = laatste dagen
course-weeks = weken
course-months = maanden
course-years = jaren
course-tick-day = { $count }
course-tick-week = { $count } wk
course-tick-month = { $count } mnd
course-tick-year = { $count } jr
course-on-day = dag { $count }
course-weeks-after = { $count } { $count ->
    [one] week
   *[other] weken
} na dag 0
course-months-after = { $count } { $count ->
    [one] maand
   *[other] maanden
} na dag 0
course-years-after = { $count } jaar na dag 0
course-weeks-before = { $count } { $count ->
    [one] week
   *[other] weken
} vóór dag 0
course-months-before = { $count } { $count ->
    [one] maand
   *[other] maanden
} vóór dag 0
course-years-before = { $count } jaar vóór dag 0
course-today = vandaag
course-days-ago = { $count } { $count ->
    [one] dag
   *[other] dagen
} geleden
course-weeks-ago = { $count } { $count ->
    [one] week
   *[other] weken
} geleden
course-months-ago = { $count } { $count ->
    [one] maand
   *[other] maanden
} geleden
course-years-ago = { $count } jaar geleden
course-days-ahead = over { $count } { $count ->
    [one] dag
   *[other] dagen
}
course-weeks-ahead = over { $count } { $count ->
    [one] week
   *[other] weken
}
course-months-ahead = over { $count } { $count ->
    [one] maand
   *[other] maanden
}
course-years-ahead = over { $count } jaar

course-picture = Beeld
course-picture-lead = Elk deel van de tijdlijn heeft een eigen schaal. Elk teken leidt naar zijn regel in de tabellen hieronder.
course-legend = Wat de tekens betekenen
course-legend-given = toegediend
course-legend-stated = in gebruik (medicatielijst)
course-legend-prescribed = voorgeschreven
course-legend-procedure = verricht
course-legend-request = aangevraagd
course-legend-diagnosis = diagnose
course-legend-finding = gemeten of gevonden
course-legend-draft = wordt nu aangevraagd
course-legend-other = ander gegeven
course-legend-imprecise = datum niet precies
course-legend-not-known = niet bekend
course-legend-band = geldt tot
course-legend-band-supposed = geldt als is gegeven wat onduidelijk is
course-legend-present = vandaag
course-legend-zero = dag 0

course-entries = Alle gegevens
course-entries-lead = Waarop de criteria van de regels berusten, op volgorde van tijd.
course-undated = Zonder datum
course-when = Wanneer
course-what = Wat
course-asked-by = Criterium
course-rule = Regel
course-until = Tot
course-from = Vanaf
course-why = Waarom
course-data = Gegevens
course-nothing = Niets vastgelegd.
course-no-bands = Geen regel telt hier een termijn.
course-all-known = Er ontbreekt niets wat een regel nodig heeft.
course-until-past = tot en met { $until } (voorbij)
course-until-present = tot en met { $until }
course-until-latest = uiterlijk tot en met { $until }
course-until-supposed = tot en met { $until }, als is gegeven wat onduidelijk is
course-until-open = geen einddatum
course-from-cards = Wat de kaarten zeggen
course-suggestions = De kaart stelt voor
course-reasons = Kan worden overruled omdat:
course-opened = Geopend vanaf deze kaart:
course-printed = Gemaakt door cellwise uit de gegevens van één aanroep. Het toont waar de regels naar keken, niet het hele dossier.

# De termijnen die regels tellen, naar het getal dat zegt hoe lang.
span-no-driving-days = Niet autorijden
span-prophylaxis-months-after-car-t = Infectieprofylaxe
span-prophylaxis-months-after-own-cells = Infectieprofylaxe
span-prophylaxis-months-after-donor-cells = Infectieprofylaxe
span-no-live-vaccine-months = Geen levende vaccins; daarna alleen na herstel van de afweer
span-no-vaccine-months = Nog geen geïnactiveerde vaccins
span-no-vaccine-months-after-donor-cells = Nog geen geïnactiveerde vaccins
span-condom-months-after-car-t = Niet zwanger worden of verwekken: condoom
span-no-conception-months-after-transplantation = Niet zwanger worden of verwekken
span-irradiated-blood-days-after-car-t = Bestraalde bloedproducten
span-irradiated-blood-months-after-own-cells = Bestraalde bloedproducten
span-irradiated-blood-months-after-donor-cells = Bestraalde bloedproducten
span-hepatitis-b-prophylaxis-months = Antiviraal middel bij (doorgemaakte) hepatitis B
span-hepatitis-b-prophylaxis-months-after-rituximab = Na rituximab: antiviraal middel bij (doorgemaakte) hepatitis B
span-b-cell-recovery-years = B-cellen kunnen ontbreken: IgG controleren
span-first-month-after-car-t = CRS en ICANS kunnen optreden
span-frequent-count-days = Bloedbeeld vaak controleren
span-count-months = Lage bloedwaarden kunnen door de celtherapie komen
span-icaht-late-days = Langdurige cytopenie wordt gegradeerd
span-call-card-months = Alarmsymptomen kunnen door CAR-T komen
span-corticosteroid-critical-months = Corticosteroïd alleen na overleg
span-fever-months-after-ahsct = Koorts kan door de transplantatie komen

# Wat de grenzen in de grafieken betekenen, naar het getal.
limit-crs-fever = koorts (CRS)
limit-fever-after-car-t = koorts na CAR-T
limit-fever-after-ahsct = koorts na aHSCT
limit-fever-before-car-t = koorts vóór CAR-T
limit-fever-in-mobilisation = koorts tijdens mobilisatie
limit-severe-neutropenia = ernstige neutropenie
limit-icaht-neutrophils = langdurige cytopenie
limit-icaht-very-low-neutrophils = langdurige cytopenie, zeer laag
limit-neutrophils-recovered = hersteld
limit-low-platelets = laag
limit-icaht-platelets = langdurige cytopenie
limit-low-igg = laag
limit-recovered-cd4-count = hersteld

# De SMART-app.
app-patient = Patiënt
app-no-name = Naam niet bekend
app-no-birth-date = geboortedatum niet bekend
app-as-of = Stand van
app-show = Toon
app-today = Vandaag
app-print = Afdrukken
app-language = Nederlands
app-read-at = Om { $time } uit het dossier gelezen, met uw eigen toegang.
app-stays = Wat daar later verandert, ziet u als u deze pagina opnieuw laadt.
app-past = Stand van { $date }: gegevens met een latere datum zijn weggelaten. Wat een gegeven zegt (status, diagnose), is wat het vandaag zegt.
app-not-read = Kon niet worden gelezen:
app-not-read-means = Wat niet kon worden gelezen, telt als niet bekend, nooit als niets.
app-why-part = alleen een deel kwam aan
app-why-denied = het EPD toont u dit niet
app-why-slow = het EPD deed er te lang over
app-why-unreachable = het EPD was niet bereikbaar
app-why-unknown-kind = het EPD heeft zulke gegevens niet
app-why-other = het antwoord was niet bruikbaar
app-opened-none = De kaart waarvandaan u komt, staat hier niet: { $rule }. Ze kan gaan over wat werd aangevraagd, of niet meer gelden.
app-rule = Over deze regel
app-choose = Kies het EPD waaruit u een patiënt wilt openen.
app-no-course = Het beloop kan niet worden getoond
app-says-nothing = Dit zegt niets over de patiënt.
app-for-helpdesk = Voor de helpdesk:
app-refused-not-a-launch = Deze pagina is geopend op een manier die geen EPD noemt, of meer dan één.
app-refused-unknown-server = De pagina is geopend vanuit een EPD dat hier niet is aangemeld.
app-refused-no-configuration = Het EPD zegt niet hoe u zich aanmeldt, of is niet bereikbaar.
app-refused-no-pkce = Het EPD kan u niet veilig aanmelden (PKCE met S256 ontbreekt).
app-refused-denied = Het EPD gaf geen toegang.
app-refused-launch-over = Het aanmelden duurde te lang, of dit adres is al eerder gebruikt.
app-refused-other-browser = De browser die terugkomt, is niet die waarmee u begon, of hij bewaart geen cookies van deze pagina.
app-refused-no-token = Het EPD heeft het aanmelden niet afgerond.
app-refused-no-patient = Het EPD zei niet om welke patiënt het gaat.
app-refused-user-not-proven = Het EPD zei wie u bent op een manier die niet te controleren is.
app-refused-session-over = Uw toegang tot deze pagina is voorbij.
app-refused-busy = Te veel mensen gebruiken deze pagina.
app-refused-not-logged = Wie een dossier inziet, wordt hier vastgelegd, en dat lukt nu niet.
app-refused-fault = Hier ging iets mis.
app-do-open-from-ehr = Open de pagina vanuit het dossier van de patiënt.
app-do-open-again = Open de pagina opnieuw vanuit het dossier van de patiënt.
app-do-open-record = Open eerst het dossier van een patiënt, en daaruit deze pagina.
app-do-ask-access = Vraag in uw ziekenhuis om toegang als u die nodig hebt, of open de pagina opnieuw vanuit het dossier.
app-do-cookies = Open de pagina opnieuw vanuit het dossier van de patiënt. Gebeurt het weer, dan moet de helpdesk cookies van deze pagina binnen het EPD toestaan.
app-do-try-later = Probeer het over een minuut opnieuw; blijft het zo, meld het dan bij de helpdesk.
app-do-tell-helpdesk = Meld het bij de helpdesk: iemand moet een instelling wijzigen.

# De werkbank.
bench-title = Werkbank
bench-lead = Voor testers en engineers. Wat hier wordt neergelegd, gaat naar deze server, wordt beoordeeld en vergeten; een toegangslog, als die wordt bijgehouden, noemt de patiënt.
bench-no-script = Deze pagina heeft haar script nodig.
bench-patient = Patiënt
bench-fixture = Verzonnen patiënt
bench-file = Eigen bestand
bench-drop = Een FHIR-Bundle of een CDS Hooks-aanroep; u kunt het bestand overal op deze pagina neerzetten.
bench-nothing = Er ligt hier nog niets.
bench-fixture-order = Verzonnen conceptorder
bench-order-file = Eigen conceptorder
bench-question = Vraag
bench-hook = Hook
bench-service = Service
bench-every-service = elke service van de hook
bench-language = Taal
bench-config = Lokale configuratie
bench-config-lead = Getallen en schakelaars zoals in cellwise.toml; bestanden kunnen niet worden genoemd.
bench-judge = Beoordeel
bench-save = Bewaar als voorbeeld
bench-date = Datum
bench-slider = Dagen
bench-day-before = Een dag terug
bench-day-after = Een dag verder
bench-until-then = Laat weg wat een latere datum heeft
bench-says-known = Hier ligt:
bench-says-none = Kies eerst een patiënt.
bench-says-came = Erbij gekomen kaarten:
bench-says-went = Verdwenen kaarten:
bench-says-same = Dezelfde kaarten als daarvoor.
bench-says-failed = De server antwoordt niet.
bench-says-unreadable = Dit bestand is geen JSON.
bench-says-invented = Patiënten in voorbeelden zijn verzonnen. Is deze patiënt verzonnen, in elk woord?
bench-cards = { $count ->
    [0] geen kaart
    [one] één kaart
   *[other] { $count } kaarten
}
bench-unobtainable = 412, er is niets te zeggen zonder:
bench-invalid = 400, niet geldig:
bench-not-served = 400, alleen beschikbaar op:
bench-criteria = Criteria
bench-has-card = heeft een kaart
bench-rule-failed = De regel faalde: een fout in het programma.
bench-all = alle van
bench-any = één van
bench-unless = niet
bench-aside = ter informatie, beslist niets
bench-shown-as = getoond als
bench-data = Wat elke regel nodig heeft, en wat er was
bench-got = Gegevens
bench-none = geen
bench-held-nowhere = niet bijgehouden in dit systeem
bench-raw = Zoals het over de lijn gaat
bench-request = Aanroep van
bench-response = Antwoord van
