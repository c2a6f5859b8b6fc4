title = Vaccin na celtherapie

summary-live = Levend vaccin ({ $vaccine }), { $therapy } { $date }: niet geven vóór { $until }.
summary-live-later = Levend vaccin ({ $vaccine }) na { $therapy } ({ $date }): immuunherstel niet aangetoond. Ga dit na.
summary-live-undated = Levend vaccin ({ $vaccine }) na { $therapy }, datum niet vastgelegd: ga die na, geef het nog niet.
summary-live-date = Levend vaccin ({ $vaccine }), { $therapy } { $date }: mogelijk nog geen { $interval } geleden. Ga na.
summary-live-incomplete = Levend vaccin ({ $vaccine }), { $therapy } { $date }: gegevens onvolledig; latere therapie?
summary-live-probable = Levend vaccin ({ $vaccine }), { $therapy } waarschijnlijk gegeven (infusie niet vastgelegd): ga na.
summary-early = { $vaccine } na { $therapy } ({ $date }): te vroeg. Niet vóór { $until }.
summary-early-cells = { $vaccine } na { $therapy } ({ $date }): te vroeg als het donorcellen waren. Ga na.
summary-early-date = { $vaccine } na { $therapy } ({ $date }): mogelijk nog geen { $interval } geleden. Ga na.
summary-early-undated = { $vaccine } na { $therapy }, datum niet vastgelegd: ga na of { $interval } voorbij zijn.
summary-early-probable = { $vaccine }: { $therapy } waarschijnlijk gegeven (infusie niet vastgelegd). Is dit te vroeg? Ga na.
summary-product = { $vaccine } na { $therapy }: levend of niet? Dat hangt af van het product. Ga dit eerst na.
summary-named = { $vaccine } na { $therapy }: order zonder bruikbare code. Ga na of dit een levend vaccin is.
summary-history-in-words = Levend vaccin ({ $vaccine }): celtherapie of transplantatie zonder bruikbare code in het dossier. Ga na.

therapy-car-t = CAR-T
therapy-stem-cells = stamceltransplantatie
months-live = { $no-live-vaccine-months } maanden
months-others = { $no-vaccine-months } { $no-vaccine-months ->
    [one] maand
   *[other] maanden
}
months-others-donor = { $no-vaccine-months-after-donor-cells } maanden

advice-live-stem-cells = Levende vaccins alleen bij immuunherstel.
advice-interval-stem-cells = Andere vaccins: vanaf { $no-vaccine-months } { $no-vaccine-months ->
    [one] maand
   *[other] maanden
} na eigen stamcellen, { $no-vaccine-months-after-donor-cells } na donorstamcellen.
advice-live-car-t = Levende vaccins alleen bij immuunherstel, zonder immunosuppressie, { $no-live-vaccine-months-after-immunoglobulin } maanden na immunoglobuline.
advice-interval-car-t = Na CAR-T influenza- en COVID-19-vaccin vanaf { $no-vaccine-months } { $no-vaccine-months ->
    [one] maand
   *[other] maanden
}; andere geïnactiveerde vaccins vanaf zes (volgens sommigen drie), bij immuunherstel.

context-recovery = Immuunherstel hier: CD4 ≥ { $recovered-cd4-count }/µL, niet immuungecompromitteerd, geen immunosuppressivum of corticosteroïd, { $no-live-vaccine-months-after-immunoglobulin } maanden geen immunoglobuline.

criterion-live = Levend vaccin in de order
criterion-not-live = Vaccin in de order, niet levend
criterion-perhaps-live = Levend vaccin in de order
criterion-car-t = CAR-T in de voorgeschiedenis
criterion-stem-cells = Stamceltransplantatie
criterion-within = < { $interval } na de therapie
criterion-after-therapy = Vaccinatie na de therapie
criterion-not-recovered = Geen teken van immuunherstel

remark-infusion-not-recorded = order voltooid, infusie niet vastgelegd

gap-product = levend of niet: het product bepaalt het
gap-no-code = geen bruikbare code
gap-therapy-date = datum niet vastgelegd: { $what }
gap-route = toedieningsweg niet vermeld of niet herkend: { $what }
gap-cells = eigen stamcellen of donorcellen: niet vastgelegd

suggest-remove = Verwijder { $vaccine }
suggest-cd4 = CD4-telling
