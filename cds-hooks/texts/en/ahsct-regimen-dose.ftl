title = Dose of conditioning in aHSCT for MS

summary-off = Dose of { $drug } differs from the aHSCT scheme: recalculate before signing.
summary-perhaps-off = Conditioning for aHSCT in MS? Then the dose of { $drug } differs from the scheme: recalculate.
summary-unknown = Dose of { $drug } can't be compared with the aHSCT scheme: check dose, unit and weight.
summary-day = Day of { $drug } not known, or not in the aHSCT scheme: check the dose for the day it is given.

advice-scheme = Scheme per administration: cyclophosphamide { $cyclophosphamide } mg/kg; rATG { $dayfive } mg/kg on day −5, { $dayfour } on day −4, { $lastdays } on days −3, −2 and −1.

arithmetic = { $drug }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg; the scheme is { $scheme } mg/kg × { $weight } kg = { $expected } mg.
arithmetic-on-day = { $drug }, { $date }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg; the scheme is { $scheme } mg/kg × { $weight } kg = { $expected } mg.
arithmetic-per-kg = { $drug }: { $perkg } mg/kg ordered; the scheme is { $scheme } mg/kg.
arithmetic-per-kg-on-day = { $drug }, { $date }: { $perkg } mg/kg ordered; the scheme is { $scheme } mg/kg.
arithmetic-outside = { $drug }, { $date }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg. This day is outside the scheme: { $dayfive } mg/kg × { $weight } kg = { $mgfive } mg (day −5), { $dayfour } mg/kg: { $mgfour } mg (day −4), { $lastdays } mg/kg: { $mglast } mg (days −3, −2 and −1).
arithmetic-day-unknown = { $drug }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg. The day is not known; the scheme is { $dayfive } mg/kg × { $weight } kg = { $mgfive } mg (day −5), { $dayfour } mg/kg: { $mgfour } mg (day −4), { $lastdays } mg/kg: { $mglast } mg (days −3, −2 and −1).
arithmetic-per-kg-outside = { $drug }, { $date }: { $perkg } mg/kg ordered. This day is outside the scheme: { $dayfive } mg/kg (day −5), { $dayfour } mg/kg (day −4), { $lastdays } mg/kg (days −3, −2 and −1).
arithmetic-per-kg-day-unknown = { $drug }: { $perkg } mg/kg ordered. The day is not known; the scheme is { $dayfive } mg/kg (day −5), { $dayfour } mg/kg (day −4), { $lastdays } mg/kg (days −3, −2 and −1).

criterion-plan = Autologous transplantation planned
criterion-disease = For multiple sclerosis
criterion-conditioning = Conditioning, not mobilisation
criterion-dose = Doses as in the scheme
criterion-weight = Recent weight

context-per-administration = Each administration is judged by itself; the number of blocks is not in the source. Another regimen has other doses.
context-days = Conditioning: 4–5 days of cyclophosphamide with ATG.
context-weight = Judged on the actual weight; in obesity an adjusted weight is usual (not from the source).
context-water = Cyclophosphamide can cause blood in the urine: let the patient drink plenty of water.

gap-no-weight = no weight recorded in { $source }
gap-weight-too-old = newest weight too old for a dose
gap-animal = rabbit or horse not stated: { $what }
gap-day = day of the scheme not known: { $what }
gap-day-outside = day not in the scheme: { $what }
gap-several-a-day = given more than once a day, the scheme is per day: check { $what }
