title = Bestraalde bloedproducten

summary-after = { $product }: bestraling niet vermeld, nodig t/m { $until } (na { $therapy }). Voeg toe.
summary-probable = { $product }: bestraling niet vermeld. { $therapy } waarschijnlijk (infusie niet vastgelegd): ga na.
summary-before-car-t = { $product }: bestraling niet vermeld. Rond de leukaferese voor CAR-T alleen bestraald: voeg toe aan de order.
summary-before-stem-cells = { $product }: bestraling niet vermeld. Oogst of conditionering nabij: alleen bestraald. Voeg toe aan de order.
summary-drug = { $product }: bestraling niet vermeld, nodig t/m { $until } ({ $drug }).
summary-drug-ongoing = { $product }: bestraling niet vermeld, nodig bij { $drug }. Voeg toe.
summary-date = { $product }: bestraling niet vermeld. Mogelijk nodig, een datum is niet duidelijk. Ga na vóór ondertekenen.

therapy-car-t = CAR-T
therapy-stem-cells = stamceltransplantatie

advice-harm = Lymfocyten van de bloeddonor kunnen een dodelijke graft-versus-hostziekte geven. Plasma hoeft niet bestraald te zijn.
advice-car-t = CAR-T: vanaf { $irradiated-blood-days-before-leukapheresis } { $irradiated-blood-days-before-leukapheresis ->
    [one] dag
   *[other] dagen
} vóór de leukaferese tot ten minste { $irradiated-blood-days-after-car-t } dagen na de infusie.
advice-stem-cells = Stamcellen: vanaf { $irradiated-blood-days-before-harvest } dagen vóór de oogst, en vanaf de conditionering tot { $irradiated-blood-months-after-own-cells } maanden na eigen cellen, ten minste { $irradiated-blood-months-after-donor-cells } maanden na donorcellen.
advice-drug = Tot { $irradiated-blood-months-after-drug } { $irradiated-blood-months-after-drug ->
    [one] maand
   *[other] maanden
} na het middel; richtlijnen verschillen hierin.

criterion-product = Bloedproduct met cellen in de order
criterion-not-irradiated = Bestraling niet vermeld
criterion-after = Na celtherapie, binnen de termijn
criterion-before-car-t = CAR-T gepland; leukaferese gedaan of nabij
criterion-before-stem-cells = Oogst van stamcellen nabij, of conditionering begonnen
criterion-drug = Fludarabine of een dergelijk middel, in de order of gebruikt
criterion-hidden = Meer in gegevens die niet zijn meegestuurd

remark-infusion-not-recorded = alleen de order staat als voltooid; de infusie zelf is niet vastgelegd

gap-irradiated-in-words = bestraling alleen in woorden: { $what }
gap-cells = eigen stamcellen of donorcellen: niet vastgelegd
gap-therapy-date = datum niet vastgelegd: { $what }
gap-no-collection-day = dag van de celafname niet vastgelegd
gap-no-treatment-day = dag van de behandeling niet vastgelegd: { $what }

suggest-irradiation = Vraag bestraalde bloedproducten aan bij de bloedbank
note-until = Bestraald t/m ten minste { $until }.
