title = Aandachtspunten na CAR-T

summary = Deze patiënt kreeg CAR-T ({ $date }). Lees hieronder wat vandaag geldt; bel bij twijfel het CAR-T-centrum.
summary-product = Deze patiënt kreeg CAR-T: { $product }, { $date }. Lees wat vandaag geldt; bel bij twijfel het CAR-T-centrum.
summary-no-day = Deze patiënt kreeg CAR-T, datum niet vastgelegd. Vraag wanneer en lees wat geldt; bel bij twijfel het CAR-T-centrum.
summary-infusion-not-recorded = CAR-T waarschijnlijk gegeven ({ $product }), infusie niet vastgelegd: vraag patiënt en CAR-T-centrum.
summary-in-words = CAR-T alleen in woorden: { $text }. Vraag het de patiënt; is het gegeven, dan geldt het volgende.

criterion-car-t = CAR-T in de voorgeschiedenis
criterion-corticosteroid = Geen systemische corticosteroïden zonder overleg met het CAR-T-centrum
criterion-donation = Geen donatie van bloed, organen, weefsels of cellen
criterion-fever = Koorts boven { $degrees } °C is spoed
criterion-driving = Niet autorijden
criterion-live-vaccines = Geen levende vaccins
criterion-live-vaccines-recovery = Geen levende vaccins zonder herstel van de afweer
criterion-prophylaxis = Advies: profylaxe met cotrimoxazol en valaciclovir
criterion-b-cells = Tekort aan B-cellen mogelijk

remark-until = tot en met { $until }
remark-until-latest = uiterlijk tot en met { $until }
remark-over = sinds { $until } voorbij, gerekend vanaf deze infusie; een latere kan ontbreken
remark-days = gedurende { $count } dagen na de infusie
remark-months = gedurende { $count } maanden na de infusie
remark-live-vaccines-until = ten minste tot en met { $until }; daarna alleen bij hersteld immuunsysteem
remark-live-vaccines-until-latest = uiterlijk tot { $until }; daarna alleen bij hersteld immuunsysteem
remark-live-vaccines-over = sinds { $until } alleen bij hersteld immuunsysteem; geen einddatum
remark-live-vaccines-months = ten minste { $count } maanden na de infusie; daarna alleen bij hersteld immuunsysteem
remark-no-end-date = geen einddatum
remark-call = bel direct het CAR-T-centrum; geen einddatum
remark-no-day = datum niet vastgelegd
remark-infusion-not-recorded = alleen de order staat als voltooid; de infusie zelf is niet vastgelegd

gap-no-day = datum van de infusie niet vastgelegd

context-contact = Bellen: het CAR-T-centrum; binnen kantoortijd de dagbehandeling, daarbuiten de dienstdoende arts-assistent hematologie. Bij spoed: eerst behandelen.
context-first-month = Bijwerkingen (CRS, ICANS) kunnen in de eerste maand nog optreden, tot en met { $until }.
