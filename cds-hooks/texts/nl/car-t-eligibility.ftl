title = Indicatie voor CAR-T

summary-met = { $product }: past binnen de EMA-indicatie voor { $disease }. Controleer dit.
summary-met-trial-unknown = { $product }: EMA-indicatie { $disease } past. Controleer studiedeelname.
summary-met-product-not-stated = { $product }: indicatie, eerdere therapie en falen vastgelegd. Kies een product en toets aan de SmPC.
summary-no-diagnosis = { $product }: geen diagnose herkend binnen de EMA-indicatie. Controleer vóór ondertekenen.
summary-age = { $product }: leeftijd { $age } valt buiten de EMA-indicatie. Controleer vóór ondertekenen.
summary-lines =
    { $lines ->
        [one] { $product }: 1 eerdere lijn vastgelegd, de EMA-indicatie vraagt er { $count }. Controleer vóór ondertekenen.
       *[other] { $product }: { $lines } eerdere lijnen vastgelegd, de EMA-indicatie vraagt er { $count }. Controleer vóór ondertekenen.
    }
summary-therapies =
    { $lines ->
        [one] { $product }: 1 eerdere therapie vastgelegd, de EMA-indicatie vraagt er { $count }. Controleer vóór ondertekenen.
       *[other] { $product }: { $lines } eerdere therapieën vastgelegd, de EMA-indicatie vraagt er { $count }. Controleer vóór ondertekenen.
    }
summary-lines-no-early-failure =
    { $lines ->
        [one] { $product }: 1 eerdere lijn, geen vroeg falen vastgelegd; EMA-indicatie vraagt { $count } lijnen. Controleer.
       *[other] { $product }: { $lines } eerdere lijnen vastgelegd; EMA-indicatie vraagt er { $count }. Controleer vóór ondertekenen.
    }
summary-remission = { $product }: ziekte in remissie, geen recidief of refractaire ziekte vastgelegd. Ga na vóór ondertekenen.
summary-unknown =
    { $count ->
        [0] { $product }: EMA-indicatie niet bevestigd. Ga na: { $missing }.
       *[other] { $product }: EMA-indicatie niet bevestigd. Ga na: { $missing } (en nog { $count }).
    }
summary-may-qualify = { $disease }, recidief of refractair: mogelijk kandidaat voor CAR-T. Overweeg verwijzing naar CAR-T-centrum.
summary-on-study = { $product }: patiënt neemt deel aan een studie, daarom niet aan het label getoetst. Volg het protocol.
summary-uncoded = { $order }: noemt CAR-T maar heeft geen code; indicatie niet gecontroleerd. Controleer zelf.
summary-unreadable = Een order is onleesbaar. Controleer of het om CAR-T gaat en of de indicatie klopt.

product-not-stated = CAR-T

missing-diagnosis = de diagnose
missing-age = de leeftijd
missing-earlier-treatment = eerdere behandeling
missing-lines = het aantal eerdere lijnen
missing-therapies = het aantal eerdere therapieën
missing-early-failure = of de eerste lijn vroeg heeft gefaald
missing-drug-class = welke geneesmiddelgroepen eerder zijn gegeven
missing-refractory-to = waarvoor de ziekte refractair is
missing-failure = of de ziekte recidiverend of refractair is
missing-which-relapse = welk recidief dit is
missing-progression-on-last-therapy = of de laatste therapie heeft gefaald

lead-label = { $brand }: { $label }.
lead-on-study = Een studieproduct wordt niet aan het label getoetst. Hoort dit middel niet bij de studie? Controleer het label zelf.

