title = Possible cytokine release syndrome

summary-mild = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }. Exclude infection, observe, call { $contact }.
summary-mild-at-least = { $findings } after CAR-T ({ $date }): possible CRS, at least grade { $grade }. Measure BP and SpO2, call { $contact }.
summary-severe = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }. Act now: tocilizumab, call { $contact }.
summary-severe-at-least = { $findings } after CAR-T ({ $date }): possible CRS, at least grade { $grade }. Act now: tocilizumab, call { $contact }.
summary-treated = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }, tocilizumab given. Act now, call { $contact }.
summary-treated-at-least = { $findings } after CAR-T ({ $date }): CRS at least grade { $grade }? Tocilizumab given. Act now, call { $contact }.
summary-tocilizumab-unclear = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }. Act now: was tocilizumab given? Call { $contact }.
summary-tocilizumab-unclear-at-least = { $findings } after CAR-T ({ $date }): CRS at least grade { $grade }? Act now: was tocilizumab given? Call { $contact }.
summary-without-fever = { $findings } after CAR-T ({ $date }), no fever recorded: CRS or another cause. Assess now, call { $contact }.
summary-neutropenia = { $findings }, neutrophils { $count } after CAR-T: neutropenic fever or CRS. Culture, antibiotics now, call { $contact }.
summary-call-card = { $findings } after CAR-T ({ $date }): call { $contact } now. Possible CRS grade { $grade } or more, or infection.
summary-date-unclear = { $findings } after CAR-T, date unclear: possible CRS within { $first-month-after-car-t } days. Find the date and call { $contact }.
summary-value-unclear = Vital sign after CAR-T can't be judged (unit, value or time unclear): check it, possible CRS. Measure again.
summary-car-t-in-words = { $findings }: the record names CAR-T in words only. Within { $first-month-after-car-t } days of it this may be CRS. Check.

advice-recorded = Recorded: CRS grade { $recorded }. The data of the last { $crs-hours } hours give grade { $computed }. The higher of the two decides here.
advice-recorded-at-least = Recorded: CRS grade { $recorded }. The data of the last { $crs-hours } hours give at least grade { $computed }. The higher of the two decides here.
advice-infection = Fever after CAR-T: exclude an infection (blood culture, urine culture, chest X-ray), whatever the grade.
advice-neutropenia = Fever with few neutrophils can't be told from CRS: take cultures and give antibiotics without waiting for results, beside the treatment of CRS.
advice-call-card = A temperature above { $fever-after-car-t } °C is on the patient's call card: call { $contact } at once.
advice-grade-1 = Grade 1 needs no treatment of its own; exclude infection. Watch closely: CRS can worsen within hours.
advice-complete = The grade can be higher than this: part of the data is missing. Measure blood pressure and saturation, and check the vasopressors.
advice-tocilizumab = From grade { $tocilizumab-grade }, CRS is treated with supportive care and tocilizumab (blocks the IL-6 receptor).
advice-tocilizumab-unknown = From grade { $tocilizumab-grade }, CRS is treated with supportive care and tocilizumab (blocks the IL-6 receptor). Check whether it was given: the administered medication was not sent.
advice-tocilizumab-check = From grade { $tocilizumab-grade }, CRS is treated with supportive care and tocilizumab (blocks the IL-6 receptor). Check whether it was given: the record does not settle it.
advice-after-tocilizumab = Tocilizumab was given. If CRS goes on, systemic corticosteroids (such as dexamethasone) are the second line: decide together with { $contact }.
advice-vasopressor = A blood pressure that does not rise with fluids needs a vasopressor and intensive care.
advice-without-fever = No fever is recorded since the infusion, so no CRS grade is given. Look for sepsis, bleeding and other causes as well.
advice-ask = CRS shows as fever, hypotension and hypoxia in the first weeks after CAR-T. The record does not settle whether that applies here.

criterion-car-t = CAR-T at most { $first-month-after-car-t } days ago
criterion-fever = Temperature ≥ { $crs-fever } °C
criterion-hypotension = Systolic pressure < { $crs-systolic-pressure } mmHg
criterion-hypoxia = SpO2 < { $crs-oxygen-saturation } %, oxygen or hypoxia
criterion-vasopressor = Vasopressor given
criterion-recorded = CRS recorded in this episode
criterion-tocilizumab = Tocilizumab given in this episode
criterion-away = Not in the admission of the infusion
criterion-neutrophils = Neutrophils < { $severe-neutropenia } ×10⁹/L

remark-fever-earlier = fever earlier in this episode, CRS on record, or a drug that takes fever away: the grade needs no fever now
remark-resolved = over, in this episode
remark-not-this-episode = not counted: before the infusion, undated, or older than { $first-month-after-car-t } days
remark-recorded-earlier = recorded earlier: a grade of more than { $recorded-crs-grade-hours } hours ago does not decide

gap-not-measured = not measured in the time looked at
gap-adults = the limit is for adults: judge { $what } by age
gap-bound = the reported bound does not settle it: { $what }

context-onset = CRS usually starts 2–7 days after infusion; the risk is greatest in the first 5 days, it lasts about a week.
context-limits = The worst value of the last { $crs-hours } hours counts. The limits of blood pressure and saturation are settings, not part of the ASTCT table.
context-ventilation = CPAP, ventilation (grade 4) and masks (grade 3) can't be seen in this data: grade them at the bedside.
context-older-scale = Graded by ASTCT; an older scale counts dialysis and organ toxicity as grade 4.
context-markers = Ferritin, CRP and IL-6 (level and course) are related to the risk of CRS; latest: { $values }.
context-myeloma = In multiple myeloma severe CRS is slightly less frequent and develops later.

suggest-tocilizumab = Draft tocilizumab
suggest-blood-culture = Blood culture
suggest-urine-culture = Urine culture
suggest-chest-x-ray = Chest X-ray
note-dose = Dose according to local protocol.
note-fever = Fever after CAR-T: exclude infection.
