title = Schema van aHSCT bij MS

summary-off = Dosis van { $drug } wijkt af van het aHSCT-schema: reken na vóór ondertekenen.
summary-perhaps-off = Conditionering voor aHSCT bij MS? Dan wijkt de dosis van { $drug } af van het schema: reken na.
summary-unknown = Dosis van { $drug } niet te vergelijken met het aHSCT-schema: controleer dosis, eenheid en gewicht.
summary-day = Dag van { $drug } onbekend of buiten het aHSCT-schema: controleer de dosis voor de dag van toediening.

summary-mobilisation = G-CSF voor aHSCT bij MS, geen cyclofosfamide ervoor vastgelegd: kans op reactivatie van MS. Controleer vóór ondertekenen.
summary-mobilisation-unclear = G-CSF voor aHSCT bij MS? Ga dan na of cyclofosfamide eerst komt: zonder kan MS weer actief worden.

advice-mobilisation = De mobilisatie begint met eenmalig cyclofosfamide per infuus, dat reactivatie van MS voorkomt.
advice-scheme = Schema: cyclofosfamide { $cyclophosphamide-per-kg } mg/kg; rATG { $ratg-day-5-per-kg } mg/kg op dag −5, { $ratg-day-4-per-kg } op dag −4, { $ratg-days-3-to-1-per-kg } op dagen −3 tot en met −1.

scheme-cyclophosphamide = { $cyclophosphamide-per-kg }
scheme-day-5 = { $ratg-day-5-per-kg }
scheme-day-4 = { $ratg-day-4-per-kg }
scheme-days-3-to-1 = { $ratg-days-3-to-1-per-kg }

arithmetic = { $drug }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg; schema { $scheme } mg/kg = { $expected } mg.
arithmetic-on-day = { $drug }, { $date }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg; schema { $scheme } mg/kg = { $expected } mg.
arithmetic-per-kg = { $drug }: { $perkg } mg/kg; schema { $scheme } mg/kg.
arithmetic-per-kg-on-day = { $drug }, { $date }: { $perkg } mg/kg; schema { $scheme } mg/kg.
arithmetic-outside = { $drug }, { $date }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg. Deze dag valt buiten het schema: { $ratg-day-5-per-kg } mg/kg = { $day-5-in-mg } mg (dag −5), { $ratg-day-4-per-kg } mg/kg = { $day-4-in-mg } mg (dag −4), { $ratg-days-3-to-1-per-kg } mg/kg = { $days-3-to-1-in-mg } mg (dagen −3 t/m −1).
arithmetic-day-unknown = { $drug }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg. De dag is niet bekend; schema: { $ratg-day-5-per-kg } mg/kg = { $day-5-in-mg } mg (dag −5), { $ratg-day-4-per-kg } mg/kg = { $day-4-in-mg } mg (dag −4), { $ratg-days-3-to-1-per-kg } mg/kg = { $days-3-to-1-in-mg } mg (dagen −3 t/m −1).
arithmetic-per-kg-outside = { $drug }, { $date }: { $perkg } mg/kg. Deze dag valt buiten het schema: { $ratg-day-5-per-kg } mg/kg (dag −5), { $ratg-day-4-per-kg } mg/kg (dag −4), { $ratg-days-3-to-1-per-kg } mg/kg (dagen −3 t/m −1).
arithmetic-per-kg-day-unknown = { $drug }: { $perkg } mg/kg. De dag is niet bekend; schema: { $ratg-day-5-per-kg } mg/kg (dag −5), { $ratg-day-4-per-kg } mg/kg (dag −4), { $ratg-days-3-to-1-per-kg } mg/kg (dagen −3 t/m −1).

criterion-plan = Autologe transplantatie gepland
criterion-disease = Voor multiple sclerose
criterion-no-other-regimen = Geen ander schema
criterion-conditioning = Conditionering, geen mobilisatie
criterion-dose = Dosis niet volgens het schema
criterion-mobiliser = G-CSF voorgeschreven
criterion-not-harvested = Nog geen cellen geoogst
criterion-no-cyclophosphamide = Geen cyclofosfamide (laatste { $mobilisation-cyclophosphamide-days } dagen, in gebruik of besteld)
criterion-weight = Recent gewicht

context-per-administration = Beoordeeld per toediening; een ander schema heeft andere doses.
context-weight = Beoordeeld op het werkelijke gewicht; bij obesitas is een aangepast gewicht gebruikelijk (niet uit de bron).

gap-no-weight = geen gewicht vastgelegd in { $source }
gap-weight-too-old = nieuwste gewicht te oud voor een dosis
gap-animal = konijn of paard niet vermeld: { $what }
gap-day = dag van het schema niet bekend: { $what }
gap-day-outside = dag staat niet in het schema: { $what }
gap-several-a-day = meer dan eenmaal per dag, het schema is per dag: controleer { $what }