criterion-diagnosis = Diagnose: { $disease }
criterion-diagnosis-of-product = Diagnose binnen de indicatie van { $product }
criterion-diagnosis-of-any = Een ziekte waarvoor CAR-T is geregistreerd
criterion-age-minimum = Leeftijd ≥ { $minimum } jaar
criterion-age-maximum = Leeftijd ≤ { $maximum } jaar
criterion-age-range = Leeftijd { $minimum }–{ $maximum } jaar
criterion-lines = { $minimum ->
    [one] ≥ 1 eerdere lijn systemische therapie
   *[other] ≥ { $minimum } eerdere lijnen systemische therapie
}
criterion-therapies = { $minimum ->
    [one] ≥ 1 eerdere therapie
   *[other] ≥ { $minimum } eerdere therapieën
}
criterion-lines-or-early = ≥ { $minimum } eerdere lijnen; { $fewer } indien refractair ervoor of recidief binnen { $months } maanden
criterion-treated-before = Eerder behandeld
criterion-drug-class = Eerder { $class }
criterion-refractory-to = Refractair voor { $what }
criterion-failure = Recidief of refractair
criterion-refractory-or-later-relapse = Refractair, recidief na transplantatie, of tweede of later recidief
criterion-progression-on-last-therapy = Recidief of refractair, progressie op de laatste therapie
criterion-outside-trial = Behandeling buiten studieverband, zodat het label geldt
criterion-on-study = Neemt deel aan een studie
criterion-product-outside-trial = Het middel valt buiten het onderzoek
criterion-rest-of-label = Wat de indicatie verder vraagt
criterion-first-car-t = Niet eerder CAR-T gekregen
criterion-not-planned = Nog geen CAR-T gepland
criterion-order = CAR-T-order

remark-age = { $age } jaar
remark-age-between = { $youngest } of { $oldest } jaar, volgens de vastgelegde geboortedatum
remark-estimate =
    { $count ->
        [one] schatting op grond van de vastgelegde middelen: ten minste 1 lijn
       *[other] schatting op grond van de vastgelegde middelen: ten minste { $count } lijnen
    }
remark-no-course = geen kuur gevonden onder de vastgelegde middelen, maar er worden er weinig herkend
remark-failure-before-last-course = vastgelegd voordat de laatst bekende kuur begon: ga na of ook die kuur heeft gefaald
remark-intolerance = gestaakt wegens intolerantie: dat is geen therapiefalen

gap-diagnosis-type = type lymfoom niet gecodeerd: { $what }
gap-diagnosis-grade = graad van het folliculair lymfoom niet gecodeerd: { $what }
gap-diagnosis-lineage = B-cellijn niet gecodeerd: { $what }
gap-line-count = aantal eerdere lijnen niet vastgelegd
gap-line-counts-differ = vastgelegde aantallen lijnen spreken elkaar tegen
gap-line-count-contradicted = vastgelegd aantal lijnen past niet bij de kuren: die zijn later, of het zijn er meer
gap-end-of-first-line = einde van de eerste lijn niet vastgelegd
gap-relapse-date = datum van het recidief niet exact: { $what }
gap-date-of-relapse = niet vastgelegd: refractair voor de eerste lijn, of datum van het recidief
gap-failure = recidief, refractaire ziekte of progressie niet vastgelegd
gap-failure-but-remission = therapiefalen is vastgelegd, maar de ziekte staat nu als in remissie
gap-controlled-since = na het therapiefalen is een respons of stabiele ziekte vastgelegd
gap-order-of-failure-and-response = volgorde van therapiefalen en respons niet duidelijk uit de data
gap-which-relapse = niet vastgelegd: refractair, recidief na transplantatie, of tweede of later recidief
gap-progression-on-last-therapy = progressie op de laatste therapie niet vastgelegd
gap-drug-class = niet vastgelegd; dat betekent niet: nooit gegeven
gap-refractory-to = niet vastgelegd
gap-trial-product = niet vastgelegd of het bestelde product bij de studie hoort

context-earlier-car-t = Er is eerder CAR-T gegeven: de registratietekst noemt geen tweede infusie. Overleg met het CAR-T-centrum.
context-source-of-row = Deze indicatie komt uit: { $title }, { $date }.
context-review-overdue = Deze indicaties hadden uiterlijk { $date } opnieuw met hun bron vergeleken moeten zijn.
context-products = Mogelijke producten: { $products }. Controleer de registratietekst.
