title = Ontslag na aHSCT

summary-home = Ontslag na aHSCT (teruggave { $date }): neem de data hieronder door, en wanneer de patiënt moet bellen.
summary-low = Neutrofielen onder { $neutrophils-recovered } ×10⁹/L na stamcellen op { $date }: heroverweeg ontslag; neem de data hieronder door.
summary-counts-open = Ontslag na aHSCT ({ $date }): herstel van de bloedwaarden niet bekend. Ga dat na; neem daarna de data door.
summary-stay-unclear = aHSCT op { $date }: ontslag uit die opname, of kort daarna? Controleer de bloedwaarden, neem de data door.
summary-own-or-donor = Stamcellen gegeven op { $date }, eigen of van een donor niet vastgelegd: leg vast. Na eigen cellen gelden deze data.
summary-reinfusion-not-recorded = aHSCT-order ({ $date }), teruggave niet vastgelegd. In deze opname gegeven? Leg vast, neem de adviezen door.
summary-in-words = Transplantatie alleen in woorden: { $text }. Eigen cellen, deze opname? Codeer het, neem de adviezen door.

advice-ready = Nodig: voldoende leukocyten en granulocyten; zelf eten, drinken en medicijnen innemen; geen infuus.
advice-call = Patiënt belt hematoloog of neuroloog: koorts boven { $fever-after-ahsct } °C, of lang ziek.

criterion-reinfusion = Eigen stamcellen teruggegeven
criterion-stay = Teruggave in deze opname, of kort ervoor
criterion-neutrophils = Neutrofielen ≥ { $neutrophils-recovered } ×10⁹/L
criterion-low = Neutrofielen < { $neutrophils-recovered } ×10⁹/L
criterion-prophylaxis = Antibioticum en antiviraal middel
criterion-vaccines = Geïnactiveerde vaccins
criterion-live-vaccines = Geen levende vaccins
criterion-no-pregnancy = Niet zwanger worden
criterion-no-fathering = Geen kind verwekken
criterion-no-child = Niet zwanger worden, geen kind verwekken

remark-from = vanaf { $from }
remark-until-own-or-donor = eigen cellen: t/m { $own }; donorcellen: { $donor }
remark-from-own-or-donor = eigen cellen: vanaf { $own }; donorcellen: { $donor }
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
remark-no-date = tot herstel van de afweer

gap-infusion = order voltooid, teruggave niet vastgelegd
gap-own-or-donor = eigen cellen of van een donor: niet vastgelegd
gap-no-count = geen neutrofielengetal sinds de teruggave
gap-count-too-old = te oud voor vandaag: { $what }
gap-count-bound = geen uitsluitsel door { $what }

context-contact-ms = Bij spoed: neuroloog of MS-verpleegkundige.
context-contact = Bij spoed: de hematoloog.
context-sport = Weinig trombocyten: geen blessuregevoelige sporten.
