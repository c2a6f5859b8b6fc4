title = Ontslag na CAR-T

summary-home = Ontslag na CAR-T ({ $date }): geef het SOS-kaartje mee en neem de adviezen met hun einddata door.
summary-early = CAR-T-infusie op { $date }, minder dan { $minimum-stay-days ->
    [one] één dag
   *[other] { $minimum-stay-days } dagen
} geleden. Heroverweeg ontslag; gaat het door, neem de adviezen door.
summary-stay-unclear = CAR-T op { $date }: ontslag uit die opname, of kort daarna? Geef het SOS-kaartje mee, neem de adviezen door.
summary-infusion-not-recorded = CAR-T-order ({ $date }), infusie niet vastgelegd. In deze opname gegeven? Leg vast, geef SOS-kaartje en adviezen mee.
summary-in-words = CAR-T alleen in woorden: { $text }. In deze opname gegeven? Codeer het, geef SOS-kaartje en adviezen mee.

advice-call = Thuis: twee keer per dag temperatuur; direct bellen bij boven { $fever-after-car-t } °C, koude rillingen, trillen, verwardheid, moeite met spreken of begrijpen, kortademigheid, braken, diarree, onregelmatige hartslag, bloedingen, blauwe plekken.

criterion-car-t = CAR-T-infusie
criterion-stay = Infusie in deze opname, of kort ervoor
criterion-stay-days = Ten minste { $minimum-stay-days ->
    [one] één dag
   *[other] { $minimum-stay-days } dagen
} sinds de laatste infusie
criterion-driving = **Niet autorijden**
criterion-contraception = Condoom, of geen seks
criterion-prophylaxis = Recepten voor cotrimoxazol en valaciclovir
criterion-corticosteroid = Geen corticosteroïden zonder het CAR-T-centrum
criterion-donation = Geen donatie van bloed, organen, weefsels of cellen

remark-driving = { $no-driving-days } dagen na de infusie
remark-contraception = { $condom-months-after-car-t ->
    [one] één maand
   *[other] { $condom-months-after-car-t } maanden
} na de infusie
remark-prophylaxis = { $prophylaxis-months-after-car-t } maanden na de infusie

gap-infusion = order voltooid, infusie niet vastgelegd

context-contact = CAR-T-centrum: binnen kantoortijd de dagbehandeling, anders de dienstdoende arts-assistent hematologie.
context-gp = Licht de huisarts nu in.
