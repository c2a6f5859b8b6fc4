# Woorden van het beeld van het beloop van een patiënt, en van de werkbank.

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
course-zero-none = Er is geen celtherapie met een datum vastgelegd: de tijd telt vanaf vandaag.
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
