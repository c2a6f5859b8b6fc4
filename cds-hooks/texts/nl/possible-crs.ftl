title = Mogelijk cytokine-releasesyndroom

summary-mild = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Sluit infectie uit, observeer, bel { $contact-short }.
summary-mild-at-least = { $findings } na CAR-T ({ $date }): mogelijk CRS, ten minste graad { $grade }. Meet RR en SpO2, bel { $contact-short }.
summary-severe = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Handel nu: tocilizumab, bel { $contact-short }.
summary-severe-at-least = { $findings } na CAR-T ({ $date }): mogelijk CRS, ten minste graad { $grade }. Nu: tocilizumab, bel { $contact-short }.
summary-treated = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }, tocilizumab gegeven. Handel nu, bel { $contact-short }.
summary-treated-at-least = { $findings } na CAR-T ({ $date }): CRS ten minste graad { $grade }? Tocilizumab gegeven. Bel nu { $contact-short }.
summary-tocilizumab-unclear = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Nu: is tocilizumab gegeven? Bel { $contact-short }.
summary-tocilizumab-unclear-at-least = { $findings } na CAR-T ({ $date }): CRS minstens graad { $grade }? Nu: is tocilizumab gegeven? Bel { $contact-short }.
summary-without-fever = { $findings } na CAR-T ({ $date }), geen koorts vastgelegd: CRS of iets anders. Beoordeel, bel { $contact-short }.
summary-neutropenia = { $findings }, neutrofielen { $count } na CAR-T: neutropene koorts of CRS. Nu kweken en antibiotica, bel { $contact-short }.
summary-call-card = { $findings } na CAR-T ({ $date }): bel nu { $contact }. CRS graad { $grade } of hoger, of infectie?
summary-date-unclear = { $findings } na CAR-T, datum onduidelijk: mogelijk CRS tot dag { $first-month-after-car-t }. Zoek de datum op en bel { $contact-short }.
summary-value-unclear = Vitale waarde na CAR-T niet te beoordelen (eenheid, waarde of tijd onduidelijk): controleer, mogelijk CRS. Meet opnieuw.
summary-car-t-in-words = { $findings }: CAR-T staat alleen in woorden in het dossier. Tot dag { $first-month-after-car-t } kan dit CRS zijn. Controleer.

advice-recorded = Vastgelegd: CRS graad { $recorded }. De laatste { $crs-hours } uur geven graad { $computed }; de hoogste telt hier.
advice-recorded-at-least = Vastgelegd: CRS graad { $recorded }. De laatste { $crs-hours } uur geven ten minste graad { $computed }; de hoogste telt hier.
advice-infection = Ongeacht de graad: bloedkweek, urinekweek, X-thorax.
advice-neutropenia = Neem kweken af en geef antibiotica zonder op uitslagen te wachten, naast de behandeling van CRS.
advice-grade-1 = Controleer vaak: CRS kan binnen uren verergeren.
advice-complete = De graad kan hoger zijn: meet bloeddruk en saturatie, controleer de vasopressoren.
advice-tocilizumab = Vanaf graad { $tocilizumab-grade }: tocilizumab en ondersteunende zorg.
advice-tocilizumab-unknown = Vanaf graad { $tocilizumab-grade }: tocilizumab en ondersteunende zorg. Controleer of het al gegeven is: de toegediende medicatie is niet aangeleverd.
advice-tocilizumab-check = Vanaf graad { $tocilizumab-grade }: tocilizumab en ondersteunende zorg. Controleer of het al gegeven is: het dossier is onduidelijk.
advice-after-tocilizumab = Houdt de CRS aan na tocilizumab, dan zijn corticosteroïden tweede lijn: beslis met { $contact }.
advice-vasopressor = Stijgt de druk niet met vocht: vasopressor en intensive care.
advice-without-fever = Geen koorts, dus geen CRS-graad: denk ook aan sepsis, bloeding en andere oorzaken.

criterion-car-t = CAR-T ≤ { $first-month-after-car-t } dagen geleden
criterion-fever = Temperatuur ≥ { $crs-fever } °C
criterion-hypotension = Systolische druk < { $crs-systolic-pressure } mmHg
criterion-hypoxia = SpO2 < { $crs-oxygen-saturation } %, zuurstof of hypoxie
criterion-vasopressor = Vasopressor toegediend
criterion-recorded = CRS in deze episode
criterion-tocilizumab = Tocilizumab in deze episode
criterion-away = Niet in de opname van de infusie
criterion-neutrophils = Neutrofielen < { $severe-neutropenia } ×10⁹/L

remark-fever-earlier = koorts nu niet nodig: eerder koorts, CRS vastgelegd, of een middel dat koorts wegneemt
remark-resolved = voorbij, in deze episode
remark-not-this-episode = telt niet mee: vóór de infusie, zonder datum, of ouder dan { $first-month-after-car-t } dagen
remark-recorded-earlier = eerder vastgelegd (> { $recorded-crs-grade-hours } uur): telt niet mee

gap-not-measured = laatste { $crs-hours } uur niet gemeten
gap-adults = de grens geldt voor volwassenen: beoordeel { $what } naar leeftijd
gap-bound = geen uitsluitsel door { $what }

context-ventilation = Hier niet te zien: maskers (graad 3), CPAP en beademing (graad 4).
context-markers = Ontstekingswaarden: { $values }.

suggest-tocilizumab = Concept: tocilizumab
suggest-blood-culture = Bloedkweek
suggest-urine-culture = Urinekweek
suggest-chest-x-ray = X-thorax
note-dose = Dosis volgens lokaal protocol.
note-fever = Koorts na CAR-T: infectie uitsluiten.
