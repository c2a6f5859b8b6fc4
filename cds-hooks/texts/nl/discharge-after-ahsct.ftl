title = Ontslag na aHSCT

summary-home = Ontslag na aHSCT (teruggave { $date }): neem de data hieronder door, en wanneer de patiënt moet bellen.
summary-low = Neutrofielen onder { $neutrophils-recovered } ×10⁹/L na stamcellen op { $date }: heroverweeg ontslag; neem de data hieronder door.
summary-counts-open = Ontslag na aHSCT ({ $date }): herstel van de bloedwaarden niet bekend. Ga dat na; neem daarna de data door.
summary-stay-unclear = aHSCT op { $date }: ontslag uit die opname, of kort daarna? Controleer de bloedwaarden, neem de data door.
summary-own-or-donor = Stamcellen gegeven op { $date }, eigen of van een donor niet vastgelegd: leg vast. Na eigen cellen gelden deze data.
summary-reinfusion-not-recorded = aHSCT-order ({ $date }), teruggave niet vastgelegd. In deze opname gegeven? Leg vast, neem de adviezen door.
summary-in-words = Transplantatie alleen in woorden: { $text }. Eigen cellen, deze opname? Codeer het, neem de adviezen door.

advice-ready = Voor ontslag zijn nodig: voldoende leukocyten en granulocyten, zelf eten en drinken, zelf medicijnen innemen, geen infuus meer.
advice-call = De patiënt belt de hematoloog of neuroloog bij koorts boven { $fever-after-ahsct } °C of als hij of zij lang ziek is.

criterion-reinfusion = Eigen stamcellen teruggegeven
criterion-stay = Teruggave in deze opname, of kort ervoor
criterion-neutrophils = Neutrofielen hersteld (ten minste { $neutrophils-recovered } ×10⁹/L)
criterion-low = Neutrofielen onder { $neutrophils-recovered } ×10⁹/L
criterion-prophylaxis = Antibioticum en antiviraal middel geadviseerd
criterion-vaccines = Geïnactiveerde vaccins geadviseerd
criterion-live-vaccines = Geen levende verzwakte vaccins
criterion-no-pregnancy = Niet zwanger worden
criterion-no-fathering = Geen kind verwekken
criterion-no-child = Niet zwanger worden, geen kind verwekken

remark-leukocytes = leukocyten worden hier niet uitgelezen: controleer die ook
remark-from = vanaf { $from }
remark-until-own-or-donor = na eigen cellen tot en met { $own }, na die van een donor tot en met { $donor }
remark-from-own-or-donor = na eigen cellen vanaf { $own }, na die van een donor vanaf { $donor }
remark-prophylaxis-months = gedurende { $prophylaxis-months-after-own-cells ->
    [one] één maand
   *[other] { $prophylaxis-months-after-own-cells } maanden
} na de teruggave
remark-no-child-months = gedurende { $no-conception-months-after-transplantation ->
    [one] één maand
   *[other] { $no-conception-months-after-transplantation } maanden
} na de teruggave
remark-vaccines-months = vanaf { $no-vaccine-months ->
    [one] één maand
   *[other] { $no-vaccine-months } maanden
} na de teruggave
remark-no-date = afgeraden tot de afweer is hersteld; de bron noemt geen datum

gap-infusion = alleen de order staat als voltooid; de teruggave zelf is niet vastgelegd
gap-own-or-donor = eigen cellen of van een donor: niet vastgelegd
gap-no-count = geen neutrofielengetal sinds de teruggave
gap-count-too-old = te oud om iets over vandaag te zeggen: { $what }
gap-count-bound = de waarde zegt niet of zij hersteld zijn: { $what }

context-contact-ms = Bij spoed neemt de patiënt contact op met de neuroloog of MS-verpleegkundige.
context-contact = Bij spoed neemt de patiënt contact op met de hematoloog.
context-sport = Zolang de bloedplaatjes laag zijn: geen blessuregevoelige sporten.
