title = Mogelijk cytokine-releasesyndroom

summary-mild = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Sluit een infectie uit, controleer vaak, bel het CAR-T-centrum.
summary-mild-at-least = { $findings } na CAR-T ({ $date }): mogelijk CRS, ten minste graad { $grade }. Vul metingen aan, sluit infectie uit.
summary-severe = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }. Handel nu: tocilizumab, bel het CAR-T-centrum.
summary-severe-at-least = { $findings } na CAR-T ({ $date }): mogelijk CRS, ten minste graad { $grade }. Nu: tocilizumab, bel het CAR-T-centrum.
summary-treated = { $findings } na CAR-T ({ $date }): mogelijk CRS graad { $grade }, tocilizumab gegeven. Handel nu, bel het CAR-T-centrum.
summary-treated-at-least = { $findings } na CAR-T ({ $date }): CRS ten minste graad { $grade }? Tocilizumab gegeven. Bel nu het CAR-T-centrum.
summary-without-fever = { $findings } na CAR-T ({ $date }), geen koorts vastgelegd: CRS of andere oorzaak. Beoordeel nu, bel het CAR-T-centrum.
summary-date-unclear = { $findings } na CAR-T, datum onduidelijk: mogelijk CRS tot dag { $days }. Zoek de datum op en bel het CAR-T-centrum.
summary-value-unclear = Vitale waarde na CAR-T niet te beoordelen (eenheid of tijd onduidelijk): controleer, mogelijk CRS. Meet opnieuw.
summary-car-t-in-words = { $findings }: CAR-T staat alleen in woorden in het dossier. Tot dag { $days } kan dit CRS zijn. Controleer.

advice-recorded = Vastgelegd: CRS graad { $recorded }. De gegevens van de laatste { $hours } uur geven graad { $computed }. De hoogste van de twee telt hier.
advice-recorded-at-least = Vastgelegd: CRS graad { $recorded }. De gegevens van de laatste { $hours } uur geven ten minste graad { $computed }. De hoogste van de twee telt hier.
advice-infection = Koorts na CAR-T: sluit een infectie uit (bloedkweek, urinekweek, X-thorax), ongeacht de graad.
advice-grade-1 = Graad 1 vraagt geen eigen behandeling; sluit een infectie uit. Controleer vaak: CRS kan binnen uren verergeren.
advice-complete = De graad kan hoger zijn: een deel van de gegevens ontbreekt. Meet bloeddruk en saturatie en controleer de vasopressoren.
advice-tocilizumab = Vanaf graad { $grade } wordt CRS behandeld met ondersteunende zorg en tocilizumab (blokkeert de IL-6-receptor).
advice-tocilizumab-unknown = Vanaf graad { $grade } wordt CRS behandeld met ondersteunende zorg en tocilizumab (blokkeert de IL-6-receptor). Controleer of het al gegeven is: de toegediende medicatie is niet aangeleverd.
advice-vasopressor = Een bloeddruk die met vocht niet stijgt, vraagt een vasopressor en opname op de intensive care.
advice-without-fever = Sinds de infusie is geen koorts vastgelegd; daarom wordt geen CRS-graad gegeven. Denk ook aan sepsis, bloeding en andere oorzaken.
advice-ask = CRS uit zich in de eerste weken na CAR-T als koorts, hypotensie en hypoxie. Uit het dossier blijkt niet of dat hier speelt.

criterion-car-t = CAR-T ten hoogste { $days } dagen geleden
criterion-fever = Temperatuur ≥ { $limit } °C
criterion-hypotension = Systolische druk < { $limit } mmHg
criterion-hypoxia = SpO2 < { $limit } %, zuurstof of hypoxie
criterion-vasopressor = Vasopressor toegediend
criterion-recorded = CRS vastgelegd in deze episode
criterion-tocilizumab = Tocilizumab gegeven in deze episode

remark-day = dag { $day }
remark-infusion-not-recorded = alleen de order staat als voltooid; de infusie zelf is niet vastgelegd
remark-fever-earlier = eerder koorts in deze episode, CRS vastgelegd, of een middel dat koorts wegneemt: voor de graad is nu geen koorts nodig

gap-not-measured = niet gemeten in de bekeken periode

context-onset = CRS ontstaat meestal 2–7 dagen na de infusie; het risico is het grootst in de eerste 5 dagen, de duur gemiddeld een week.
context-limits = De slechtste waarde van de laatste { $hours } uur telt. De grenzen voor bloeddruk en saturatie zijn instellingen, geen onderdeel van de ASTCT-tabel.
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
