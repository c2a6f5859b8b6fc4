title = Regimen of aHSCT for MS

summary-off = Dose of { $drug } differs from the aHSCT scheme: recalculate before signing.
summary-perhaps-off = Conditioning for aHSCT in MS? Then the dose of { $drug } differs from the scheme: recalculate.
summary-unknown = Dose of { $drug } can't be compared with the aHSCT scheme: check dose, unit and weight.
summary-day = Day of { $drug } not known, or not in the aHSCT scheme: check the dose for the day it is given.

summary-mobilisation = G-CSF for aHSCT in MS, no cyclophosphamide before it on record: risk of MS reactivation. Check before signing.
summary-mobilisation-unclear = G-CSF for aHSCT in MS? Then check that cyclophosphamide comes first: without it MS may become active again.

advice-mobilisation = Mobilisation starts with one infusion of cyclophosphamide, which prevents reactivation of MS.
advice-scheme = Scheme: cyclophosphamide { $cyclophosphamide-per-kg } mg/kg; rATG { $ratg-day-5-per-kg } mg/kg on day −5, { $ratg-day-4-per-kg } on day −4, { $ratg-days-3-to-1-per-kg } on days −3 to −1.

scheme-cyclophosphamide = { $cyclophosphamide-per-kg }
scheme-day-5 = { $ratg-day-5-per-kg }
scheme-day-4 = { $ratg-day-4-per-kg }
scheme-days-3-to-1 = { $ratg-days-3-to-1-per-kg }

arithmetic = { $drug }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg; scheme { $scheme } mg/kg = { $expected } mg.
arithmetic-on-day = { $drug }, { $date }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg; scheme { $scheme } mg/kg = { $expected } mg.
arithmetic-per-kg = { $drug }: { $perkg } mg/kg; scheme { $scheme } mg/kg.
arithmetic-per-kg-on-day = { $drug }, { $date }: { $perkg } mg/kg; scheme { $scheme } mg/kg.
arithmetic-outside = { $drug }, { $date }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg. This day is outside the scheme: { $ratg-day-5-per-kg } mg/kg = { $day-5-in-mg } mg (day −5), { $ratg-day-4-per-kg } mg/kg = { $day-4-in-mg } mg (day −4), { $ratg-days-3-to-1-per-kg } mg/kg = { $days-3-to-1-in-mg } mg (days −3 to −1).
arithmetic-day-unknown = { $drug }: { $ordered } mg ÷ { $weight } kg = { $perkg } mg/kg. The day is not known; scheme: { $ratg-day-5-per-kg } mg/kg = { $day-5-in-mg } mg (day −5), { $ratg-day-4-per-kg } mg/kg = { $day-4-in-mg } mg (day −4), { $ratg-days-3-to-1-per-kg } mg/kg = { $days-3-to-1-in-mg } mg (days −3 to −1).
arithmetic-per-kg-outside = { $drug }, { $date }: { $perkg } mg/kg. This day is outside the scheme: { $ratg-day-5-per-kg } mg/kg (day −5), { $ratg-day-4-per-kg } mg/kg (day −4), { $ratg-days-3-to-1-per-kg } mg/kg (days −3 to −1).
arithmetic-per-kg-day-unknown = { $drug }: { $perkg } mg/kg. The day is not known; scheme: { $ratg-day-5-per-kg } mg/kg (day −5), { $ratg-day-4-per-kg } mg/kg (day −4), { $ratg-days-3-to-1-per-kg } mg/kg (days −3 to −1).

criterion-plan = Autologous transplantation planned
criterion-disease = For multiple sclerosis
criterion-no-other-regimen = No other regimen
criterion-conditioning = Conditioning, not mobilisation
criterion-dose = Dose not as in the scheme
criterion-mobiliser = G-CSF ordered
criterion-not-harvested = No cells harvested yet
criterion-no-cyclophosphamide = No cyclophosphamide (last { $mobilisation-cyclophosphamide-days } days, in use or ordered)
criterion-weight = Recent weight

context-per-administration = Judged per administration; another regimen has other doses.
context-weight = Judged on actual weight; in obesity an adjusted weight is usual (not from the source).

gap-no-weight = no weight recorded in { $source }
gap-weight-too-old = newest weight too old for a dose
gap-animal = rabbit or horse not stated: { $what }
gap-day = day of the scheme not known: { $what }
gap-day-outside = day not in the scheme: { $what }
gap-several-a-day = more than once a day, the scheme is per day: check { $what }
