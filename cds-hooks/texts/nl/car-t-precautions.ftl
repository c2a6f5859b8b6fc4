title = Aandachtspunten na CAR-T

summary = Deze patiënt kreeg CAR-T ({ $date }). Lees hieronder wat vandaag geldt; bel bij twijfel het CAR-T-centrum.
summary-product = Deze patiënt kreeg CAR-T: { $product }, { $date }. Lees wat nu geldt; bel bij twijfel het CAR-T-centrum.
summary-no-day = Deze patiënt kreeg CAR-T, datum niet vastgelegd. Vraag wanneer en lees wat geldt; bel bij twijfel het CAR-T-centrum.
summary-infusion-not-recorded = CAR-T waarschijnlijk gegeven ({ $product }), infusie niet vastgelegd: vraag patiënt en CAR-T-centrum.
summary-in-words = CAR-T alleen in woorden: { $text }. Vraag het de patiënt; is het gegeven, dan geldt het volgende.

criterion-car-t = CAR-T in de voorgeschiedenis
criterion-treating = In behandeling bij deze afdeling
criterion-corticosteroid = Geen systemische corticosteroïden zonder overleg met het CAR-T-centrum
criterion-donation = Geen donatie van bloed, organen, weefsels of cellen
criterion-second-malignancy = Let op een nieuw lymfoom of leukemie
criterion-fever = Koorts boven { $fever-after-car-t } °C is spoed
criterion-driving = Niet autorijden
criterion-live-vaccines = Geen levende vaccins
criterion-live-vaccines-recovery = Geen levende vaccins zonder herstel van de afweer
criterion-prophylaxis = Profylaxe met cotrimoxazol en valaciclovir geadviseerd
criterion-b-cells = Tekort aan B-cellen mogelijk

remark-driving-days = gedurende { $no-driving-days } dagen na de infusie
remark-prophylaxis-months = gedurende { $prophylaxis-months-after-car-t } maanden na de infusie
remark-b-cells-years = gedurende { $b-cell-recovery-years } jaar na de infusie
remark-lifelong = levenslang
remark-call = bel direct; geen einddatum
remark-no-day = datum niet vastgelegd
remark-infusion-not-recorded = order voltooid, infusie niet vastgelegd

context-contact = CAR-T-centrum: binnen kantoortijd de dagbehandeling, anders de dienstdoende arts-assistent hematologie. Bij spoed: eerst behandelen.
context-first-month = Bijwerkingen (CRS, ICANS) mogelijk t/m { $until } (dag { $first-month-after-car-t }).
