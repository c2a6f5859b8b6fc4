title = Stappen vóór CAR-T

summary-no-collection = Lymfodepletie aangevraagd, geen afgeronde leukaferese in het dossier: controleer de celafname vóór ondertekenen.
summary-no-release = Lymfodepletie aangevraagd, geen vrijgifte van het CAR-T-product in het dossier: bevestig die vóór ondertekenen.
summary-not-released = Lymfodepletie aangevraagd, maar het CAR-T-product is niet vrijgegeven: wacht op vrijgifte vóór ondertekenen.
summary-collection-unknown = Lymfodepletie aangevraagd: onbekend of de cellen voor CAR-T zijn afgenomen. Controleer vóór ondertekenen.
summary-release-unknown = Lymfodepletie aangevraagd: onbekend of het CAR-T-product is vrijgegeven. Controleer vóór ondertekenen.
summary-perhaps-given = Lymfodepletie aangevraagd: onbekend of deze CAR-T nog gegeven moet worden. Controleer vóór ondertekenen.
summary-interval = CAR-T op { $date }, laatste lymfodepletie op { $from }: niet de gebruikelijke tussentijd. Controleer de data.
summary-infusion-first = CAR-T op { $date } staat gepland vóór de laatste dag lymfodepletie, { $from }. Controleer de data.
summary-fever = Lymfodepletie besteld bij koorts ({ $temperature }): uitstellen? Zoek infectie, overleg met CAR-T-centrum.
summary-fever-infusion = CAR-T besteld bij koorts ({ $temperature }): uitstellen? Zoek infectie, overleg met CAR-T-centrum.
summary-fever-unclear = Een vastgelegde temperatuur heeft geen bruikbare eenheid of datum: controleer op koorts vóór lymfodepletie of CAR-T.

advice-release = Begin pas als het laboratorium het product heeft goedgekeurd en het ter plaatse is.
advice-interval = Infusie { $shortest-lymphodepletion-interval-days } tot { $longest-lymphodepletion-interval-days } dagen na de laatste chemotherapie; de bronnen verschillen een dag.
advice-fever = Stel CAR-T uit bij een slechte conditie; koorts kan een infectie zijn, of de ziekte zelf.

criterion-ordered = Lymfodepletie of CAR-T aangevraagd
criterion-plan = CAR-T gepland
criterion-drug = Lymfodepletie aangevraagd
criterion-no-collection = Geen afgeronde leukaferese
criterion-not-released = Product niet vrijgegeven
criterion-fever = Temperatuur ≥ { $fever-before-car-t } °C, laatste { $fever-before-car-t-hours } uur
criterion-interval = CAR-T niet { $shortest-lymphodepletion-interval-days } tot { $longest-lymphodepletion-interval-days } dagen na lymfodepletie

remark-interval = laatste lymfodepletie { $from }, infusie { $date }: { $days ->
    [one] 1 dag
   *[other] { $days } dagen
}

context-bridging = Is overbruggingstherapie nodig?

gap-no-infusion-day = geen dag van de CAR-T-infusie vastgelegd in { $source }
gap-no-lymphodepletion-day = dagen van lymfodepletie niet vermeld: { $what }
