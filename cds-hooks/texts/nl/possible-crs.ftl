title = Mogelijk cytokine-releasesyndroom

summary-mild = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Sluit infectie uit, observeer, bel { $contact }.
summary-mild-at-least = { $findings } na CAR-T ({ $date }): mogelijk CRS, ten minste graad { $grade }. Meet RR en SpO2, bel { $contact }.
summary-severe = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Handel nu: tocilizumab, bel { $contact }.
summary-severe-at-least = { $findings } na CAR-T ({ $date }): mogelijk CRS, ten minste graad { $grade }. Nu: tocilizumab, bel { $contact }.
summary-treated = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }, tocilizumab gegeven. Handel nu, bel { $contact }.
summary-treated-at-least = { $findings } na CAR-T ({ $date }): CRS ten minste graad { $grade }? Tocilizumab gegeven. Bel nu { $contact }.
summary-tocilizumab-unclear = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Handel nu: is tocilizumab gegeven? Bel { $contact }.
summary-tocilizumab-unclear-at-least = { $findings } na CAR-T ({ $date }): CRS minstens graad { $grade }? Handel nu: is tocilizumab gegeven? Bel { $contact }.
summary-without-fever = { $findings } na CAR-T ({ $date }), geen koorts vastgelegd: CRS of iets anders. Beoordeel nu, bel { $contact }.
summary-neutropenia = { $findings }, neutrofielen { $count } na CAR-T: neutropene koorts of CRS. Nu kweken en antibiotica, bel { $contact }.
summary-call-card = { $findings } na CAR-T ({ $date }): bel nu { $contact }. Mogelijk CRS graad { $grade } of hoger, of infectie.
summary-date-unclear = { $findings } na CAR-T, datum onduidelijk: mogelijk CRS tot dag { $first-month-after-car-t }. Zoek de datum op en bel { $contact }.
summary-value-unclear = Vitale waarde na CAR-T niet te beoordelen (eenheid, waarde of tijd onduidelijk): controleer, mogelijk CRS. Meet opnieuw.
summary-car-t-in-words = { $findings }: CAR-T staat alleen in woorden in het dossier. Tot dag { $first-month-after-car-t } kan dit CRS zijn. Controleer.

advice-recorded = Vastgelegd: CRS graad { $recorded }. De gegevens van de laatste { $crs-hours } uur geven graad { $computed }. De hoogste van de twee telt hier.
advice-recorded-at-least = Vastgelegd: CRS graad { $recorded }. De gegevens van de laatste { $crs-hours } uur geven ten minste graad { $computed }. De hoogste van de twee telt hier.
advice-infection = Koorts na CAR-T: sluit een infectie uit (bloedkweek, urinekweek, X-thorax), ongeacht de graad.
advice-neutropenia = Koorts met weinig neutrofielen is niet van CRS te onderscheiden: neem kweken af en geef antibiotica zonder op uitslagen te wachten, naast de behandeling van CRS.
advice-call-card = Een temperatuur boven { $fever-after-car-t } °C staat op de belkaart van de patiënt: bel direct { $contact }.
advice-grade-1 = Graad 1 vraagt geen eigen behandeling; sluit een infectie uit. Controleer vaak: CRS kan binnen uren verergeren.
advice-complete = De graad kan hoger zijn: een deel van de gegevens ontbreekt. Meet bloeddruk en saturatie en controleer de vasopressoren.
advice-tocilizumab = Vanaf graad { $tocilizumab-grade } wordt CRS behandeld met ondersteunende zorg en tocilizumab (blokkeert de IL-6-receptor).
advice-tocilizumab-unknown = Vanaf graad { $tocilizumab-grade } wordt CRS behandeld met ondersteunende zorg en tocilizumab (blokkeert de IL-6-receptor). Controleer of het al gegeven is: de toegediende medicatie is niet aangeleverd.
advice-tocilizumab-check = Vanaf graad { $tocilizumab-grade } wordt CRS behandeld met ondersteunende zorg en tocilizumab (blokkeert de IL-6-receptor). Controleer of het al gegeven is: het dossier is daarover niet duidelijk.
advice-after-tocilizumab = Tocilizumab is gegeven. Houdt de CRS aan, dan zijn systemische corticosteroïden (zoals dexamethason) de tweede lijn: beslis samen met { $contact }.
advice-vasopressor = Een bloeddruk die met vocht niet stijgt, vraagt een vasopressor en opname op de intensive care.
advice-without-fever = Sinds de infusie is geen koorts vastgelegd; daarom wordt geen CRS-graad gegeven. Denk ook aan sepsis, bloeding en andere oorzaken.
advice-ask = CRS uit zich in de eerste weken na CAR-T als koorts, hypotensie en hypoxie. Uit het dossier blijkt niet of dat hier speelt.

criterion-car-t = CAR-T ten hoogste { $first-month-after-car-t } dagen geleden
criterion-fever = Temperatuur ≥ { $crs-fever } °C
criterion-hypotension = Systolische druk < { $crs-systolic-pressure } mmHg
criterion-hypoxia = SpO2 < { $crs-oxygen-saturation } %, zuurstof of hypoxie
criterion-vasopressor = Vasopressor toegediend
criterion-recorded = CRS vastgelegd in deze episode
criterion-tocilizumab = Tocilizumab gegeven in deze episode
criterion-away = Niet in de opname van de infusie
criterion-neutrophils = Neutrofielen < { $severe-neutropenia } ×10⁹/L

remark-fever-earlier = eerder koorts in deze episode, CRS vastgelegd, of een middel dat koorts wegneemt: voor de graad is nu geen koorts nodig
remark-resolved = voorbij, in deze episode
remark-not-this-episode = telt niet mee: van vóór de infusie, zonder datum, of ouder dan { $first-month-after-car-t } dagen
remark-recorded-earlier = eerder vastgelegd: een graad van meer dan { $recorded-crs-grade-hours } uur geleden telt niet mee

gap-not-measured = niet gemeten in de bekeken periode
gap-adults = de grens geldt voor volwassenen: beoordeel { $what } naar leeftijd
gap-bound = de opgegeven grens is niet doorslaggevend: { $what }

context-onset = CRS ontstaat meestal 2–7 dagen na de infusie; het risico is het grootst in de eerste 5 dagen, de duur gemiddeld een week.
context-limits = De slechtste waarde van de laatste { $crs-hours } uur telt. De grenzen voor bloeddruk en saturatie zijn instellingen, geen onderdeel van de ASTCT-tabel.
context-ventilation = CPAP en beademing (graad 4) en maskers (graad 3) zijn in deze gegevens niet te zien: gradeer die aan het bed.
context-older-scale = Gegradeerd volgens ASTCT; een oudere schaal telt dialyse en orgaantoxiciteit als graad 4.
context-markers = Ferritine, CRP en IL-6 (hoogte en beloop) hangen samen met het risico op CRS; laatst: { $values }.
context-myeloma = Bij multipel myeloom komt ernstige CRS iets minder vaak voor en ontstaat zij later.

suggest-tocilizumab = Concept: tocilizumab
suggest-blood-culture = Bloedkweek
suggest-urine-culture = Urinekweek
suggest-chest-x-ray = X-thorax
note-dose = Dosis volgens lokaal protocol.
note-fever = Koorts na CAR-T: infectie uitsluiten.
