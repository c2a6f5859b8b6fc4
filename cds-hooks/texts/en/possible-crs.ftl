title = Possible cytokine release syndrome

summary-mild = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }. Exclude infection, observe, call { $contact-short }.
summary-mild-at-least = { $findings } after CAR-T ({ $date }): possible CRS, at least grade { $grade }. Measure BP, SpO2, call { $contact-short }.
summary-severe = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }. Act now: tocilizumab, call { $contact-short }.
summary-severe-at-least = { $findings } after CAR-T ({ $date }): possible CRS, at least grade { $grade }. Now: tocilizumab, call { $contact-short }.
summary-treated = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }, tocilizumab given. Act now, call { $contact-short }.
summary-treated-at-least = { $findings } after CAR-T ({ $date }): CRS at least grade { $grade }? Tocilizumab given. Act now, call { $contact-short }.
summary-tocilizumab-unclear = { $findings } after CAR-T ({ $date }): possible CRS grade { $grade }. Now: was tocilizumab given? Call { $contact-short }.
summary-tocilizumab-unclear-at-least = { $findings } after CAR-T ({ $date }): CRS at least grade { $grade }? Now: was tocilizumab given? Call { $contact-short }.
summary-without-fever = { $findings } after CAR-T ({ $date }), no fever recorded: CRS or another cause. Assess now, call { $contact-short }.
summary-neutropenia = { $findings }, neutrophils { $count } after CAR-T: neutropenic fever or CRS. Culture, antibiotics, call { $contact-short }.
summary-call-card = { $findings } after CAR-T ({ $date }): call { $contact } now. CRS grade { $grade } or more, or infection?
summary-date-unclear = { $findings } after CAR-T, date unclear: possible CRS within { $first-month-after-car-t } days. Find the date and call { $contact-short }.
summary-value-unclear = Vital sign after CAR-T can't be judged (unit, value or time unclear): check it, possible CRS. Measure again.
summary-car-t-in-words = { $findings }: the record names CAR-T in words only. Within { $first-month-after-car-t } days of it this may be CRS. Check.

advice-recorded = Recorded: CRS grade { $recorded }. The last { $crs-hours } hours give grade { $computed }; the higher decides here.
advice-recorded-at-least = Recorded: CRS grade { $recorded }. The last { $crs-hours } hours give at least grade { $computed }; the higher decides here.
advice-infection = Whatever the grade: blood culture, urine culture, chest X-ray.
advice-neutropenia = Take cultures and give antibiotics without waiting for results, beside the treatment of CRS.
advice-grade-1 = Watch closely: CRS can worsen within hours.
advice-complete = The grade may be higher: measure blood pressure and saturation, check the vasopressors.
advice-tocilizumab = From grade { $tocilizumab-grade }: tocilizumab and supportive care.
advice-tocilizumab-unknown = From grade { $tocilizumab-grade }: tocilizumab and supportive care. Check whether it was given: the administered medication was not sent.
advice-tocilizumab-check = From grade { $tocilizumab-grade }: tocilizumab and supportive care. Check whether it was given: the record does not settle it.
advice-after-tocilizumab = If CRS goes on after tocilizumab, corticosteroids are second line: decide with { $contact }.
advice-vasopressor = Pressure not rising with fluids: vasopressor and intensive care.
advice-without-fever = No fever, so no CRS grade: look for sepsis, bleeding and other causes.

criterion-car-t = CAR-T ≤ { $first-month-after-car-t } days ago
criterion-fever = Temperature ≥ { $crs-fever } °C
criterion-hypotension = Systolic pressure < { $crs-systolic-pressure } mmHg
criterion-hypoxia = SpO2 < { $crs-oxygen-saturation } %, oxygen or hypoxia
criterion-vasopressor = Vasopressor given
criterion-recorded = CRS in this episode
criterion-tocilizumab = Tocilizumab in this episode
criterion-away = Not in the admission of the infusion
criterion-neutrophils = Neutrophils < { $severe-neutropenia } ×10⁹/L

remark-fever-earlier = fever not needed now: fever earlier, CRS on record, or a drug that takes fever away
remark-resolved = over, in this episode
remark-not-this-episode = not counted: before the infusion, undated, or older than { $first-month-after-car-t } days
remark-recorded-earlier = recorded earlier (> { $recorded-crs-grade-hours } hours): does not decide

gap-not-measured = not measured in { $crs-hours } hours
gap-adults = the limit is for adults: judge { $what } by age
gap-bound = not settled by { $what }

context-ventilation = Not seen here: masks (grade 3), CPAP and ventilation (grade 4).
context-markers = Inflammation markers: { $values }.

suggest-tocilizumab = Draft tocilizumab
suggest-blood-culture = Blood culture
suggest-urine-culture = Urine culture
suggest-chest-x-ray = Chest X-ray
note-dose = Dose according to local protocol.
note-fever = Fever after CAR-T: exclude infection.
