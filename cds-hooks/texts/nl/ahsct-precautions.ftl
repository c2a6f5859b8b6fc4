title = Aandachtspunten na aHSCT

summary = Deze patiënt kreeg stamceltransplantatie voor MS ({ $date }). Lees wat vandaag geldt; bel bij twijfel de hematoloog.
summary-no-day = Stamceltransplantatie voor MS, datum niet vastgelegd. Vraag wanneer en lees wat geldt; bel bij twijfel de hematoloog.
summary-infusion-not-recorded = Order voor stamceltransplantatie voltooid, teruggave niet vastgelegd: vraag het na; zo ja, dan geldt het volgende.
summary-own-or-donor = Stamcellen gegeven, eigen of van een donor niet vastgelegd: leg vast. Na eigen cellen geldt het volgende.
summary-in-words = Transplantatie alleen in woorden: { $text }. Eigen stamcellen? Vraag het na; dan geldt het volgende.

criterion-reinfusion = Eigen stamcellen teruggegeven
criterion-ms = Voor multiple sclerose
criterion-in-force = Adviezen nog van kracht
criterion-elsewhere = Niet in de opname van de teruggave
criterion-fever = Koorts boven { $fever-after-ahsct } °C: bel hematoloog of neuroloog
criterion-live-vaccines = Geen levende verzwakte vaccins
criterion-live-vaccines-recovery = Geen levende verzwakte vaccins zonder herstel van de afweer
criterion-prophylaxis = Antibioticum en antiviraal middel geadviseerd
criterion-vaccines = Geïnactiveerde vaccins geadviseerd
criterion-no-pregnancy = Niet zwanger worden
criterion-no-fathering = Geen kind verwekken
criterion-no-child = Niet zwanger worden, geen kind verwekken
criterion-irradiated = Alleen bestraalde bloedproducten

remark-no-day = datum niet vastgelegd
remark-infusion-not-recorded = order voltooid, teruggave niet vastgelegd
remark-from = vanaf { $from }
remark-fever-months = gedurende { $fever-months-after-ahsct ->
    [one] één maand
   *[other] { $fever-months-after-ahsct } maanden
}
remark-prophylaxis-months = gedurende { $prophylaxis-months-after-own-cells ->
    [one] één maand
   *[other] { $prophylaxis-months-after-own-cells } maanden
}
remark-no-child-months = gedurende { $no-conception-months-after-transplantation ->
    [one] één maand
   *[other] { $no-conception-months-after-transplantation } maanden
} na de teruggave
remark-irradiated-months = gedurende { $irradiated-blood-months-after-own-cells ->
    [one] één maand
   *[other] { $irradiated-blood-months-after-own-cells } maanden
}
remark-vaccines-months = vanaf { $no-vaccine-months ->
    [one] één maand
   *[other] { $no-vaccine-months } maanden
}

gap-own-or-donor = eigen cellen of van een donor: niet vastgelegd
gap-therapy-date = datum van de teruggave niet vastgelegd: { $what }

context-contact = Bij spoed: eerst behandelen, dan hematoloog of neuroloog bellen.
context-sport = Lage bloedplaatjes: geen blessuregevoelige sporten.
