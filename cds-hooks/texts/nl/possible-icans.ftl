title = Mogelijke ICANS

summary-critical = Mogelijke ICANS graad { $grade } na CAR-T: beoordeel nu (ICE, bewustzijn), bel { $contact }, overweeg intensive care.
summary-critical-at-least = Mogelijke ICANS, ten minste graad { $grade }, na CAR-T: beoordeel nu (ICE, bewustzijn), bel { $contact }, overweeg IC.
summary-intensive-care = Mogelijke ICANS graad { $grade } na CAR-T: opname op de intensive care is vereist. Beoordeel nu, bel IC en { $contact }.
summary-reduced-consciousness = Verlaagd bewustzijn na CAR-T: mogelijke ICANS. Beoordeel nu, bel { $contact }, regel intensive care.
summary-warning = Mogelijke ICANS graad { $grade } na CAR-T: herhaal nu de ICE-score, beoordeel het bewustzijn en bel { $contact }.
summary-warning-at-least = Mogelijke ICANS na CAR-T, ten minste graad { $grade }: bepaal nu de ICE-score en het bewustzijn, bel { $contact }.
summary-better = ICE of bewustzijn was in de laatste { $recent-symptom-hours } uur lager na CAR-T, nu normaal: bepaal de ICE-score vandaag opnieuw.
summary-not-graded = ICANS vastgelegd na CAR-T, zonder actuele graad: bepaal nu de ICE-score en het bewustzijn, bel { $contact }.
summary-late = Mogelijke neurotoxiciteit { $days } dagen na CAR-T; laat begin is beschreven. Beoordeel nu (ICE), bel { $contact }.
summary-late-undated = Mogelijke neurotoxiciteit na CAR-T; laat begin is beschreven. Beoordeel nu (ICE) en bel { $contact }.
summary-late-intensive-care = Bewusteloos of graad 4 na CAR-T, mogelijk late neurotoxiciteit: intensive care is vereist. Bel nu { $contact }.
summary-probable = Mogelijke neurotoxiciteit; CAR-T waarschijnlijk gegeven (infusie niet vastgelegd). Controleer, bepaal ICE, bel { $contact-short }.
summary-unclear = Mogelijke neurotoxiciteit na CAR-T, maar het dossier is onduidelijk. Beoordeel de patiënt (ICE) en controleer het dossier.
summary-history-in-words = Neurologische verschijnselen; CAR-T staat alleen in woorden in het dossier. Denk na CAR-T aan ICANS: controleer, bepaal ICE.

lead-grade = Het dossier geeft graad { $grade } (ASTCT).
lead-grade-at-least = Het dossier geeft ten minste graad { $grade } (ASTCT); ontbrekende gegevens kunnen die hoger maken.
lead-grades-differ = Een behandelaar legde graad { $grade } vast. Beoordeel opnieuw; tot dan telt de hoogste.

criterion-car-t = CAR-T in de voorgeschiedenis
criterion-acute = CAR-T ≤ { $first-month-after-car-t } dagen geleden
criterion-ice = ICE-score < 10, laatste { $recent-symptom-hours } uur
criterion-gcs = Glasgow-comascore gedaald
criterion-unconscious = Bewusteloosheid sinds de infusie
criterion-events = Insult of hersenoedeem sinds de infusie
criterion-cognitive = Verwardheid, afasie, delier of encefalopathie sinds de infusie
criterion-recorded = ICANS vastgelegd sinds de infusie
criterion-in-words = Teken van neurotoxiciteit alleen in woorden
criterion-hidden = Andere verschijnselen

remark-latest = laatste: { $score }
remark-scored-absent = laatst gescoord als afwezig (graad 0): beoordeel; is het voorbij, werk de probleemlijst bij

gap-undated = geen datum vastgelegd: { $what }
gap-score = geen geldige score: { $what }

context-older = Leeftijd { $older-age } jaar of ouder: extra kwetsbaar; ook subtiele veranderingen in gedrag of geheugen tellen.
context-child = Gebruik onder { $ice-age } jaar een schaal voor kinderen (CAPD), geen ICE.
context-intensive-care = Bewustzijnsverlies: intensive care is vereist.
context-other-causes = Sluit andere oorzaken uit: sedativa, infectie, bloeding, CVA, metabole ontregeling.
context-writing-test = Tijdens opname: 2 keer per dag een schrijftest.
